import type { SliceDecision } from '../../formats/decision.js';
import { benjaminiHochberg } from '../../statistics/multiplicity.js';
import { normalCdf, normalQuantile } from '../../statistics/special.js';
import { type Baseline, type ModelBaseline, compareModels, estimateDifference } from '../comparison.js';
import { type Reuse, limitOf, toRecord, verdictOf } from '../judge.js';
import type { EstimateOptions, Metric, MetricEstimate } from '../metrics/metric.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import { type Rule, isRelative } from '../rules.js';
import type { Slice, Slicing } from './define.js';

export interface SliceOptions extends EstimateOptions {
  readonly minRows: number;
  /** Where these rows have decided before: what shows that a slice is good enough pays for it. */
  readonly reuse?: Reuse;
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
/** A rule, and the model that it compares with; null for a limit. */
interface Applied {
  readonly rule: Rule;
  readonly baseline: ModelBaseline | null;
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
    if (rule.versus === null) return [{ rule, baseline: null }];
    const baseline = baselineOf(rule.versus);
    return 'rows' in baseline ? [{ rule, baseline }] : [];
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
  options: SliceOptions,
): Judged[] {
  const own = takeRows(challenger, places);
  if (applied.length === 0) {
    return described.map((metric) => ({ result: describe(metric, own, options), clears: false }));
  }
  // The same rows for every rule: what metrics remember of them is made once.
  const taken = new Map<EvaluationRows, EvaluationRows>();
  return applied.map(({ rule, baseline }) => {
    if (baseline === null) return judgeRule(rule, own, null, options);
    let rows = taken.get(baseline.rows);
    if (rows === undefined) taken.set(baseline.rows, (rows = takeRows(baseline.rows, places)));
    return judgeRule(rule, own, { ...baseline, rows }, options);
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

/** @param baseline null where the rule is a limit */
function judgeRule(
  rule: Rule,
  own: EvaluationRows,
  baseline: ModelBaseline | null,
  { confidence, reuse, ...rest }: SliceOptions,
): Judged {
  const { metric } = rule;
  const nominal = rule.confidence ?? confidence;
  const missing = metric.missing(own);
  if (missing !== undefined) return { result: { ...blank(metric, rule), note: missing }, clears: false };
  const missingThere = baseline === null ? undefined : metric.missing(baseline.rows);
  const estimate = metric.estimate(own, { ...rest, confidence: nominal });
  const result = { ...blank(metric, rule), challenger: toRecord(estimate) };
  if (missingThere !== undefined) {
    return { result: { ...result, note: `no value to compare with: ${missingThere}` }, clears: false };
  }
  const judgedAt = (level: number): { judged: MetricEstimate; difference: MetricEstimate | null } => {
    const options = { ...rest, nominal, confidence: level };
    if (baseline === null) {
      return { judged: level === nominal ? estimate : metric.estimate(own, options), difference: null };
    }
    if (isRelative(rule.kind)) return compareModels(rule, own, baseline, options);
    const difference = estimateDifference(metric, own, baseline, options);
    return { judged: difference, difference };
  };
  const { judged, difference } = judgedAt(nominal);
  const paid = reuse?.corrected(nominal) ?? nominal;
  const passes = (one: MetricEstimate): boolean => verdictOf(rule, one) === 'pass';
  return {
    result: {
      ...result,
      ...(difference !== null && { difference: toRecord(difference) }),
      p: harmP(rule, judged, nominal),
    },
    clears: passes(judged) && (paid === nominal || passes(judgedAt(paid).judged)),
  };
}

/**
 * p of "no worse than the limit", one-sided, by the end of the interval that speaks for the model. The correction for
 * reused rows does not apply: it would hide harm.
 */
function harmP(rule: Rule, { value, lower, upper }: MetricEstimate, confidence: number): number {
  const { side, limit } = limitOf(rule);
  const [excess, half] = side === 'lower' ? [value - limit, upper - value] : [limit - value, value - lower];
  const error = half / normalQuantile(confidence);
  if (error === 0) return excess >= 0 ? 1 : 0;
  return Number.isFinite(error) ? normalCdf(excess / error) : 1;
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
