import { formatBytes, formatDuration, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { ServingCheck, ServingRecord } from '../../formats/decision-serving.js';
import type { ServingSpec } from '../../spec/sections/evaluate-serving.js';
import type { Design } from '../../statistics/design.js';
import type { Estimate } from '../../statistics/intervals.js';
import { drawsToBound, quantileInterval } from '../../statistics/quantile.js';
import { judgeShare, shareClause } from '../behaviour/share.js';
import { shareRecord } from '../behaviour/tested.js';
import { twoSided } from '../metrics/metric.js';

/** What was measured of a server. */
export interface Measured {
  readonly latency: ServingRecord['latency'];
  readonly startMs: number;
  readonly memory: number | null;
  readonly size: number;
  readonly requests: number;
}

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type Percentile = keyof typeof quantiles;

/**
 * Percentiles of times with their intervals.
 * @param confidence of each bound by itself
 * @returns null without a time
 */
export function latencyOf(times: readonly number[], confidence: number): ServingRecord['latency'] {
  if (times.length === 0) return null;
  const sorted = Float64Array.from(times).sort();
  const of = (name: Percentile): { value: number; lower: number | null; upper: number | null } =>
    openNull(quantileInterval(sorted, quantiles[name], twoSided(confidence)));
  return { p50: of('p50'), p95: of('p95'), p99: of('p99') };
}

function openNull({ value, lower, upper }: Estimate): {
  value: number;
  lower: number | null;
  upper: number | null;
} {
  const bound = (x: number): number | null => (Number.isFinite(x) ? x : null);
  return { value, lower: bound(lower), upper: bound(upper) };
}

/** A share of requests against its limit; without any, nothing passes. */
export function shareCheck(
  check: 'failed' | 'mismatch',
  hits: Float64Array,
  design: Design,
  limit: number,
  confidence: number,
  more = '',
): ServingCheck {
  const what = check === 'failed' ? 'The server fails' : 'The server answers otherwise than the batch';
  if (hits.length === 0) {
    const reason = `${check === 'failed' ? 'No request was sent' : 'No answer could be compared with the batch predictions'}${more}`;
    return { check, found: null, limit, verdict: 'inconclusive', reason };
  }
  const judged = judgeShare(hits, design, limit, confidence);
  const clause = shareClause(judged, hits.length, limit, confidence, check === 'failed' ? 'request' : 'row');
  return {
    check,
    found: shareRecord(judged.share),
    limit,
    verdict: judged.verdict,
    reason: `${what} ${clause}${more}`,
  };
}

/** What was measured against the budgets that the spec sets. */
export function budgetChecks(
  { latency, startMs, memory, size, requests }: Measured,
  budgets: ServingSpec['budgets'],
  confidence: number,
): ServingCheck[] {
  const checks: ServingCheck[] = [];
  for (const name of ['p50', 'p95', 'p99'] as const) {
    const limit = budgets[name];
    if (limit !== undefined)
      checks.push(latencyCheck(name, latency?.[name] ?? null, limit, requests, confidence));
  }
  if (budgets.start !== undefined) checks.push(pointCheck('start', startMs, budgets.start));
  if (budgets.memory !== undefined) checks.push(pointCheck('memory', memory, budgets.memory));
  if (budgets.size !== undefined) checks.push(pointCheck('size', size, budgets.size));
  return checks;
}

function latencyCheck(
  check: Percentile,
  found: ServingCheck['found'],
  limit: number,
  requests: number,
  confidence: number,
): ServingCheck {
  const allowed = `${duration(limit)} is allowed`;
  if (found === null) {
    return { check, found, limit, verdict: 'inconclusive', reason: `No request was timed; ${allowed}` };
  }
  const sure = `with ${formatPercent(confidence)} confidence`;
  const is = `The ${check.slice(1)}th percentile of ${plural(requests, 'request')} was measured as ${duration(found.value)}`;
  const { lower, upper } = found;
  if (upper !== null && upper <= limit) {
    return {
      check,
      found,
      limit,
      verdict: 'pass',
      reason: `${is}, at most ${duration(upper)} ${sure}; ${allowed}`,
    };
  }
  if (lower !== null && lower > limit) {
    return {
      check,
      found,
      limit,
      verdict: 'fail',
      reason: `${is}, at least ${duration(lower)} ${sure}; ${allowed}`,
    };
  }
  const needed = drawsToBound(quantiles[check], twoSided(confidence));
  const why =
    upper === null
      ? `so few requests cannot bound it, ${formatNumber(needed)} would`
      : `which these requests cannot settle: it is between ${lower === null ? '0 ms' : duration(lower)} and ${duration(upper)} (each bound ${sure})`;
  return { check, found, limit, verdict: 'inconclusive', reason: `${is}; ${allowed}, ${why}` };
}

const points = {
  start: { title: 'The server took to be ready', show: duration },
  memory: { title: 'The server held in memory, at most,', show: formatBytes },
  size: { title: 'The released files have', show: formatBytes },
} as const;

/** What is measured once has no interval, and is taken as it is. */
function pointCheck(check: keyof typeof points, value: number | null, limit: number): ServingCheck {
  const { title, show } = points[check];
  const allowed = `${show(limit)} is allowed`;
  if (value === null) {
    const reason = `${title} what could not be measured; ${allowed}`;
    return { check, found: null, limit, verdict: 'inconclusive', reason };
  }
  return {
    check,
    found: { value, lower: check === 'size' ? value : null, upper: check === 'size' ? value : null },
    limit,
    verdict: value <= limit ? 'pass' : 'fail',
    reason: `${title} ${show(value)}${check === 'size' ? '' : ', measured once'}; ${allowed}`,
  };
}

/** The verdict on a server that did not start. */
export function notReadyChecks(why: string, { budgets }: ServingSpec, size: number): ServingCheck[] {
  return [
    {
      check: 'ready',
      found: null,
      limit: null,
      verdict: 'fail',
      reason: `The server did not come up: ${why}. Its last lines are in the log`,
    },
    ...(budgets.size === undefined ? [] : [pointCheck('size', size, budgets.size)]),
  ];
}

/** Times of requests are often below a millisecond. */
export function duration(ms: number): string {
  return ms < 100 ? `${formatNumber(ms, 3)} ms` : formatDuration(ms);
}
