import * as v from 'valibot';

/**
 * What drift checks leave for each other: points of series that charts are drawn of, and how far streams of
 * outcomes have been read. Merging is a union by series and key, so a repeated run replaces its own points.
 */
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const historyPointSchema = v.strictObject({
  /** The window or run that it stands for: a later point of this key replaces it. */
  key: v.string(),
  /** End of what was measured, ISO 8601, UTC: points are in this order. */
  at: v.string(),
  rows: count,
  value: v.number(),
  lower: v.optional(v.number()),
  upper: v.optional(v.number()),
  /** What it was measured of, such as the model's version: charts learn anew when it changes. */
  era: v.optional(v.string()),
});

export const historySeriesSchema = v.strictObject({
  /** `realised:log_loss`, `column:distance`, … */
  name: v.string(),
  /** As charts call it. */
  title: v.string(),
  better: v.optional(v.picklist(['higher', 'lower', 'zero'])),
  /** How its values scatter: as normal ones, or in any way (effects, which end at 0); default normal. */
  scatter: v.optional(v.picklist(['normal', 'any'])),
  points: v.array(historyPointSchema),
});

/** Evidence against "the mean is at most m" gathered since one start. */
export const betStateSchema = v.strictObject({
  logWealth: v.number(),
  n: count,
  sum: v.number(),
  /** Σ (x − running mean)², as the betting fraction of the next step uses it. */
  squares: v.number(),
});

export const pageHinkleyStateSchema = v.strictObject({
  n: count,
  mean: v.number(),
  increase: v.number(),
  decrease: v.number(),
  /** Null before the first value. */
  least: v.nullable(v.number()),
  most: v.number(),
  drift: v.boolean(),
});

export const ddmStateSchema = v.strictObject({
  n: count,
  mean: v.number(),
  leastMean: v.nullable(v.number()),
  leastDeviation: v.nullable(v.number()),
  warning: v.boolean(),
  drift: v.boolean(),
});

export const adwinStateSchema = v.strictObject({
  tick: count,
  width: count,
  total: v.number(),
  variance: v.number(),
  /** Row r holds buckets of 2^r values each, the oldest first: [sum, sum of squared deviations]. */
  buckets: v.array(v.array(v.tuple([v.number(), v.number()]))),
  drift: v.boolean(),
});

export const streamStateSchema = v.strictObject({
  /** Digest of what the stream is of; evidence of another stream does not count. */
  of: v.string(),
  /** Outcomes of predictions up to this time are in, ISO 8601. */
  readUntil: v.string(),
  n: count,
  sum: v.number(),
  /** Outcomes and losses since the last alarm or recovery. */
  since: v.optional(v.strictObject({ n: count, sum: v.number() })),
  /** Those that the newest run with any has added: what holds now. */
  recent: v.optional(v.strictObject({ n: count, sum: v.number() })),
  /** Bets against "in order", or, after an alarm, against "still beyond the margin". */
  bets: v.strictObject({
    started: count,
    running: v.array(v.strictObject({ index: count, bet: betStateSchema })),
    banked: v.number(),
  }),
  /** Time of the outcome that alarmed; null when there is evidence that it is over. */
  alarmAt: v.nullable(v.string()),
  pageHinkley: pageHinkleyStateSchema,
  ddm: v.nullable(ddmStateSchema),
  adwin: adwinStateSchema,
});

export const historyStreamSchema = v.strictObject({
  name: v.string(),
  /** The run that wrote `after`. */
  run: v.string(),
  /** Where that run began: a repeat of it begins there again. */
  before: v.nullable(streamStateSchema),
  after: streamStateSchema,
});

/** A check that came to its end. Alarms over several windows look back on these, and a heartbeat on the newest. */
export const historyCheckSchema = v.strictObject({
  /** The workflow run, the same in all its attempts. */
  run: v.string(),
  /** When it was made, ISO 8601, UTC. */
  at: v.string(),
  url: v.string(),
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  /** What it found: `column:<name>` or `section:<name>`. */
  findings: v.array(v.string()),
});

export const driftHistorySchema = v.strictObject({
  kind: v.literal('drift-history'),
  schemaVersion: v.literal(1),
  model: v.string(),
  scope: v.string(),
  series: v.array(historySeriesSchema),
  streams: v.array(historyStreamSchema),
  /** Oldest first. */
  checks: v.optional(v.array(historyCheckSchema), []),
});

/** One control chart over one series. */
export const chartSchema = v.strictObject({
  series: v.string(),
  title: v.string(),
  method: v.picklist(['shewhart', 'cusum', 'ewma']),
  /** Points between two false alarms, on average. */
  arl: v.number(),
  /** Points until an alarm after a shift of one standard deviation, on average. */
  arlShifted: v.number(),
  /** What alarms, in the statistic's unit: standard deviations. */
  limit: v.number(),
  /** Of CUSUM the allowance k, of EWMA the weight λ of the newest point. */
  weight: v.optional(v.number()),
  /** Of the newest point: `inconclusive` while the chart has too few to learn from. */
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  /** Points that the newest one was held against. */
  learned: count,
  points: v.array(
    v.strictObject({
      at: v.string(),
      value: v.number(),
      /** Distance from the points before it, in standard deviations as a normal value; null while learning. */
      z: v.nullable(v.number()),
      /** What is held against the limit: signed, the side that is farther out. */
      statistic: v.nullable(v.number()),
      /** What the value itself may be, of Shewhart's chart. */
      lower: v.optional(v.number()),
      upper: v.optional(v.number()),
      alarm: v.boolean(),
      /** The side on which it alarms is the worse one. */
      worse: v.boolean(),
    }),
  ),
});

/** What the charts of a run say. */
export const chartsSchema = v.strictObject({
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  reasons: v.array(v.string()),
  charts: v.array(chartSchema),
});

export type HistoryPoint = v.InferOutput<typeof historyPointSchema>;
export type HistorySeries = v.InferOutput<typeof historySeriesSchema>;
export type HistoryStream = v.InferOutput<typeof historyStreamSchema>;
export type HistoryCheck = v.InferOutput<typeof historyCheckSchema>;
export type StreamState = v.InferOutput<typeof streamStateSchema>;
export type BetState = v.InferOutput<typeof betStateSchema>;
export type DriftHistory = v.InferOutput<typeof driftHistorySchema>;
export type Chart = v.InferOutput<typeof chartSchema>;
export type Charts = v.InferOutput<typeof chartsSchema>;
