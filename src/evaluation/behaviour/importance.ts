import { type Place, type Problem, UserError, failOn } from '../../common/errors.js';
import { ownValue } from '../../common/own.js';
import { formatNumber, formatPercent, nearest, plural } from '../../common/text.js';
import { type Verdict, worst } from '../../common/verdict.js';
import type { ImportanceRecord } from '../../formats/decision-behaviour.js';
import { seededRandom } from '../../statistics/random.js';
import type { ImportanceSpec } from '../../spec/sections/evaluate-behaviour.js';
import { toRecord } from '../judge.js';
import type { EstimateOptions, Metric, MetricEstimate } from '../metrics/metric.js';
import { findMetric } from '../metrics/registry.js';
import type { EvaluationRows } from '../rows.js';
import type { Rule } from '../rules.js';
import { type BehaviourOptions, hiddenColumns, repeatedAnswers, unchanged } from './behaviour.js';
import { sampleOf } from './draw.js';
import { shuffledPlaces } from './changes.js';
import type { Sample } from './sample.js';
import { type Asking, type Variant, predictVariants } from './stack.js';
import { columnPlace } from './tested.js';

/** A column, or several that are shuffled together. */
interface Feature {
  readonly name: string;
  readonly columns: readonly string[];
  readonly places: readonly number[];
}

/** Intervals are many, and need not be the last word. */
const maxUnits = 4000;

/**
 * How much a metric gets worse when a column is shuffled among the rows (Breiman 2001; Fisher, Rudin & Dominici
 * 2019): what the model leans on, which is not what the answer depends on in the world.
 * @param rules the first one's metric is the default
 * @throws UserError for columns and metrics that there are not
 */
export async function measureImportance(
  spec: ImportanceSpec,
  rules: readonly Rule[],
  options: BehaviourOptions,
): Promise<ImportanceRecord> {
  const { seed, confidence } = options;
  const at = (path: readonly (string | number)[]): Place => options.at(['importance', ...path]);
  const metric = metricOf(spec, rules, options, at);
  const tested = await sampleOf(spec.rows, options);
  const { sample } = tested;
  const features = featuresOf(spec, sample, hiddenColumns(options), at);
  const { repeats } = spec;
  const variants = features.flatMap(({ places }, f) =>
    Array.from({ length: repeats }, (_, k) => shuffledVariant(sample, places, seed + 1 + f * repeats + k)),
  );
  const [base, ...shuffled] = await predictVariants(
    'importance',
    sample,
    [unchanged(sample), ...variants],
    options,
  );
  const missing = metric.missing(base!);
  if (missing !== undefined) {
    throw new UserError({
      message: `${metric.title} has no value on the ${plural(sample.places.length, 'sampled row')}: ${missing}`,
      where: at(['metric']),
      remedy: 'sample more rows, or name another metric',
    });
  }
  const columns = features.map(({ name, columns: own }, f): ImportanceRecord['columns'][number] => {
    const runs = shuffled.slice(f * repeats, (f + 1) * repeats);
    const found = importanceOf(metric, base!, runs, { confidence, seed, maxUnits });
    const limit = ownValue(spec['max-importance'], name) ?? null;
    return {
      name,
      columns: [...own],
      importance: found === undefined ? null : toRecord(found),
      limit,
      ...(limit === null ? { verdict: null, reason: null } : judge(name, metric, found, limit, confidence)),
    };
  });
  const verdicts = columns.flatMap(({ verdict }) => (verdict === null ? [] : [verdict]));
  return {
    verdict: verdicts.length === 0 ? null : worst(verdicts),
    metric: metric.name,
    title: metric.title,
    value: metric.value(base!),
    rows: sample.places.length,
    repeats,
    confidence,
    seed,
    repeated: repeatedAnswers(tested, base!, options.rows),
    columns: columns.sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1)),
  };
}

const size = ({ importance }: ImportanceRecord['columns'][number]): number => importance?.value ?? -Infinity;

/**
 * The mean over the shuffles, with the mean distance of their bounds. The rows and the values that they are given are
 * the same in every shuffle, so that more shuffles do not make a bound surer than the rows are: averaging the
 * distances is on the safe side.
 * @returns undefined where a shuffle leaves the metric without a value
 */
export function importanceOf(
  metric: Metric,
  base: EvaluationRows,
  shuffled: readonly EvaluationRows[],
  options: EstimateOptions,
): MetricEstimate | undefined {
  if (shuffled.some((rows) => metric.missing(rows) !== undefined)) return undefined;
  const found = shuffled.map((rows) =>
    metric.better === 'lower'
      ? metric.difference(rows, base, options)
      : metric.difference(base, rows, options),
  );
  const mean = (of: (one: MetricEstimate) => number): number =>
    found.reduce((sum, one) => sum + of(one), 0) / found.length;
  return {
    value: mean(({ value }) => value),
    lower: mean(({ lower }) => lower),
    upper: mean(({ upper }) => upper),
    method: found[0]!.method,
  };
}

