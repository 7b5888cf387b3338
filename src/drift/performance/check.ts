import { type Problem, failOn } from '../../common/errors.js';
import { plural } from '../../common/text.js';
import { worst } from '../../common/verdict.js';
import type {
  Concept,
  Estimated,
  Performance,
  PredictionDrift,
  Realised,
} from '../../formats/drift-performance.js';
import { checkConcept } from './concept.js';
import { estimatePerformance } from './estimated.js';
import type { Measure } from './measure.js';
import type { NewPoint, PerformanceOptions, PerformanceOutcome } from './options.js';
import { type Reading, isPredicted, labelledOutcomes } from './outcomes.js';
import { checkPredictions } from './predictions.js';
import { type LogRows, readLog } from './read.js';
import { checkRealised } from './realised.js';
import { type Bounded, type Limit, boundConfidence, limitsOf, measureRows } from './rules.js';
import { type Scope, scopeOf } from './scope.js';
import { isoTime } from './stream.js';

/**
 * How a model does on what it is asked now: whether its predictions changed, how good they turned out where labels are
 * known, how good the others are to be expected, and whether its errors have become more.
 * @throws UserError for settings and data that cannot be used
 */
export async function checkPerformance(options: PerformanceOptions): Promise<PerformanceOutcome> {
  const { settings, columns, task, now, seed } = options;
  const limits = limitsOf(settings.rules, measures(options));
  const read = await readLog(options);
  const { log, classes, positive } = read;
  const reading: Reading = { task, classes, positive, threshold: columns.threshold };
  const scope = scopeOf(log, {
    now,
    matureAfterMs: settings['mature-after'],
    overMs: settings.over,
    minCoverage: settings['min-coverage'],
    unknownLabels: read.unknownLabels,
  });
  const reference = read.reference && { log: read.reference, rows: labelledRows(read.reference) };
  const confidence = boundConfidence(settings.confidence, limits.length);
  const referenceOf = ({ measure }: Limit): Bounded | string =>
    reference === undefined
      ? 'there is no reference'
      : measureRows(measure, labelledOutcomes(reference.log, reference.rows, reading), { confidence, seed });

  const predictions =
    read.tables.reference === undefined
      ? null
      : await checkPredictions(options, read.tables.log, read.tables.reference, sinceOf(log, settings.over));
  const wanted = read.hasLabels && limits.length > 0;
  const realised = wanted
    ? checkRealised({
        log,
        reading,
        scope,
        limits,
        reference: referenceOf,
        confidence: settings.confidence,
        seed,
      })
    : undefined;
  const { estimated, why } = estimate(options, log, scope, reading, reference, limits);
  const concept =
    settings.concept === undefined || !read.hasLabels
      ? undefined
      : checkConcept({
          log,
          scope,
          reading,
          ...(reference && { reference }),
          settings: settings.concept,
          before: options.stream,
          era: options.era,
          at: options.at,
        });
  const result = compose(
    { predictions, realised: realised?.result ?? null, estimated, concept: concept?.result ?? null },
    [...leftOut(scope), ...(why === undefined ? [] : [why])],
  );
  return {
    result,
    verdict: result.verdict,
    reasons: result.reasons,
    points: pointsOf(log, scope, realised?.measured, limits, estimated, options),
    ...(concept !== undefined && log.times !== undefined && { stream: concept.state }),
  };
}

function measures({ settings, measure, at }: PerformanceOptions): (name: string) => Measure {
  const found = new Map<string, Measure>();
  const problems: Problem[] = [];
  settings.rules.forEach(({ metric }, i) => {
    const answer = measure(metric);
    if ('wrong' in answer) {
      problems.push({ message: answer.wrong, where: at(['rules', i, 'metric']), remedy: answer.remedy });
    } else found.set(metric, answer);
  });
  failOn(problems);
  return (name) => found.get(name)!;
}

function labelledRows(log: LogRows): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < log.rows; row++) {
    if (!Number.isNaN(log.labels[row]) && isPredicted(log, row)) rows.push(row);
  }
  return Uint32Array.from(rows);
}

