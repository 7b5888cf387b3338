import * as v from 'valibot';

/** What becomes of a waiver: it `holds`, is `unneeded` since nothing fails, has `expired`, or its gate is `unknown`. */
const state = v.picklist(['holds', 'unneeded', 'expired', 'unknown']);

export const waiversSchema = v.strictObject({
  /** The day, in UTC, on which it was looked whether they hold: an input of the decision. */
  day: v.string(),
  list: v.array(
    v.strictObject({
      gate: v.string(),
      reason: v.string(),
      by: v.string(),
      until: v.string(),
      state,
      /** What does not pass, and does not count because of it. */
      covers: v.array(v.string()),
    }),
  ),
});

export type WaiversRecord = v.InferOutput<typeof waiversSchema>;
