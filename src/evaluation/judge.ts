import type { EstimateRecord, RuleDecision } from '../formats/decision.js';
import { normalQuantile } from '../statistics/special.js';
import { type Baseline, type Comparison, compareModels, sameModel, spread } from './comparison.js';
import type { EstimateOptions, MetricEstimate } from './metrics/metric.js';
import { type EvaluationRows, groupCount, rowCount } from './rows.js';
import { type Rule, boundsBelow, isRelative } from './rules.js';
import { type Beside, type Said, isUnbounded, noShareSentence, ruleSentence } from './sentences.js';

export interface JudgeOptions extends EstimateOptions {
  /** What the confidence of a bound becomes, where these rows have decided before. */
  readonly reuse?: Reuse;
}

/** That these rows have decided before. */
export interface Reuse {
  /** How often, this time included. */
  readonly use: number;
  corrected(confidence: number): number;
}

type Decided = Pick<RuleDecision, 'verdict' | 'reason' | 'rowsNeeded' | 'groupsNeeded'>;

const power = 0.8;

/**
 * Decides one rule on the bound of an interval, never on the point: pass when the whole interval is on the
 * right side of the limit, fail when it is wholly on the wrong side, otherwise inconclusive.
 */
export function judgeRule(
  rule: Rule,
  challenger: EvaluationRows,
  baseline: Baseline,
  options: JudgeOptions,
): RuleDecision {
  const { metric, versus } = rule;
  const nominal = rule.confidence ?? options.confidence;
  const judging = { ...options, nominal, confidence: options.reuse?.corrected(nominal) ?? nominal };
  const undecided = {
    metric: metric.name,
    title: metric.title,
    better: metric.better,
    kind: rule.kind,
    limit: rule.limit,
    versus,
    rule: rule.text,
    ...(rule.confidence !== undefined && { confidence: rule.confidence }),
    challenger: null,
    champion: null,
    difference: null,
    rowsNeeded: null,
    detectable: null,
  };
  const missing = metric.missing(challenger);
  if (missing !== undefined) {
    const reason = `${metric.title} has no value: ${missing}; a metric that cannot be computed fails the gate`;
    return { ...undecided, verdict: 'fail', reason };
  }
  const said = {
    confidence: nominal,
    use: options.reuse?.use,
    rows: rowCount(challenger),
    groups: groupCount(challenger),
  };
  if (versus === null) {
    const own = metric.estimate(challenger, judging);
    return { ...undecided, challenger: toRecord(own), ...decide(rule, own, { value: own.value }, said) };
  }
  if ('none' in baseline) {
    const reason = `${rule.text}: not applicable, since ${baseline.none}`;
    return { ...undecided, ...ownOf(), verdict: 'not-applicable', reason };
  }
  const missingThere = 'rows' in baseline ? metric.missing(baseline.rows) : undefined;
  if (missingThere !== undefined) {
    const reason = `${metric.title} of ${baseline.name} has no value (${missingThere}), so nothing can be compared`;
    return { ...undecided, ...ownOf(), verdict: 'inconclusive', reason };
  }
  const compared = compareModels(rule, challenger, baseline, judging);
  const { judged } = compared;
  const measured = { ...undecided, ...recordsOf(rule, compared) };
  if (isRelative(rule.kind) && !Number.isFinite(judged.lower)) {
    const reason = noShareSentence(rule, compared, baseline.name);
    return { ...measured, verdict: 'inconclusive', reason };
  }
  const beside = { value: compared.own.value, baseline: { name: baseline.name, estimate: compared.theirs } };
  return {
    ...measured,
    ...decide(rule, judged, beside, said),
    detectable:
      judged.method === sameModel
        ? null
        : finite((normalQuantile(judging.confidence) + normalQuantile(power)) * spread(judged, judging)),
  };

  function ownOf(): { challenger: EstimateRecord } {
    return { challenger: toRecord(metric.estimate(challenger, judging)) };
  }
}

function recordsOf(
  { kind }: Rule,
  { own, theirs, difference, judged }: Comparison,
): Pick<RuleDecision, 'challenger' | 'champion' | 'difference' | 'relative'> {
  return {
    challenger: toRecord(own),
    champion: toRecord(theirs),
    difference: toRecord(difference),
    ...(isRelative(kind) && Number.isFinite(judged.value) && { relative: toRecord(judged) }),
  };
}

function decide(
  rule: Rule,
  judged: MetricEstimate,
  beside: Beside,
  said: Omit<Said, 'verdict' | 'rowsNeeded' | 'groupsNeeded'>,
): Decided {
  const verdict = verdictOf(rule, judged);
  const rowsNeeded = verdict === 'inconclusive' ? neededRows(rule, judged, said.rows) : null;
  // More rows of the same groups would tell little: groups are what counts.
  const groupsNeeded =
    said.groups === undefined || rowsNeeded === null ? null : neededRows(rule, judged, said.groups);
  const reason = ruleSentence(rule, judged, beside, { ...said, verdict, rowsNeeded, groupsNeeded });
  return { verdict, reason, rowsNeeded, ...(groupsNeeded !== null && { groupsNeeded }) };
}

/** The side of the interval that must clear the limit, and the limit in the judged quantity. */
export function limitOf({ kind, limit }: Rule): { side: 'lower' | 'upper'; limit: number } {
  if (!boundsBelow(kind)) return { side: 'upper', limit };
  return { side: 'lower', limit: kind === 'min' ? limit : -limit };
}

/** The verdict of an interval: the challenger's own, the difference, or the relative change, as the rule asks. */
export function verdictOf(rule: Rule, { lower, upper }: MetricEstimate): 'pass' | 'fail' | 'inconclusive' {
  const { side, limit } = limitOf(rule);
  if (side === 'lower') return lower >= limit ? 'pass' : upper < limit ? 'fail' : 'inconclusive';
  return upper <= limit ? 'pass' : lower > limit ? 'fail' : 'inconclusive';
}

/** An interval's width falls with √n: the rows at which it would just clear the limit, were the value right. */
function neededRows(rule: Rule, judged: MetricEstimate, rows: number): number | null {
  const { value, lower, upper, fixed } = judged;
  if (isUnbounded(judged, rule.versus === null ? rule.metric.range : [-Infinity, Infinity])) return null;
  const { side, limit } = limitOf(rule);
  const right = side === 'lower' ? value >= limit : value <= limit;
  const half = (side === 'lower') === right ? value - lower : upper - value;
  // What more rows do not take away adds to their part as squares do.
  const rest = (fixed?.half ?? 0) ** 2;
  const room = (value - limit) ** 2 - rest;
  const needed = room <= 0 ? Infinity : (rows * Math.max(0, half ** 2 - rest)) / room;
  if (!Number.isFinite(needed) || needed > 1e12) return null;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1);
  return Math.max(rows + 1, Math.ceil(needed / unit) * unit);
}

export function toRecord({ value, lower, upper, method }: MetricEstimate): EstimateRecord {
  return { value, lower: finite(lower), upper: finite(upper), method };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