function estimate(
  { settings, task, seed }: PerformanceOptions,
  log: LogRows,
  scope: Scope,
  reading: Reading,
  reference: { log: LogRows; rows: Uint32Array } | undefined,
  limits: readonly Limit[],
): { estimated: Estimated | null; why?: string } {
  if (!settings.estimate || limits.length === 0) return { estimated: null };
  const not = (why: string) => ({ estimated: null, why: `No estimate without labels: ${why}.` });
  if (task === 'regression') return not('a regression’s predictions do not say how sure they are');
  if (log.scores.length === 0) return not('the log has no scores');
  if (task === 'multiclass-classification' && log.scores.length !== reading.classes.length) {
    return not('the log has no score for each class');
  }
  if (reference === undefined || reference.rows.length === 0) {
    return not('there is no labelled reference to say whether the scores can be believed');
  }
  const rows = scope.young.length > 0 ? scope.young : scope.newest;
  if (rows.length === 0) return not('there is no prediction');
  return {
    estimated: estimatePerformance({
      log,
      rows,
      labelled: scope.labelled,
      reference,
      reading,
      limits,
      confidence: settings.confidence,
      seed,
    }),
  };
}

type Parts = {
  predictions: PredictionDrift | null;
  realised: Realised | null;
  estimated: Estimated | null;
  concept: Concept | null;
};

/**
 * What is known of the performance itself, predictions that merely changed aside. Labels beat estimates: where they
 * decide, an estimate that cannot tell does not take that back. Undefined where nothing was looked at.
 */
export function harmOf({
  realised,
  estimated,
  concept,
}: Omit<Parts, 'predictions'>): Pick<Performance, 'verdict' | 'reasons'> | undefined {
  const known = [realised, concept].filter((part) => part !== null);
  const decided = known.length > 0 && known.every(({ verdict }) => verdict !== 'inconclusive');
  const idle = decided && estimated?.verdict === 'inconclusive';
  const heard = [...known, ...(estimated === null || idle ? [] : [estimated])];
  if (heard.length === 0) return undefined;
  return {
    verdict: worst(heard.map(({ verdict }) => verdict)),
    reasons: sorted([...heard, ...(idle ? [estimated] : [])]),
  };
}

function compose(parts: Parts, more: readonly string[]): Performance {
  const harm = harmOf(parts);
  const heard = [...(harm ? [harm] : []), ...(parts.predictions ? [parts.predictions] : [])];
  return {
    kind: 'drift-performance',
    schemaVersion: 1,
    verdict: worst(heard.map(({ verdict }) => verdict)),
    reasons: [...sorted(heard), ...more],
    ...parts,
  };
}

/** Reasons of what failed first. */
function sorted(parts: readonly Pick<Performance, 'verdict' | 'reasons'>[]): string[] {
  return (['fail', 'inconclusive', 'pass'] as const).flatMap((verdict) =>
    parts.filter((part) => part.verdict === verdict).flatMap(({ reasons }) => reasons),
  );
}

function leftOut({ left: { unpredicted, untimed } }: Scope): string[] {
  return [
    ...(unpredicted > 0
      ? [`${plural(unpredicted, 'row')} of the log without a prediction were left out.`]
      : []),
    ...(untimed > 0 ? [`${plural(untimed, 'row')} of the log without a time were left out.`] : []),
  ];
}

/** Start of the newest `over` of the log, seconds since 1970. */
function sinceOf({ times }: LogRows, over: number | undefined): number {
  const latest = times?.findLast((time) => !Number.isNaN(time)) ?? 0;
  return latest - (over ?? 0) / 1000;
}

/** One point a metric and run: what was realised, and what is estimated. */
function pointsOf(
  log: LogRows,
  scope: Scope,
  measured: ReadonlyMap<string, Bounded> | undefined,
  limits: readonly Limit[],
  estimated: Estimated | null,
  { now, run }: PerformanceOptions,
): NewPoint[] {
  const last = scope.labelled.at(-1);
  const realisedAt = last === undefined ? undefined : log.times?.[last];
  const points: NewPoint[] = [];
  const titles = new Map(limits.map(({ measure }) => [measure.name, measure]));
  const add = (
    series: string,
    title: string,
    better: Measure['better'],
    at: string,
    found: Bounded,
  ): void => {
    const { value, lower, upper, rows } = found;
    const ends = Number.isFinite(lower) && Number.isFinite(upper) ? { lower, upper } : {};
    points.push({ series, title, better, point: { key: run, at, rows, value, ...ends } });
  };
  for (const [name, found] of measured ?? []) {
    const { title, better } = titles.get(name)!;
    add(
      `realised:${name}`,
      title,
      better,
      realisedAt === undefined ? now.toISOString() : isoTime(realisedAt),
      found,
    );
  }
  const seen = new Set<string>();
  for (const { metric, title, better, current } of estimated?.rules ?? []) {
    if (current === null || seen.has(metric)) continue;
    seen.add(metric);
    add(`estimated:${metric}`, `${title} (estimated)`, better, now.toISOString(), {
      ...current,
      lower: current.lower ?? -Infinity,
      upper: current.upper ?? Infinity,
    });
  }
  return points;
}
