import type { SliceDecision } from '../formats/decision.js';
import { benjaminiHochberg } from '../statistics/multiplicity.js';
import { normalCdf } from '../statistics/special.js';
import { type Baseline, limitOf, spread, toRecord } from './judge.js';
import type { EstimateOptions, Metric, MetricEstimate } from './metrics/metric.js';
import { type EvaluationRows, takeRows } from './rows.js';
import type { Rule } from './rules.js';

/** A column of the hold-out data, a value for each row; null where it is empty. */
export interface SliceColumn {
  readonly name: string;
  readonly values: readonly (string | null)[];
}

export interface SliceOptions extends EstimateOptions {
  readonly minRows: number;
}

/** Slices of one column that are judged, the largest first; a column with more values is an identifier. */
export const maxSlices = 100;
/** Slices are many, and their intervals need not be the last word. */
const maxUnits = 4000;

type SliceResult = SliceDecision['results'][number];
interface Judged {
  readonly result: SliceResult;
  /** Whether the whole interval is on the right side of the rule's limit. */
  readonly clears: boolean;
}
interface Draft {
  readonly slice: Omit<SliceDecision, 'verdict' | 'results'>;
  readonly enough: boolean;
  readonly judged: readonly Judged[];
}

/**
 * Judges the comparison rules in every slice that has enough rows: a slice fails where it is worse than its rule
 * tolerates after Benjamini–Hochberg over all slices and rules. Without comparison, slices are only described.
 */
export function judgeSlices(
  columns: readonly SliceColumn[],
  rules: readonly Rule[],
  challenger: EvaluationRows,
  baselineOf: (versus: string) => Baseline,
  options: SliceOptions,
): SliceDecision[] {
  const comparisons = rules.flatMap((rule) => {
    const baseline = rule.versus === null ? undefined : baselineOf(rule.versus);
    return baseline !== undefined && 'rows' in baseline ? [{ rule, rows: baseline.rows }] : [];
  });
  const described = [...new Set(rules.map((rule) => rule.metric))];
  const lean = { ...options, maxUnits };
  const drafts = columns.flatMap((column) =>
    sliceUp(column).map(({ value, places }): Draft => {
      const slice = { column: column.name, value, rows: places.length };
      if (places.length < options.minRows) return { slice, enough: false, judged: [] };
      const own = takeRows(challenger, places);
      const judged =
        comparisons.length === 0
          ? described.map((metric) => ({ result: describe(metric, own, lean), clears: false }))
          : comparisons.map(({ rule, rows }) => compareSlice(rule, own, takeRows(rows, places), lean));
      return { slice, enough: true, judged };
    }),
  );
  return conclude(drafts, comparisons.length > 0, options);
}

/** Rows by value, the largest slices first. */
function sliceUp({ values }: SliceColumn): { value: string | null; places: Uint32Array }[] {
  const places = new Map<string | null, number[]>();
  values.forEach((value, row) => {
    const found = places.get(value);
    if (found === undefined) places.set(value, [row]);
    else found.push(row);
  });
  return [...places]
    .sort(([a, x], [b, y]) => y.length - x.length || ((a ?? '') < (b ?? '') ? -1 : 1))
    .slice(0, maxSlices)
    .map(([value, rows]) => ({ value, places: Uint32Array.from(rows) }));
}

function describe(metric: Metric, rows: EvaluationRows, options: EstimateOptions): SliceResult {
  const nothing = {
    metric: metric.name,
    rule: null,
    challenger: null,
    difference: null,
    p: null,
    adjustedP: null,
  };
  const missing = metric.missing(rows);
  if (missing !== undefined) return { ...nothing, note: missing };
  return { ...nothing, challenger: toRecord(metric.estimate(rows, options)) };
}

function compareSlice(
  rule: Rule,
  own: EvaluationRows,
  theirs: EvaluationRows,
  options: EstimateOptions,
): Judged {
  const { metric, text } = rule;
  const found = { ...describe(metric, own, options), rule: text };
  if (found.challenger === null) return { result: found, clears: false };
  const missing = metric.missing(theirs);
  if (missing !== undefined) {
    return { result: { ...found, note: `no value to compare with: ${missing}` }, clears: false };
  }
  const difference = metric.difference(own, theirs, options);
  const { side, limit } = limitOf(rule);
  return {
    result: { ...found, difference: toRecord(difference), p: beyond(difference, side, limit, options) },
    clears: side === 'lower' ? difference.lower >= limit : difference.upper <= limit,
  };
}

/** p of "no worse than the limit", one-sided, on the interval's standard error. */
function beyond(
  difference: MetricEstimate,
  side: 'lower' | 'upper',
  limit: number,
  options: EstimateOptions,
): number {
  const excess = side === 'lower' ? difference.value - limit : limit - difference.value;
  const error = spread(difference, options);
  if (error === 0) return excess >= 0 ? 1 : 0;
  return Number.isFinite(error) ? normalCdf(excess / error) : 1;
}

function conclude(
  drafts: readonly Draft[],
  compared: boolean,
  { confidence }: SliceOptions,
): SliceDecision[] {
  const tested = drafts.flatMap(({ judged }) =>
    judged.map(({ result }) => result).filter(({ p }) => p !== null),
  );
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p!));
  const adjustedOf = new Map(tested.map((result, i) => [result, adjusted[i]!]));
  return drafts.map(({ slice, enough, judged }) => {
    const results = judged.map(({ result }) => ({ ...result, adjustedP: adjustedOf.get(result) ?? null }));
    const verdict = ((): SliceDecision['verdict'] => {
      if (!enough || results.every((result) => result.challenger === null)) return 'insufficient';
      if (!compared) return 'described';
      if (results.some(({ adjustedP }) => adjustedP !== null && adjustedP <= 1 - confidence)) return 'fail';
      return judged.every(({ clears }) => clears) ? 'pass' : 'inconclusive';
    })();
    return { ...slice, verdict, results };
  });
}
