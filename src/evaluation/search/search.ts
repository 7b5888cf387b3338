import type { SearchDecision, SearchFinding } from '../../formats/decision-search.js';
import { benjaminiHochberg } from '../../statistics/multiplicity.js';
import { toRecord } from '../judge.js';
import type { EstimateOptions, Metric } from '../metrics/metric.js';
import type { EvaluationRows } from '../rows.js';
import { type Candidate, type Losses, findCandidates, rowsIn } from './candidates.js';
import { confirm } from './confirm.js';
import { splitRows } from './halves.js';
import type { SearchColumns } from './read.js';
import { countOf, lossesOf, meanDifference, placesWhere, split, standardDeviation, thinned } from './rows.js';
import type { SearchColumn } from './sums.js';

export interface SearchOptions extends EstimateOptions {
  readonly metric: Metric;
  /** A mean over rows, by which candidates are found: the metric itself where it is one. */
  readonly by: Metric;
  readonly minRows: number;
  /** In the metric's unit; null: by the rows' standard deviation, where the metric is a mean over rows. */
  readonly thresholds: { readonly rest: number | null; readonly champion: number | null };
  readonly fail: boolean;
}

/** Slices of each kind that are tested. */
const mostCandidates = 20;
/** Rows among which candidates are found at most. */
const mostRows = 200_000;
/** Shares of the rows' standard deviation. */
const usual = { rest: 0.2, champion: 0.1 };
/** What only stands for the metric is looked at more widely. */
const wider = 0.5;
/** Fewer rows of a slice on either half say nothing. */
const leastRows = 30;

/**
 * Looks for slices of one or two columns where the model is worse than on the other rows, or than the champion. What
 * looks worst on one half of the rows is tested on the other (sample splitting; Cox 1975), so that neither the number
 * of slices that were looked at nor the choice of the worst ones makes a finding, nor its difference, larger than it
 * is. Benjamini–Hochberg over the few that are tested.
 */
export function searchSlices(
  { columns, leftOut }: SearchColumns,
  challenger: EvaluationRows,
  champion: EvaluationRows | undefined,
  options: SearchOptions,
): SearchDecision {
  const { metric, by, minRows, confidence } = options;
  const undecided: SearchDecision = {
    metric: metric.name,
    title: metric.title,
    ...(by !== metric && { foundBy: by.name }),
    better: metric.better === 'higher' ? 'higher' : 'lower',
    thresholds: { rest: options.thresholds.rest, champion: options.thresholds.champion },
    fail: options.fail,
    columns: columns.map(({ column }) => column),
    columnsLeftOut: [...leftOut],
    lookedAt: 0,
    foundOn: 0,
    confirmedOn: 0,
    candidates: 0,
    findings: [],
  };
  const missing = metric.missing(challenger) ?? by.missing(challenger);
  if (missing !== undefined) return { ...undecided, note: `${metric.title} has no value, since ${missing}` };
  if (columns.length === 0) return { ...undecided, note: 'no column has values that make slices' };
  const other =
    champion !== undefined && (metric.missing(champion) ?? by.missing(champion)) === undefined
      ? champion
      : undefined;
  const own = lossesOf(by, challenger);
  const theirs = other && lossesOf(by, other);
  const counted = placesWhere(own.length, (i) => !Number.isNaN(own[i]!));
  const spread = standardDeviation(own, counted);
  // What the champion does better everywhere is no slice's own, and for the rules.
  const everywhere = theirs && Math.max(0, meanDifference(own, theirs, counted, challenger.weights));
  const share = by === metric ? 1 : wider;
  const byRows = {
    rest: usual.rest * spread * share,
    champion: everywhere === undefined ? null : everywhere + usual.champion * spread * share,
  };
  const thresholds = thresholdsOf(options, byRows, { challenger, champion: other, everywhere });
  const half = splitRows(own.length, challenger.clusters, options.seed);
  const finding = counted.filter((row) => half[row] === 1);
  const confirming = counted.filter((row) => half[row] === 0);
  const counts = { thresholds, foundOn: finding.length, confirmedOn: confirming.length };
  const least = Math.max(leastRows, minRows / 2);
  if (finding.length < 2 * least) {
    return { ...undecided, ...counts, note: 'there are too few rows to search' };
  }

  const sampled = thinned(finding, mostRows);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(sampled, (row) => values[row]!);
  // Candidates are found by a mean over rows, and so in its unit.
  const looking = by === metric ? thresholds : byRows;
  const [x, y] = [pick(own), theirs && pick(theirs)];
  const small = columns.map((one) => {
    const codes = new Uint8Array(sampled.length);
    for (let i = 0; i < codes.length; i++) codes[i] = one.codes[sampled[i]!]!;
    return { ...one, codes };
  });
  const questions: Losses[] = [
    { than: 'rest', values: x, threshold: looking.rest },
    ...(y === undefined
      ? []
      : [{ than: 'champion' as const, values: x.map((a, i) => a - y[i]!), threshold: looking.champion! }]),
  ];
  const found = questions.map((losses) =>
    findCandidates(small, losses, {
      weights: challenger.weights && pick(challenger.weights),
      minRows: Math.max(leastRows, (least * sampled.length) / finding.length),
      most: mostCandidates,
    }),
  );
  const candidates = found.flatMap((one) => one.candidates);
  const tested = candidates.flatMap((candidate) => {
    const one = test(candidate, columns, confirming, challenger, other, { ...options, thresholds, least });
    return one === undefined ? [] : [one];
  });
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  const findings = tested
    .map((one, i): SearchFinding => ({ ...one, adjustedP: adjusted[i]! }))
    .filter(({ adjustedP }) => adjustedP <= 1 - confidence)
    .sort(bySurety(metric));
  return {
    ...undecided,
    ...counts,
    lookedAt: Math.max(...found.map((one) => one.lookedAt)),
    candidates: tested.length,
    findings,
  };
}

