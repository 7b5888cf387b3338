import type { EstimateRecord, RuleDecision } from '../formats/decision.js';
import { normalQuantile } from '../statistics/special.js';
import { type Beside, ruleSentence } from './sentences.js';
import type { EstimateOptions, MetricEstimate } from './metrics/metric.js';
import { type EvaluationRows, rowCount } from './rows.js';
import type { Rule } from './rules.js';

/** What the challenger is compared with, or why there is none. */
export type Baseline = { readonly rows: EvaluationRows; readonly name: string } | { readonly none: string };

const power = 0.8;

/**
 * Decides one rule on the bound of an interval, never on the point: pass when the whole interval is on the
 * right side of the limit, fail when it is wholly on the wrong side, else inconclusive.
 */
export function judgeRule(
  rule: Rule,
  challenger: EvaluationRows,
  baseline: Baseline,
  options: EstimateOptions,
): RuleDecision {
  const { metric, versus } = rule;
  const undecided = {
    metric: metric.name,
    title: metric.title,
    kind: rule.kind,
    limit: rule.limit,
    versus,
    rule: rule.text,
    challenger: null,
    champion: null,
    difference: null,
    rowsNeeded: null,
    detectable: null,
  };
  const missing = metric.missing(challenger);
  if (missing !== undefined) {
    const reason = `${metric.title} has no value: ${missing}; what cannot be measured does not pass`;
    return { ...undecided, verdict: 'fail', reason };
  }
  const own = metric.estimate(challenger, options);
  const measured = { ...undecided, challenger: toRecord(own) };
  if (versus === null)
    return { ...measured, ...decide(rule, own, { value: own.value }, challenger, options) };
  if ('none' in baseline) {
    const reason = `${rule.text}: not applicable, since ${baseline.none}`;
    return { ...measured, verdict: 'not-applicable', reason };
  }
  const missingThere = metric.missing(baseline.rows);
  if (missingThere !== undefined) {
    const reason = `${metric.title} of ${baseline.name} has no value (${missingThere}), so nothing can be compared`;
    return { ...measured, verdict: 'inconclusive', reason };
  }
  const theirs = metric.estimate(baseline.rows, options);
  const difference = metric.difference(challenger, baseline.rows, options);
  const beside = { value: own.value, baseline: { name: baseline.name, value: theirs.value } };
  return {
    ...measured,
    champion: toRecord(theirs),
    difference: toRecord(difference),
    ...decide(rule, difference, beside, challenger, options),
    detectable: finite(
      (normalQuantile(options.confidence) + normalQuantile(power)) * spread(difference, options),
    ),
  };
}

function decide(
  rule: Rule,
  judged: MetricEstimate,
  beside: Beside,
  challenger: EvaluationRows,
  options: EstimateOptions,
): Pick<RuleDecision, 'verdict' | 'reason' | 'rowsNeeded'> {
  const verdict = compare(rule, judged);
  const rows = rowCount(challenger);
  const rowsNeeded = verdict === 'inconclusive' ? neededRows(rule, judged, rows) : null;
  const reason = ruleSentence(rule, judged, beside, { verdict, rows, rowsNeeded, ...options });
  return { verdict, reason, rowsNeeded };
}

/** The side of the interval that must clear the limit, and the limit in the judged quantity. */
export function limitOf({ kind, limit }: Rule): { side: 'lower' | 'upper'; limit: number } {
  switch (kind) {
    case 'min':
      return { side: 'lower', limit };
    case 'max-drop':
      return { side: 'lower', limit: -limit };
    case 'max':
    case 'max-increase':
      return { side: 'upper', limit };
  }
}

function compare(rule: Rule, { lower, upper }: MetricEstimate): 'pass' | 'fail' | 'inconclusive' {
  const { side, limit } = limitOf(rule);
  if (side === 'lower') return lower >= limit ? 'pass' : upper < limit ? 'fail' : 'inconclusive';
  return upper <= limit ? 'pass' : lower > limit ? 'fail' : 'inconclusive';
}

/** An interval's width falls with √n: the rows at which it would just clear the limit, were the value right. */
function neededRows(rule: Rule, { value, lower, upper }: MetricEstimate, rows: number): number | null {
  const { side, limit } = limitOf(rule);
  const right = side === 'lower' ? value >= limit : value <= limit;
  const half = (side === 'lower') === right ? value - lower : upper - value;
  const needed = rows * (half / (value - limit)) ** 2;
  if (!Number.isFinite(needed) || needed > 1e12) return null;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1);
  return Math.max(rows + 1, Math.ceil(needed / unit) * unit);
}

/** Standard error that an interval implies, also one that was not made from a standard error. */
export function spread({ lower, upper }: MetricEstimate, { confidence }: EstimateOptions): number {
  return (upper - lower) / (2 * normalQuantile(confidence));
}

export function toRecord({ value, lower, upper, method }: MetricEstimate): EstimateRecord {
  return { value, lower: finite(lower), upper: finite(upper), method };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
