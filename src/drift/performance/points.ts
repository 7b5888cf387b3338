import type { Estimated } from '../../formats/drift-performance.js';
import type { Measure } from './measure.js';
import type { NewPoint, PerformanceOptions } from './options.js';
import type { LogRows } from './read.js';
import type { Bounded, Limit } from './rules.js';
import type { Scope } from './scope.js';
import { isoTime } from './stream.js';

/** One point a metric and run: what was realised, and what is estimated. */
export function pointsOf(
  log: LogRows,
  scope: Scope,
  measured: ReadonlyMap<string, Bounded> | undefined,
  limits: readonly Limit[],
  estimated: Estimated | null,
  { now, run }: PerformanceOptions,
): NewPoint[] {
  const last = scope.labelled.at(-1);
  const realisedAt = last === undefined ? undefined : log.times?.[last];
  const points: NewPoint[] = [];
  const titles = new Map(limits.map(({ measure }) => [measure.name, measure]));
  const add = (
    series: string,
    title: string,
    better: Measure['better'],
    at: string,
    found: Bounded,
  ): void => {
    const { value, lower, upper, rows } = found;
    const ends = Number.isFinite(lower) && Number.isFinite(upper) ? { lower, upper } : {};
    points.push({ series, title, better, point: { key: run, at, rows, value, ...ends } });
  };
  for (const [name, found] of measured ?? []) {
    const { title, better } = titles.get(name)!;
    add(
      `realised:${name}`,
      title,
      better,
      realisedAt === undefined ? now.toISOString() : isoTime(realisedAt),
      found,
    );
  }
  const seen = new Set<string>();
  for (const { metric, title, better, current } of estimated?.rules ?? []) {
    if (current === null || seen.has(metric)) continue;
    seen.add(metric);
    add(`estimated:${metric}`, `${title} (estimated)`, better, now.toISOString(), {
      ...current,
      lower: current.lower ?? -Infinity,
      upper: current.upper ?? Infinity,
    });
  }
  return points;
}