/** How much worse is worth a finding, in the metric's unit. */
function thresholdsOf(
  { metric, by, thresholds }: SearchOptions,
  byRows: { rest: number; champion: number | null },
  models: {
    challenger: EvaluationRows;
    champion: EvaluationRows | undefined;
    everywhere: number | undefined;
  },
): { rest: number; champion: number | null } {
  const { challenger, champion, everywhere = 0 } = models;
  const rest = thresholds.rest ?? byRows.rest;
  if (champion === undefined) return { rest, champion: null };
  if (by === metric) {
    return {
      rest,
      champion: thresholds.champion === null ? byRows.champion : everywhere + thresholds.champion,
    };
  }
  const sign = metric.better === 'higher' ? -1 : 1;
  const whole = sign * (metric.value(challenger) - metric.value(champion));
  return { rest, champion: Math.max(0, whole) + (thresholds.champion ?? rest) };
}

function test(
  candidate: Candidate,
  columns: readonly SearchColumn[],
  confirming: Uint32Array,
  challenger: EvaluationRows,
  champion: EvaluationRows | undefined,
  options: SearchOptions & { thresholds: { rest: number; champion: number | null }; least: number },
): Omit<SearchFinding, 'adjustedP'> | undefined {
  const { than, parts } = candidate;
  const within = rowsIn(candidate, columns);
  const [inside, outside] = split(confirming, within);
  if (inside.length < options.least) return undefined;
  const found = confirm(
    than,
    options.metric,
    { challenger, champion, inside, outside },
    options.thresholds[than]!,
    options,
  );
  if (found === undefined) return undefined;
  return {
    parts: parts.map(({ column, code }) => ({
      column: columns[column]!.column,
      value: columns[column]!.texts[code]!,
    })),
    than,
    rows: countOf(within),
    confirmedOn: inside.length,
    challenger: toRecord(found.challenger),
    other: toRecord(found.other),
    difference: toRecord(found.difference),
    p: found.p,
  };
}

/** The largest difference that is certain first. */
function bySurety({ better }: Metric): (a: SearchFinding, b: SearchFinding) => number {
  const least = ({ difference: { lower, upper } }: SearchFinding): number =>
    (better === 'higher' ? -(upper ?? Infinity) : lower) ?? -Infinity;
  return (a, b) => least(b) - least(a) || a.p - b.p;
}