function shuffledVariant({ places, values }: Sample, columns: readonly number[], seed: number): Variant {
  const order = shuffledPlaces(places.length, seededRandom(seed));
  const rows = Uint32Array.from(places, (_, i) => i);
  const changed = columns.map((c) => [c, Array.from(order, (place) => values[c]![place]!)] as const);
  return { rows, changed: new Map(changed) };
}

function metricOf(
  spec: ImportanceSpec,
  rules: readonly Rule[],
  { task }: Asking,
  at: (path: readonly (string | number)[]) => Place,
): Metric {
  const name = spec.metric;
  const known = rules.map(({ metric }) => metric);
  const own = name === undefined ? known[0] : known.find((metric) => metric.name === name);
  const found = own === undefined ? findMetric(name!, task) : { metric: own };
  const where = at(['metric']);
  if ('wrong' in found) throw new UserError({ message: found.wrong, where, remedy: found.remedy });
  if (found.metric.better === 'zero') {
    throw new UserError({
      message: `${found.metric.name} is best at zero, so it does not say what gets worse`,
      where,
      remedy: 'name a metric that is better when it is higher, or when it is lower',
    });
  }
  return found.metric;
}

function featuresOf(
  spec: ImportanceSpec,
  sample: Sample,
  hidden: readonly string[],
  at: (path: readonly (string | number)[]) => Place,
): Feature[] {
  const together = Object.entries(spec.together ?? {});
  const grouped = new Set(together.flatMap(([, columns]) => columns));
  const named = spec.columns ?? sample.shape.columns.map(({ name }) => name);
  const single = named.filter(
    (name) => !grouped.has(name) && (spec.columns !== undefined || !hidden.includes(name)),
  );
  const features: Feature[] = [
    ...together.map(([name, columns]) => ({
      name,
      columns,
      places: columns.map((column) => columnPlace(sample, column, at(['together', name]))),
    })),
    ...single.map((name) => ({
      name,
      columns: [name],
      places: [columnPlace(sample, name, at(['columns']))],
    })),
  ];
  const names = features.map(({ name }) => name);
  const problems: Problem[] = [];
  for (const [name] of together) {
    if (single.includes(name)) {
      problems.push({
        message: `"${name}" is the name of a column, and of columns that are shuffled together`,
        where: at(['together', name]),
        remedy: 'choose another name',
      });
    }
  }
  for (const name of Object.keys(spec['max-importance'] ?? {})) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    problems.push({
      message: `"${name}" is not among the columns that are shuffled`,
      where: at(['max-importance', name]),
      remedy: near === undefined ? `there are ${names.slice(0, 20).join(', ')}` : `did you mean "${near}"?`,
    });
  }
  if (names.length === 0) {
    problems.push({
      message: 'no column is left to be shuffled',
      where: at([]),
      remedy: 'name some in columns',
    });
  }
  failOn(problems);
  return features;
}

function judge(
  name: string,
  metric: Metric,
  found: MetricEstimate | undefined,
  limit: number,
  confidence: number,
): { verdict: Verdict; reason: string } {
  const allowed = `${formatNumber(limit)} is allowed`;
  if (found === undefined) {
    const reason = `${metric.title} has no value when ${name} is shuffled, so its importance is not known; ${allowed}`;
    return { verdict: 'inconclusive', reason };
  }
  const { value, lower, upper } = found;
  const show = (x: number): string => formatNumber(x, 3);
  const sure = `with ${formatPercent(confidence)} confidence`;
  const is = `When ${name} is shuffled, ${metric.title} gets worse by ${show(value)}`;
  if (upper <= limit) return { verdict: 'pass', reason: `${is}, at most ${show(upper)} ${sure}; ${allowed}` };
  if (lower > limit) return { verdict: 'fail', reason: `${is}, at least ${show(lower)} ${sure}; ${allowed}` };
  return {
    verdict: 'inconclusive',
    reason: `${is}, between ${show(lower)} and ${show(upper)} (each bound ${sure}); ${allowed}, which these rows cannot settle`,
  };
}

const mostNamed = 3;

/** What the model leans on, in a sentence. */
export function leansOn({ columns, title, confidence }: ImportanceRecord): string {
  const shown = columns.filter(({ importance }) => (importance?.lower ?? 0) > 0).slice(0, mostNamed);
  if (shown.length === 0) {
    return `Shuffling any one column does ${title} no harm that shows with ${formatPercent(confidence)} confidence`;
  }
  const [first, ...others] = shown.map(({ name, importance }) => ({
    name,
    by: formatNumber(importance!.value, 2),
  }));
  const then =
    others.length === 0 ? '' : `, then ${others.map(({ name, by }) => `${name} (${by})`).join(', ')}`;
  return `The model leans most on ${first!.name}: shuffled, ${title} gets worse by ${first!.by}${then}`;
}
