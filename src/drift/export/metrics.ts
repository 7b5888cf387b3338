import { createHash } from 'node:crypto';
import type { Drift } from '../../formats/drift.js';

/** One gauge with all its points: what Prometheus and OpenTelemetry are told alike. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly points: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Names and meanings of everything exported; docs/drift.md and the dashboard hold to them. */
export const metricNames = {
  mlops_drift_checked_timestamp_seconds: 'When this model was last checked for drift, seconds since 1970.',
  mlops_drift_verdict:
    'Verdict of the last check, by section: 1 for the one that holds of pass, fail, inconclusive, broken and not-run.',
  mlops_drift_alarm: '1 while the last check raised an alarm by the policy of model.yml, otherwise 0.',
  mlops_drift_rows: 'Rows that were compared, by side: reference or current.',
  mlops_drift_columns: 'Columns by their verdict.',
  mlops_drift_column_effect:
    'How far a column moved, by what was measured (values, unseen, missing) and how: wasserstein in standard deviations, jensen-shannon and unseen-share from 0 to 1.',
  mlops_drift_column_threshold: 'Smallest effect that matters for the column, in the same measure.',
  mlops_drift_column_p_value: 'p value of the change after correction over all columns.',
  mlops_drift_column_alarm: '1 while the column alarms, otherwise 0.',
  mlops_drift_separability_auc:
    'How well the columns together tell current rows from the reference: 0.5 not at all, 1 always.',
  mlops_drift_performance: 'A metric of the model now, realised from labels or estimated without them.',
  mlops_drift_performance_lower: 'Lower end of the interval of the metric.',
  mlops_drift_performance_upper: 'Upper end of the interval of the metric.',
  mlops_drift_performance_limit: 'What model.yml allows, held against the metric or its loss.',
  mlops_drift_label_coverage: 'Share of the mature predictions that have a label.',
  mlops_drift_skew_ratio:
    'Share of the joined rows in which serving saw another value than training, by column.',
  mlops_drift_incident_open: '1 while the incident of this model and scope is open, otherwise 0.',
  mlops_drift_retrain_requested: '1 when the last check asked for retraining, otherwise 0.',
} as const;
export type MetricName = keyof typeof metricNames;

/** More series than this are of no use, and are expensive to store. */
const mostColumns = 1000;

type Labels = Readonly<Record<string, string>>;
type Point = [name: MetricName, value: number | null | undefined, labels?: Labels];

/** What a check found, as gauges; those without a point are left out, and no point is there twice. */
export function metricsOf(result: Drift): Metric[] {
  const own = { model: result.model, scope: result.scope };
  const found = new Map<MetricName, Map<string, Metric['points'][number]>>();
  for (const [name, value, more = {}] of points(result)) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    const labels = Object.fromEntries(
      Object.entries({ ...own, ...more }).map(([key, text]) => [key, labelOf(text)]),
    );
    const family = found.get(name) ?? new Map<string, Metric['points'][number]>();
    const key = JSON.stringify(labels);
    if (!family.has(key)) family.set(key, { labels, value });
    found.set(name, family);
  }
  return (Object.keys(metricNames) as MetricName[]).flatMap((name) => {
    const family = found.get(name);
    return family === undefined ? [] : [{ name, help: metricNames[name], points: [...family.values()] }];
  });
}

const longestLabel = 200;

/** Names of columns come from data: cut to a length, and still told apart. */
function labelOf(text: string): string {
  // Half a surrogate pair is no text for those who read this.
  const well = Buffer.from(text).toString();
  if (well.length <= longestLabel) return well;
  const digest = createHash('sha256').update(well).digest('hex').slice(0, 8);
  return `${Buffer.from(well.slice(0, longestLabel - 10)).toString()}… ${digest}`;
}

function* points(result: Drift): Generator<Point> {
  const { sections, alarm, reference, current, columns, incident, retrain } = result;
  yield ['mlops_drift_checked_timestamp_seconds', Date.parse(result.checkedAt) / 1000];
  yield* verdictPoints('all', result.verdict);
  for (const { name, state, verdict } of sections) yield* verdictPoints(name, verdict ?? state);
  yield ['mlops_drift_alarm', Number(alarm.raised)];
  yield ['mlops_drift_rows', reference.rows, { side: 'reference' }];
  yield ['mlops_drift_rows', current.rows, { side: 'current' }];
  const verdicts = new Map<string, number>();
  for (const { verdict } of columns) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  for (const [verdict, n] of verdicts) yield ['mlops_drift_columns', n, { verdict }];
  yield* columnPoints(result);
  yield ['mlops_drift_separability_auc', result.multivariate?.classifier?.auc];
  yield* performancePoints(result);
  for (const { name, share } of result.skew?.columns.slice(0, mostColumns) ?? []) {
    yield ['mlops_drift_skew_ratio', share, { column: name }];
  }
  yield ['mlops_drift_incident_open', Number(incident !== null && incident.action !== 'closed')];
  yield ['mlops_drift_retrain_requested', Number(retrain.requested)];
}

function* verdictPoints(section: string, holds: string): Generator<Point> {
  for (const verdict of ['pass', 'fail', 'inconclusive', 'broken', 'not-run']) {
    yield ['mlops_drift_verdict', Number(verdict === holds), { section, verdict }];
  }
}

function* columnPoints({ columns }: Drift): Generator<Point> {
  // Those that alarm stay, whatever their number pushes out.
  const shown = [...columns].sort((a, b) => Number(b.alarm) - Number(a.alarm)).slice(0, mostColumns);
  const names = new Set(shown.map(({ name }) => name));
  for (const { name, alarm, tests } of columns.filter((column) => names.has(column.name))) {
    yield ['mlops_drift_column_alarm', Number(alarm), { column: name }];
    for (const { of, measure, effect, threshold, adjusted } of tests) {
      const labels = { column: name, of, measure };
      yield ['mlops_drift_column_effect', effect, labels];
      yield ['mlops_drift_column_threshold', threshold, labels];
      yield ['mlops_drift_column_p_value', adjusted, labels];
    }
  }
}

function* performancePoints({ performance }: Drift): Generator<Point> {
  const { realised, estimated } = performance ?? {};
  for (const [source, part] of [
    ['realised', realised],
    ['estimated', estimated],
  ] as const) {
    for (const { metric, current, limit, rule } of part?.rules ?? []) {
      const labels = { metric, source, rule };
      yield ['mlops_drift_performance', current?.value, labels];
      yield ['mlops_drift_performance_lower', current?.lower, labels];
      yield ['mlops_drift_performance_upper', current?.upper, labels];
      yield ['mlops_drift_performance_limit', limit, labels];
    }
  }
  yield ['mlops_drift_label_coverage', realised?.maturity.coverage];
}
