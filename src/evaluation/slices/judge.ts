import type { SliceDecision } from '../../formats/decision.js';
import { compares } from '../../spec/sections/evaluate.js';
import { benjaminiHochberg } from '../../statistics/multiplicity.js';
import { normalCdf, normalQuantile } from '../../statistics/special.js';
import { type Baseline, compareModels } from '../comparison.js';
import { toRecord } from '../judge.js';
import type { EstimateOptions, Metric, MetricEstimate } from '../metrics/metric.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import { type Rule, boundsBelow, isRelative } from '../rules.js';
import type { Slice, Slicing } from './define.js';

export interface SliceOptions extends EstimateOptions {
  readonly minRows: number;
}

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
/** A rule, and the rows that it compares with; null for a limit. */
interface Applied {
  readonly rule: Rule;
  readonly rows: EvaluationRows | null;
}

/**
 * Judges rules in every slice that has enough rows: a slice fails where it is worse than its rule allows after
 * Benjamini–Hochberg over all slices and rules, and where it is named and has no row. Where no rule applies,
 * slices are only described.
 * @param rules limits, and comparisons; those without anything to compare with do not apply
 * @param described metrics that are shown where no rule applies
 */
export function judgeSlices(
  slicings: readonly Slicing[],
  rules: readonly Rule[],
  described: readonly Metric[],
  challenger: EvaluationRows,
  baselineOf: (versus: string) => Baseline,
  options: SliceOptions,
): SliceDecision[] {
  const applied = rules.flatMap((rule): Applied[] => {
    if (rule.versus === null) return [{ rule, rows: null }];
    const baseline = baselineOf(rule.versus);
    return 'rows' in baseline ? [{ rule, rows: baseline.rows }] : [];
  });
  const lean = { ...options, maxUnits };
  const drafts = slicings.flatMap(({ slices }) =>
    slices.map((slice): Draft => {
      const about = {
        column: slice.column,
        value: slice.value,
        ...(slice.parts && { parts: [...slice.parts] }),
        ...(slice.named && { named: true as const }),
        rows: slice.places.length,
      };
      const enough = slice.places.length >= Math.max(1, options.minRows);
      const judged = enough ? judgeSlice(slice, applied, described, challenger, lean) : [];
      return { slice: about, enough, judged };
    }),
  );
  return conclude(drafts, applied.length > 0, options);
}

function judgeSlice(
  { places }: Slice,
  applied: readonly Applied[],
  described: readonly Metric[],
  challenger: EvaluationRows,
  options: EstimateOptions,
): Judged[] {
  const own = takeRows(challenger, places);
  if (applied.length === 0) {
    return described.map((metric) => ({ result: describe(metric, own, options), clears: false }));
  }
  // The same rows for every rule: what metrics remember of them is made once.
  const taken = new Map<EvaluationRows, EvaluationRows>();
  return applied.map(({ rule, rows }) => {
    if (rows === null) return judgeRule(rule, own, null, options);
    let theirs = taken.get(rows);
    if (theirs === undefined) taken.set(rows, (theirs = takeRows(rows, places)));
    return judgeRule(rule, own, theirs, options);
  });
}

function blank(metric: Metric, rule?: Rule): SliceResult {
  return {
    metric: metric.name,
    rule: rule?.text ?? null,
    ...(rule?.confidence !== undefined && { confidence: rule.confidence }),
    challenger: null,
    difference: null,
    p: null,
    adjustedP: null,
  };
}

function describe(metric: Metric, rows: EvaluationRows, options: EstimateOptions): SliceResult {
  const missing = metric.missing(rows);
  if (missing !== undefined) return { ...blank(metric), note: missing };
  return { ...blank(metric), challenger: toRecord(metric.estimate(rows, options)) };
}

/** @param theirs null where the rule is a limit */
function judgeRule(
  rule: Rule,
  own: EvaluationRows,
  theirs: EvaluationRows | null,
  { confidence, ...rest }: EstimateOptions,
): Judged {
  const { metric } = rule;
  const options = { ...rest, confidence: rule.confidence ?? confidence };
  const missing = metric.missing(own);
  if (missing !== undefined) return { result: { ...blank(metric, rule), note: missing }, clears: false };
  const estimate = metric.estimate(own, options);
  const found = { ...blank(metric, rule), challenger: toRecord(estimate) };
  if (theirs === null) return decide(rule, found, estimate, options);
  const missingThere = metric.missing(theirs);
  if (missingThere !== undefined) {
    return { result: { ...found, note: `no value to compare with: ${missingThere}` }, clears: false };
  }
  if (isRelative(rule.kind)) {
    const { difference, judged } = compareModels(rule, own, { rows: theirs, name: '' }, options);
    return decide(rule, { ...found, difference: toRecord(difference) }, judged, options);
  }
  const difference = metric.difference(own, theirs, options);
  return decide(rule, { ...found, difference: toRecord(difference) }, difference, options);
}

/** p of "no worse than the limit", one-sided, by the end of the interval that speaks for the model. */
function decide(
  { kind, limit }: Rule,
  result: SliceResult,
  { value, lower, upper }: MetricEstimate,
  { confidence }: EstimateOptions,
): Judged {
  const below = boundsBelow(kind);
  const allowed = below && compares(kind) ? -limit : limit;
  const [excess, half] = below ? [value - allowed, upper - value] : [allowed - value, value - lower];
  const error = half / normalQuantile(confidence);
  const p = error === 0 ? (excess >= 0 ? 1 : 0) : Number.isFinite(error) ? normalCdf(excess / error) : 1;
  return { result: { ...result, p }, clears: below ? lower >= allowed : upper <= allowed };
}

/** Whether a rule is broken in the slice, after correction over all slices. */
export function breaks({ adjustedP, confidence }: SliceResult, usual: number): boolean {
  return adjustedP !== null && adjustedP <= 1 - (confidence ?? usual);
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
      if (slice.named === true && slice.rows === 0) return 'fail';
      if (!enough || results.every((result) => result.challenger === null)) return 'insufficient';
      if (!compared) return 'described';
      if (results.some((result) => breaks(result, confidence))) return 'fail';
      return judged.every(({ clears }) => clears) ? 'pass' : 'inconclusive';
    })();
    return { ...slice, verdict, results };
  });
}
