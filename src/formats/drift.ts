import * as v from 'valibot';
import { columnDriftSchema } from './drift-column.js';
import { chartsSchema } from './drift-history.js';
import { multivariateSchema } from './drift-multivariate.js';
import { driftPerformanceSchema } from './drift-performance.js';
import { skewSchema } from './drift-skew.js';
import { driftWindowsSchema } from './drift-windows.js';

export * from './drift-column.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a section tells about; drift.policy of model.yml says by it what a finding does. */
export const driftKinds = ['inputs', 'predictions', 'performance', 'skew'] as const;
export const driftResponses = ['warn', 'incident', 'retrain'] as const;
const verdict = v.picklist(['pass', 'fail', 'inconclusive']);

/** One way of looking at the data, and what came of it. */
export const driftSectionSchema = v.strictObject({
  name: v.string(),
  kind: v.picklist(driftKinds),
  /** `broken`: it was to run, and could not; `not-run`: it had nothing to run on. Neither is a pass. */
  state: v.picklist(['checked', 'not-run', 'broken']),
  /** Null unless checked. */
  verdict: v.nullable(verdict),
  reasons: v.array(v.string()),
});

/** Whether what was found is enough for an alarm: k of the last n windows, by drift.policy. */
export const driftAlarmSchema = v.strictObject({
  /** A finding that does more than warn is in enough windows. */
  raised: v.boolean(),
  /** Windows with a finding that raise the alarm, of how many. */
  k: count,
  n: count,
  /** Windows before this one that are known; null when they cannot be read, and this one decides by itself. */
  known: v.nullable(count),
  /** Each column or section with a finding in this window, and in how many of the last n. */
  findings: v.array(
    v.strictObject({
      of: v.picklist(['column', 'section']),
      name: v.string(),
      windows: count,
      raised: v.boolean(),
      response: v.picklist(driftResponses),
    }),
  ),
});

export const driftSchema = v.strictObject({
  kind: v.literal('drift'),
  schemaVersion: v.literal(1),
  model: v.string(),
  scope: v.string(),
  /** Of this window: the worst of the sections. */
  verdict,
  reasons: v.array(v.string()),
  /** Share of runs that may alarm although nothing changed. */
  alpha: v.number(),
  reference: v.strictObject({
    /** The live version's tag, a file, or the globs of the data. */
    source: v.string(),
    version: v.optional(v.string()),
    rows: count,
    /** Digest of the profile that was compared. */
    profile: v.string(),
  }),
  current: v.strictObject({ source: v.string(), rows: count, profile: v.string() }),
  /** When the check was made, ISO 8601. */
  checkedAt: v.string(),
  /** Why this check was not kept for the next ones; null when it was. */
  unkept: v.nullable(v.string()),
  sections: v.array(driftSectionSchema),
  alarm: driftAlarmSchema,
  columns: v.array(columnDriftSchema),
  multivariate: v.optional(multivariateSchema),
  performance: v.optional(driftPerformanceSchema),
  skew: v.optional(skewSchema),
  windows: v.optional(driftWindowsSchema),
  charts: v.optional(chartsSchema),
  incident: v.nullable(
    v.strictObject({
      number: count,
      url: v.string(),
      action: v.picklist(['opened', 'reopened', 'updated', 'unchanged', 'closed']),
    }),
  ),
  retrain: v.strictObject({
    requested: v.boolean(),
    reason: v.string(),
    /** The run that was started, where GitHub tells it. */
    run: v.optional(count),
  }),
});

export type DriftKind = (typeof driftKinds)[number];
export type DriftResponse = (typeof driftResponses)[number];
export type DriftSection = v.InferOutput<typeof driftSectionSchema>;
export type DriftAlarm = v.InferOutput<typeof driftAlarmSchema>;
export type Drift = v.InferOutput<typeof driftSchema>;
