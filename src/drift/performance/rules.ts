import { formatNumber, formatPercent } from '../../common/text.js';
import type { MetricEstimate, PerformanceRuleResult } from '../../formats/drift-performance.js';
import type { PerformanceRule } from '../../spec/sections/drift-performance.js';
import type { Measure, OutcomeRows } from './measure.js';

/** One limit of a rule of the spec. */
export interface Limit {
  readonly measure: Measure;
  readonly kind: 'min' | 'max' | 'max-drop' | 'max-increase';
  readonly limit: number;
}

const kinds = ['min', 'max', 'max-drop', 'max-increase'] as const;

export function limitsOf(rules: readonly PerformanceRule[], measureOf: (name: string) => Measure): Limit[] {
  return rules.flatMap((rule) =>
    kinds.flatMap((kind) => {
      const limit = rule[kind];
      return limit === undefined ? [] : [{ measure: measureOf(rule.metric), kind, limit }];
    }),
  );
}

/** Confidence of each single bound such that all of them together hold with `confidence` (Bonferroni). */
export const boundConfidence = (confidence: number, limits: number): number =>
  1 - (1 - confidence) / Math.max(1, limits);

/** A value with bounds, infinite where the rows say nothing. */
export interface Bounded {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly rows: number;
  readonly method: string;
}

/** The metric of rows; a clause of why not, where these rows give none. */
export function measureRows(
  measure: Measure,
  rows: OutcomeRows,
  options: { readonly confidence: number; readonly seed: number },
): Bounded | string {
  const missing = measure.missing(rows);
  if (missing !== undefined) return missing;
  const { value, lower, upper, method } = measure.estimate(rows, options);
  return { value, lower, upper, rows: rows.predicted.length, method };
}

/**
 * Interval of a − b of independent samples from those of a and b (MOVER: Zou & Donner 2008, after Newcombe 1998).
 */
export function difference(a: Bounded, b: Bounded): { value: number; lower: number; upper: number } {
  const value = a.value - b.value;
  return {
    value,
    lower: value - Math.hypot(a.value - a.lower, b.upper - b.value),
    upper: value + Math.hypot(a.upper - a.value, b.value - b.lower),
  };
}

/**
 * Holds a metric against its limit: `fail` when even the good end of the interval is beyond it, `pass` when even the
 * bad end is within, otherwise `inconclusive`.
 * @param reference a clause of why there is none, where there is none
 */
export function judgeLimit(
  { measure, kind, limit }: Limit,
  current: Bounded | string,
  reference: Bounded | string,
): PerformanceRuleResult {
  const { name: metric, title, better } = measure;
  const made = (
    verdict: PerformanceRuleResult['verdict'],
    reason: string,
    judged?: { value: number; lower: number; upper: number },
  ): PerformanceRuleResult => ({
    metric,
    title,
    better,
    rule: words(kind, limit),
    verdict,
    reason: `${title}${reason}`,
    current: typeof current === 'string' ? null : shown(current),
    reference: typeof reference === 'string' ? null : shown(reference),
    judged: judged === undefined ? null : ends(judged),
    limit,
  });
  if (typeof current === 'string') return made('inconclusive', ` cannot be told: ${current}.`);
  const relative = kind === 'max-drop' || kind === 'max-increase';
  if (relative && typeof reference === 'string') {
    return made('inconclusive', ` has nothing to be compared with: ${reference}.`);
  }
  const now = `${formatNumber(current.value)} (${range(current)})`;
  if (!relative) {
    const [bad, good] = kind === 'min' ? [current.lower, current.upper] : [current.upper, current.lower];
    const within = (value: number): boolean => (kind === 'min' ? value >= limit : value <= limit);
    const verdict = within(bad) ? 'pass' : within(good) ? 'inconclusive' : 'fail';
    return made(verdict, ` is ${now}; ${words(kind, limit)} is wanted${tail(verdict)}.`, current);
  }
  const before = reference as Bounded;
  const loss = kind === 'max-drop' ? difference(before, current) : difference(current, before);
  const verdict = loss.upper <= limit ? 'pass' : loss.lower > limit ? 'fail' : 'inconclusive';
  const word = kind === 'max-drop' ? 'lower' : 'higher';
  return made(
    verdict,
    ` is ${now}, was ${formatNumber(before.value)}: ${formatNumber(loss.value)} ${word} (${range(loss)}); ${words(kind, limit)} is allowed${tail(verdict)}.`,
    loss,
  );
}

const tail = (verdict: string): string =>
  verdict === 'inconclusive' ? ', which these rows can neither show nor rule out' : '';

function words(kind: Limit['kind'], limit: number): string {
  const value = formatNumber(limit);
  switch (kind) {
    case 'min':
      return `at least ${value}`;
    case 'max':
      return `at most ${value}`;
    case 'max-drop':
      return `a drop of at most ${value}`;
    case 'max-increase':
      return `an increase of at most ${value}`;
  }
}

const range = ({ lower, upper }: { lower: number; upper: number }): string =>
  `${formatNumber(lower)} to ${formatNumber(upper)}`;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const ends = ({ value, lower, upper }: { value: number; lower: number; upper: number }) => ({
  value,
  lower: finite(lower),
  upper: finite(upper),
});

export const shown = (found: Bounded): MetricEstimate => ({
  ...ends(found),
  rows: found.rows,
  method: found.method,
});

export const percent = (share: number): string => formatPercent(share, 3);
