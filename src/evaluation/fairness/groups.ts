import type { FairnessDecision } from '../../formats/decision-fairness.js';
import { normalQuantile } from '../../statistics/special.js';
import { toRecord } from '../judge.js';
import type { EstimateOptions, Metric, MetricEstimate } from '../metrics/metric.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import type { Slice, Slicing } from '../slices/define.js';

/** A group that is judged. */
export interface Group {
  /** Its place in the decision's groups. */
  readonly place: number;
  readonly own: EvaluationRows;
  /** The rows under the model that is compared with. */
  readonly theirs?: EvaluationRows;
}

export interface Grouping {
  readonly judged: readonly Group[];
  readonly groups: FairnessDecision['groups'];
  /** Whether no cluster of rows lies in several of the judged groups. */
  readonly independent: boolean;
}

type GroupRecord = FairnessDecision['groups'][number];

const maxUnits = 4000;

/** Takes the rows of the groups, and says which can be judged. */
export function takeGroups(
  { slices }: Slicing,
  metrics: readonly Metric[],
  challenger: EvaluationRows,
  champion: EvaluationRows | undefined,
  options: EstimateOptions & { readonly minRows: number },
): Grouping {
  const judged: Group[] = [];
  const groups = slices.map((slice, place): GroupRecord => {
    const about = {
      parts: [...(slice.parts ?? [{ column: slice.column, value: slice.value }])],
      rows: slice.places.length,
    };
    if (slice.places.length === 0) return { ...about, state: 'absent', metrics: {} };
    if (slice.places.length < options.minRows) return { ...about, state: 'small', metrics: {} };
    const own = takeRows(challenger, slice.places);
    const theirs = champion && takeRows(champion, slice.places);
    const missing = whyMissing(metrics, own) ?? (theirs && whyMissing(metrics, theirs));
    if (missing !== undefined) return { ...about, state: 'no-value', metrics: {}, note: missing };
    judged.push({ place, own, ...(theirs && { theirs }) });
    const records = (rows: EvaluationRows): GroupRecord['metrics'] =>
      Object.fromEntries(
        metrics.map((metric) => [metric.name, toRecord(metric.estimate(rows, { ...options, maxUnits }))]),
      );
    return { ...about, state: 'judged', metrics: records(own), ...(theirs && { champion: records(theirs) }) };
  });
  return {
    judged,
    groups,
    independent: areApart(
      challenger.clusters,
      judged.map(({ place }) => slices[place]!),
    ),
  };
}

function whyMissing(metrics: readonly Metric[], rows: EvaluationRows): string | undefined {
  for (const metric of metrics) {
    const missing = metric.missing(rows);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function areApart(clusters: Uint32Array | undefined, slices: readonly Slice[]): boolean {
  if (clusters === undefined) return true;
  const groupOf = new Map<number, number>();
  return slices.every(({ places }, g) =>
    places.every((row) => {
      const seen = groupOf.get(clusters[row]!);
      groupOf.set(clusters[row]!, g);
      return seen === undefined || seen === g;
    }),
  );
}

/**
 * Estimates of each group, by metric, whose bounds hold with a confidence each. Far in the tails a bootstrap has too
 * few resamples: there the bounds that it has are scaled.
 */
export function estimatesOf(
  groups: readonly Group[],
  metrics: readonly Metric[],
  confidence: number,
  options: EstimateOptions,
  of: (metric: Metric, group: Group, options: EstimateOptions) => MetricEstimate = (metric, group, own) =>
    metric.estimate(group.own, own),
): MetricEstimate[][] {
  const usual = { ...options, maxUnits };
  return metrics.map((metric) =>
    groups.map((group) => {
      const found = of(metric, group, { ...usual, confidence });
      if (confidence <= options.confidence || !found.method.includes('bootstrap')) return found;
      return scaled(of(metric, group, usual), options.confidence, confidence, metric.range);
    }),
  );
}

function scaled(
  estimate: MetricEstimate,
  from: number,
  to: number,
  [least, most]: readonly [number, number],
): MetricEstimate {
  const { value, lower, upper } = estimate;
  const scale = normalQuantile(to) / normalQuantile(from);
  const span = most - least;
  return {
    ...estimate,
    lower: Math.max(Number.isFinite(span) ? least - span : -Infinity, value - scale * (value - lower)),
    upper: value + scale * (upper - value),
  };
}
