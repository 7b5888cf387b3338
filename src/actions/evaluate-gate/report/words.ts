import { decimalsOf, formatFixed, formatNumber, formatPercent } from '../../../common/text.js';
import { findMetric } from '../../../evaluation/metrics/registry.js';
import type { Decision, EstimateRecord, RuleDecision, SliceDecision } from '../../../formats/decision.js';
import type { Inline, Text } from '../../../report/model.js';

/** A rule as a sentence about the metric: "ROC AUC at most 0.005 lower than the champion’s (higher is better)". */
export function ruleWords(rule: RuleDecision, championName: string | undefined): string {
  const { title, kind, limit, versus, better } = rule;
  const whose =
    versus === null
      ? ''
      : versus === 'champion'
        ? `${(championName ?? 'the champion').replace(/ \(.*\)$/, '')}’s`
        : `that of ${versus}`;
  const size = kind.startsWith('max-relative') ? formatPercent(limit) : formatNumber(limit, 6);
  const asks = {
    min: `at least ${size}`,
    max: `at most ${size}`,
    'max-drop': `at most ${size} below ${whose}`,
    'max-increase': `at most ${size} above ${whose}`,
    'max-relative-drop': `at most ${size} below ${whose}`,
    'max-relative-increase': `at most ${size} above ${whose}`,
  }[kind];
  const direction = better === undefined || better === 'zero' ? '' : ` (${better} is better)`;
  return `${title} ${asks}${direction}`;
}

/** "0.712 (0.705 … 0.719)", in one line; the bound that decided stands out. */
export function interval(
  estimate: EstimateRecord | null,
  options: {
    signed?: boolean;
    percent?: boolean;
    decided?: 'lower' | 'upper' | undefined;
    /** What the bound that decided was held against: they are shown so that they differ. */
    limit?: number;
  } = {},
): Text {
  if (estimate === null) return '';
  const { signed = false, percent = false, decided, limit } = options;
  const scale = (x: number | null): number | null => (percent && x !== null ? 100 * x : x);
  const [value, lower, upper] = [scale(estimate.value)!, scale(estimate.lower), scale(estimate.upper)];
  const decimals = apart(
    decimalsOf({ value, lower, upper }),
    decided && { lower, upper }[decided],
    scale(limit ?? null),
  );
  const number = (x: number): string =>
    `${formatFixed(x, decimals)}${percent && Number.isFinite(x) ? ' %' : ''}`;
  const bound = (side: 'lower' | 'upper', x: number): Inline =>
    side === decided ? { bold: number(x) } : number(x);
  return [
    `${signed && value > 0 ? '+' : ''}${number(value)} (`,
    bound('lower', lower ?? -Infinity),
    ' … ',
    bound('upper', upper ?? Infinity),
    ')',
  ].map((part) => (typeof part === 'string' ? part.replaceAll(' ', '\u00a0') : part));
}

/** A value beside its difference to another, with as many digits as the difference has. */
export function valueBeside(estimate: EstimateRecord, difference: EstimateRecord | null): string {
  return difference === null
    ? formatNumber(estimate.value)
    : formatFixed(estimate.value, decimalsOf(difference));
}

/** More digits, where a bound and the limit beside it would read alike. */
function apart(decimals: number, bound: number | null | undefined, limit: number | null): number {
  if (bound === null || bound === undefined || limit === null || bound === limit) return decimals;
  let enough = decimals;
  while (enough < 10 && formatFixed(bound, enough) === formatFixed(limit, enough)) enough++;
  return enough;
}

/** A p-value that is no contest of zeros. */
export function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : formatNumber(p, 2);
}

/** Which end of the interval gave a rule its verdict. */
export function decidingBound({ kind, verdict }: RuleDecision): 'lower' | 'upper' | undefined {
  if (verdict !== 'pass' && verdict !== 'fail') return undefined;
  const asksForMore = kind === 'min' || kind === 'max-drop' || kind === 'max-relative-drop';
  return asksForMore === (verdict === 'pass') ? 'lower' : 'upper';
}

export function verdictText(
  verdict: RuleDecision['verdict'] | SliceDecision['verdict'],
  waived = false,
): Text {
  const shown: Inline =
    verdict === 'pass' || verdict === 'fail' || verdict === 'inconclusive'
      ? { verdict }
      : verdict.replace('-', ' ');
  return waived ? [shown, ', waived'] : [shown];
}

export function sliceName({ column, value }: { column: string; value: string | null }): string {
  return `${column} = ${value ?? '(empty)'}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A metric's name as people write it. */
export function metricTitle(name: string, { task }: Decision): string {
  const found = findMetric(name, task);
  return 'metric' in found ? found.metric.title : name;
}
