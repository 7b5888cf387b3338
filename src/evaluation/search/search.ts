import type { SearchDecision, SearchFinding } from '../../formats/decision-search.js';
import { benjaminiHochberg } from '../../statistics/multiplicity.js';
import { toRecord } from '../judge.js';
import type { EstimateOptions, Metric } from '../metrics/metric.js';
import { allOf } from '../metrics/repeated.js';
import type { EvaluationRows } from '../rows.js';
import { type Candidate, type Losses, findCandidates, rowsIn } from './candidates.js';
import { confirm } from './confirm.js';
import { splitRows } from './halves.js';
import type { SearchColumns } from './read.js';
import type { SearchColumn } from './sums.js';

export interface SearchOptions extends EstimateOptions {
  /** A mean over rows. */
  readonly metric: Metric;
  readonly minRows: number;
  /** In the metric's unit; null: by the rows' standard deviation. */
  readonly thresholds: { readonly rest: number | null; readonly champion: number | null };
  readonly fail: boolean;
}

/** Slices of each kind that are tested. */
const mostCandidates = 20;
/** Rows among which candidates are found at most. */
const mostRows = 200_000;
/** Shares of the rows' standard deviation. */
const usual = { rest: 0.2, champion: 0.1 };
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
  const { metric, minRows, confidence } = options;
  const own = lossesOf(metric, challenger);
  const theirs = champion && lossesOf(metric, champion);
  const counted = placesWhere(own.length, (i) => !Number.isNaN(own[i]!));
  const spread = standardDeviation(own, counted);
  // What the champion does better everywhere is no slice's own, and for the rules.
  const everywhere = theirs && Math.max(0, meanDifference(own, theirs, counted, challenger.weights));
  const thresholds = {
    rest: options.thresholds.rest ?? usual.rest * spread,
    champion:
      everywhere === undefined ? null : everywhere + (options.thresholds.champion ?? usual.champion * spread),
  };
  const half = splitRows(own.length, challenger.clusters, options.seed);
  const finding = counted.filter((row) => half[row] === 1);
  const confirming = counted.filter((row) => half[row] === 0);
  const undecided: SearchDecision = {
    metric: metric.name,
    title: metric.title,
    better: metric.better === 'higher' ? 'higher' : 'lower',
    thresholds,
    fail: options.fail,
    columns: columns.map(({ column }) => column),
    columnsLeftOut: [...leftOut],
    lookedAt: 0,
    foundOn: finding.length,
    confirmedOn: confirming.length,
    candidates: 0,
    findings: [],
  };
  const least = Math.max(leastRows, minRows / 2);
  if (finding.length < 2 * least) return { ...undecided, note: 'there are too few rows to search' };
  if (columns.length === 0) return { ...undecided, note: 'no column has values that make slices' };

  const sampled = thinned(finding);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(sampled, (row) => values[row]!);
  const [x, y] = [pick(own), theirs && pick(theirs)];
  const small = columns.map((one) => {
    const codes = new Uint8Array(sampled.length);
    for (let i = 0; i < codes.length; i++) codes[i] = one.codes[sampled[i]!]!;
    return { ...one, codes };
  });
  const questions: Losses[] = [
    { than: 'rest', values: x, threshold: thresholds.rest },
    ...(y === undefined
      ? []
      : [{ than: 'champion' as const, values: x.map((a, i) => a - y[i]!), threshold: thresholds.champion! }]),
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
    const one = test(candidate, columns, confirming, challenger, champion, { ...options, thresholds, least });
    return one === undefined ? [] : [one];
  });
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  const findings = tested
    .map((one, i): SearchFinding => ({ ...one, adjustedP: adjusted[i]! }))
    .filter(({ adjustedP }) => adjustedP <= 1 - confidence)
    .sort(bySurety(metric));
  return {
    ...undecided,
    lookedAt: Math.max(...found.map((one) => one.lookedAt)),
    candidates: tested.length,
    findings,
  };
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

/** Rows that are in a slice, and the others. Loops, since callbacks for a million rows take ten times as long. */
function split(rows: Uint32Array, within: Uint8Array): [Uint32Array, Uint32Array] {
  const [inside, outside] = [new Uint32Array(rows.length), new Uint32Array(rows.length)];
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    if (within[rows[i]!] === 1) inside[n++] = rows[i]!;
    else outside[i - n] = rows[i]!;
  }
  return [inside.subarray(0, n), outside.subarray(0, rows.length - n)];
}

function countOf(within: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < within.length; i++) count += within[i]!;
  return count;
}

/** What each row costs, larger is worse; of repeats, on average. */
function lossesOf({ rowValues, better }: Metric, rows: EvaluationRows): Float64Array {
  const [first, ...rest] = allOf(rows).map((one) => rowValues!(one));
  const sign = better === 'higher' ? -1 : 1;
  return first!.map((value, i) => {
    let sum = value;
    for (const other of rest) sum += other[i]!;
    return (sign * sum) / (rest.length + 1);
  });
}

function meanDifference(
  first: Float64Array,
  second: Float64Array,
  rows: Uint32Array,
  weights: Float64Array | undefined,
): number {
  let [sum, total] = [0, 0];
  for (const row of rows) {
    const weight = weights === undefined ? 1 : weights[row]!;
    sum += weight * (first[row]! - second[row]!);
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}

function placesWhere(rows: number, holds: (row: number) => boolean): Uint32Array {
  const places = new Uint32Array(rows);
  let n = 0;
  for (let row = 0; row < rows; row++) if (holds(row)) places[n++] = row;
  return places.subarray(0, n);
}

function thinned(rows: Uint32Array): Uint32Array {
  const step = Math.ceil(rows.length / mostRows);
  return step <= 1 ? rows : rows.filter((_, i) => i % step === 0);
}

function standardDeviation(values: Float64Array, rows: Uint32Array): number {
  let [sum, squares] = [0, 0];
  for (const row of rows) sum += values[row]!;
  const mean = sum / rows.length;
  for (const row of rows) squares += (values[row]! - mean) ** 2;
  return Math.sqrt(squares / rows.length);
}

/** The largest difference that is certain first. */
function bySurety({ better }: Metric): (a: SearchFinding, b: SearchFinding) => number {
  const least = ({ difference: { lower, upper } }: SearchFinding): number =>
    (better === 'higher' ? -(upper ?? Infinity) : lower) ?? -Infinity;
  return (a, b) => least(b) - least(a) || a.p - b.p;
}
