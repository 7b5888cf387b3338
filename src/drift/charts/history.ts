import type {
  DriftHistory,
  HistoryCheck,
  HistoryPoint,
  HistorySeries,
  StreamState,
} from '../../formats/drift-history.js';
import { remember } from '../memory.js';
import type { NewPoint } from '../performance/options.js';

/** A year of daily points, and room for reruns; what is older tells charts nothing that they need. */
const mostPoints = 400;
const mostSeries = 200;

export const emptyHistory = (model: string, scope: string): DriftHistory => ({
  kind: 'drift-history',
  schemaVersion: 1,
  model,
  scope,
  series: [],
  streams: [],
  checks: [],
});

export interface HistoryChange {
  readonly points: readonly NewPoint[];
  readonly streams: Readonly<Record<string, StreamState>>;
  /** The workflow run, the same in all its attempts. */
  readonly run: string;
  /** The check itself, once it came to its end. */
  readonly check?: HistoryCheck;
}

/**
 * The history with a run's points and streams in it. Pure and idempotent: points of one series and key, and streams
 * of one run, replace what is there. The newest 400 points of a series stay.
 */
export function mergeHistory(history: DriftHistory, change: HistoryChange): DriftHistory {
  const series = new Map<string, HistorySeries>(history.series.map((one) => [one.name, one]));
  for (const { series: name, point, ...about } of change.points) {
    const old = series.get(name)?.points ?? [];
    const points = newest([...old.filter(({ key }) => key !== point.key), point]);
    // Moved to the end: of too many series those stay that are still measured.
    series.delete(name);
    series.set(name, { name, ...about, points });
  }
  const streams = new Map(history.streams.map((one) => [one.name, one]));
  for (const [name, after] of Object.entries(change.streams)) {
    const before = streamBefore(history, name, change.run) ?? null;
    const there = streams.get(name)?.after;
    // A run that read less far than another that was faster must not turn the stream back.
    const overtaken =
      there?.of === after.of && streams.get(name)!.run !== change.run && there.readUntil > after.readUntil;
    if (!overtaken) streams.set(name, { name, run: change.run, before, after });
  }
  return {
    ...history,
    series: [...series.values()].slice(-mostSeries),
    streams: [...streams.values()],
    checks: change.check === undefined ? history.checks : remember(history.checks, change.check),
  };
}

/** Where a run finds a stream: as the run before left it, also when it is this run's second attempt. */
export function streamBefore(
  history: DriftHistory | undefined,
  name: string,
  run: string,
): StreamState | undefined {
  const stream = history?.streams.find((one) => one.name === name);
  return (stream?.run === run ? stream.before : stream?.after) ?? undefined;
}

function newest(points: readonly HistoryPoint[]): HistoryPoint[] {
  return [...points]
    .sort((a, b) => (a.at === b.at ? (a.key < b.key ? -1 : 1) : a.at < b.at ? -1 : 1))
    .slice(-mostPoints);
}
