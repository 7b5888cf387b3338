import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const verdict = v.picklist(['pass', 'fail', 'inconclusive']);

/** One window held against the reference. */
export const windowComparisonSchema = v.strictObject({
  verdict,
  /** Reference rows that were compared: all, or those that match the window's season. */
  referenceRows: count,
  currentRows: count,
  drifted: v.array(v.string()),
  insufficient: v.array(v.string()),
});

export const windowSchema = v.strictObject({
  /** First and last time of its rows, ISO 8601. */
  from: v.string(),
  until: v.string(),
  rows: count,
  plain: windowComparisonSchema,
  /** Null without a season. */
  matched: v.nullable(windowComparisonSchema),
  /** Share of the window's rows whose season the reference has none of: these are not in `matched`. */
  unmatched: share,
  columns: v.array(
    v.strictObject({
      name: v.string(),
      measure: v.string(),
      threshold: v.number(),
      plain: v.number(),
      matched: v.nullable(v.number()),
      /** Share of the plain effect that goes with the season's composition; null without a plain effect. */
      explained: v.nullable(share),
    }),
  ),
});

export const driftWindowsSchema = v.strictObject({
  kind: v.literal('drift-windows'),
  schemaVersion: v.literal(1),
  /** Of the newest window, against the matched reference where there is a season. */
  verdict,
  reasons: v.array(v.string()),
  time: v.string(),
  size: v.string(),
  season: v.array(v.string()),
  /** Oldest first. */
  windows: v.array(windowSchema),
  /** Rows that are in no window: too new to fill one, too old to be shown, or without a time. */
  left: v.strictObject({ newer: count, older: count, untimed: count }),
});

export type DriftWindow = v.InferOutput<typeof windowSchema>;
export type WindowComparison = v.InferOutput<typeof windowComparisonSchema>;
export type WindowsDrift = v.InferOutput<typeof driftWindowsSchema>;
