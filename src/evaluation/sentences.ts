import { formatNumber, formatPercent, plural } from '../common/text.js';
import type { MetricEstimate } from './metrics/metric.js';
import type { Rule } from './rules.js';

/** What stands beside the judged quantity in its sentence. */
export interface Beside {
  /** The challenger's value. */
  readonly value: number;
  readonly baseline?: { readonly name: string; readonly value: number };
}

export interface Said {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly rows: number;
  readonly rowsNeeded: number | null;
  readonly confidence: number;
}

/** Why a rule got its verdict, as a colleague would write it. */
export function ruleSentence(rule: Rule, judged: MetricEstimate, beside: Beside, said: Said): string {
  return rule.versus === null
    ? absoluteSentence(rule, judged, said)
    : comparisonSentence(rule, judged, beside, said);
}

function absoluteSentence({ metric, kind, limit }: Rule, judged: MetricEstimate, said: Said): string {
  const asks =
    kind === 'min'
      ? `the rule asks for ${formatNumber(limit, 6)}`
      : `the rule allows ${formatNumber(limit, 6)}`;
  const is = `${metric.title} is ${near(judged.value, limit)}`;
  const sure = `with ${formatPercent(said.confidence)} confidence`;
  // The bound that decided is the one to tell.
  const low = (kind === 'min') === (said.verdict === 'pass');
  if (said.verdict !== 'inconclusive') {
    const bound = low ? `at least ${near(judged.lower, limit)}` : `at most ${near(judged.upper, limit)}`;
    return `${is}, ${bound} ${sure}; ${asks}`;
  }
  const range = `between ${near(judged.lower, limit)} and ${near(judged.upper, limit)} (each bound ${sure})`;
  return `${is}, ${range}; ${asks}, ${unsettled(said)}`;
}

function comparisonSentence(
  { metric, kind, limit }: Rule,
  judged: MetricEstimate,
  beside: Beside,
  said: Said,
): string {
  const baseline = beside.baseline!;
  const are = `${metric.title} is ${pair(beside.value, baseline.value)}, that of ${baseline.name} ${pair(baseline.value, beside.value)}`;
  const sure = `with ${formatPercent(said.confidence)} confidence`;
  const [worse, better] = kind === 'max-drop' ? ['lower', 'higher'] : ['higher', 'lower'];
  const tolerates = `the rule tolerates ${formatNumber(limit, 6)}`;
  // How much worse the challenger is, at most and at least.
  const [least, most] = kind === 'max-drop' ? [-judged.upper, -judged.lower] : [judged.lower, judged.upper];
  if (said.verdict === 'pass') {
    if (most === 0 && least === 0) return `${are}: no row makes a difference; ${tolerates}`;
    return most < 0
      ? `${are}: ${better} by at least ${formatNumber(-most, 3)} ${sure}`
      : `${are}: ${worse} by at most ${near(most, limit, 3)} ${sure}; ${tolerates}`;
  }
  if (said.verdict === 'fail')
    return `${are}: ${worse} by at least ${near(least, limit, 3)} ${sure}; ${tolerates}`;
  const end = (x: number): string =>
    x < 0 ? `${formatNumber(-x, 3)} ${better}` : `${near(x, limit, 3)} ${worse}`;
  return `${are}: between ${end(least)} and ${end(most)} (each bound ${sure}); ${tolerates}, ${unsettled(said)}`;
}

function unsettled({ rows, rowsNeeded }: Said): string {
  const these = `which these ${plural(rows, 'row')} cannot settle`;
  return rowsNeeded === null ? these : `${these}; about ${formatNumber(rowsNeeded)} would`;
}

/** A number with as many digits as tell it from the limit beside it. */
function near(value: number, limit: number, digits = 4): string {
  for (let n = digits; n < 9; n++) {
    if (value === limit || formatNumber(value, n) !== formatNumber(limit, n)) return formatNumber(value, n);
  }
  return formatNumber(value, 9);
}

const pair = (value: number, other: number): string => near(value, other);
