import { formatNumber, formatPercent, plural } from '../common/text.js';
import { type Comparison, sameModel } from './comparison.js';
import type { MetricEstimate } from './metrics/metric.js';
import { type Rule, boundsBelow, isRelative } from './rules.js';

/** What stands beside the judged quantity in its sentence. */
export interface Beside {
  /** The challenger's value. */
  readonly value: number;
  readonly baseline?: { readonly name: string; readonly estimate: MetricEstimate };
}

export interface Said {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly rows: number;
  readonly rowsNeeded: number | null;
  /** Groups of rows that are counted instead of rows, and how many would do; undefined where rows count. */
  readonly groups: number | undefined;
  readonly groupsNeeded: number | null;
  readonly confidence: number;
  /** How often these rows have decided, this time included; undefined where that is not counted. */
  readonly use: number | undefined;
}

/** Why a rule got its verdict, as a colleague would write it. */
export function ruleSentence(rule: Rule, judged: MetricEstimate, beside: Beside, said: Said): string {
  return rule.versus === null
    ? absoluteSentence(rule, judged, said)
    : comparisonSentence(rule, judged, beside, said);
}

/** Why a share of the other model's value means nothing. */
export function noShareSentence({ kind, metric }: Rule, { theirs }: Comparison, name: string): string {
  const bound = Number.isFinite(theirs.lower) ? `, and may be as low as ${formatNumber(theirs.lower)}` : '';
  return `${metric.title} of ${name} is ${formatNumber(theirs.value)}${bound}: too near zero for a loss to be measured as a share of it; write ${kind.replace('relative-', '')}, a loss in the metric’s own unit`;
}

function sureOf({ confidence, use }: Said): string {
  const uses = use === undefined || use === 1 ? '' : ` over all ${formatNumber(use)} uses of these rows`;
  return `with ${formatPercent(confidence)} confidence${uses}`;
}

function absoluteSentence({ metric, kind, limit }: Rule, judged: MetricEstimate, said: Said): string {
  const asks =
    kind === 'min'
      ? `the rule asks for ${formatNumber(limit, 6)}`
      : `the rule allows ${formatNumber(limit, 6)}`;
  const is = `${metric.title} is ${near(judged.value, limit)}${averaged(judged)}`;
  const sure = sureOf(said);
  // The bound that decided is the one to tell.
  const low = (kind === 'min') === (said.verdict === 'pass');
  if (said.verdict !== 'inconclusive') {
    const bound = low ? `at least ${near(judged.lower, limit)}` : `at most ${near(judged.upper, limit)}`;
    return `${is}, ${bound} ${sure}; ${asks}`;
  }
  const range = isUnbounded(judged, metric.range)
    ? 'and too little is known to bound it'
    : `between ${near(judged.lower, limit)} and ${near(judged.upper, limit)} (each bound ${sure})`;
  return `${is}, ${range}; ${asks}, ${unsettled(judged, said)}`;
}

function comparisonSentence(
  { metric, kind, limit }: Rule,
  judged: MetricEstimate,
  beside: Beside,
  said: Said,
): string {
  const { name, estimate } = beside.baseline!;
  const stated = estimate.method === 'stated' ? ` as stated${statedHow(estimate)}` : '';
  const are = `${metric.title} is ${pair(beside.value, estimate.value)}${averaged(judged)}, that of ${name} ${pair(estimate.value, beside.value)}${stated}`;
  if (judged.method === sameModel) return `${are}: both models have the same files`;
  const sure = sureOf(said);
  const drops = boundsBelow(kind);
  const [worse, better] = drops ? ['lower', 'higher'] : ['higher', 'lower'];
  const size = (x: number, digits: number): string =>
    isRelative(kind) ? `${near(100 * x, 100 * limit, digits)} %` : near(x, limit, digits);
  const tolerates = `the rule tolerates ${size(limit, 6)}`;
  // How much worse the challenger is, at most and at least.
  const [least, most] = drops ? [-judged.upper, -judged.lower] : [judged.lower, judged.upper];
  if (said.verdict === 'pass') {
    return most < 0
      ? `${are}: ${better} by at least ${size(-most, 3)} ${sure}`
      : `${are}: ${worse} by at most ${size(most, 3)} ${sure}; ${tolerates}`;
  }
  if (said.verdict === 'fail') return `${are}: ${worse} by at least ${size(least, 3)} ${sure}; ${tolerates}`;
  if (isUnbounded(judged, [-Infinity, Infinity]))
    return `${are}, and too little is known to bound the difference; ${tolerates}, ${unsettled(judged, said)}`;
  const end = (x: number): string => (x < 0 ? `${size(-x, 3)} ${better}` : `${size(x, 3)} ${worse}`);
  return `${are}: between ${end(least)} and ${end(most)} (each bound ${sure}); ${tolerates}, ${unsettled(judged, said)}`;
}

/** Whether the data leave open all that there is, or an end that has no number. */
export function isUnbounded(
  { lower, upper }: MetricEstimate,
  [least, most]: readonly [number, number],
): boolean {
  return !Number.isFinite(lower) || !Number.isFinite(upper) || (lower <= least && upper >= most);
}

function averaged({ repeats }: MetricEstimate): string {
  return repeats === undefined ? '' : ` on average over ${plural(repeats, 'repeat')}`;
}

/** A file may state a value without saying how sure it is. */
function statedHow({ lower, upper, value }: MetricEstimate): string {
  return lower === value && upper === value ? ', without an interval and so taken as exact' : '';
}

function unsettled({ fixed }: MetricEstimate, { rows, rowsNeeded, groups, groupsNeeded }: Said): string {
  const among = groups === undefined ? '' : ` in ${plural(groups, 'group')}`;
  const these = `which ${rows === 1 ? 'this' : 'these'} ${plural(rows, 'row')}${among} cannot settle`;
  if (groupsNeeded !== null) return `${these}; about ${plural(groupsNeeded, 'such group')} would`;
  if (rowsNeeded !== null) return `${these}; about ${formatNumber(rowsNeeded)} would`;
  return fixed === undefined || fixed.half === 0 ? these : `${these}, nor would more rows: ${fixed.because}`;
}

/** A number with as many digits as tell it from the limit beside it. */
function near(value: number, limit: number, digits = 4): string {
  for (let n = digits; n < 9; n++) {
    if (value === limit || formatNumber(value, n) !== formatNumber(limit, n)) return formatNumber(value, n);
  }
  return formatNumber(value, 9);
}

const pair = (value: number, other: number): string => near(value, other);
