import * as v from 'valibot';

/** Whether drift checks still happen: one entry for each model and scope that is watched. */
export const driftHeartbeatSchema = v.strictObject({
  kind: v.literal('drift-heartbeat'),
  schemaVersion: v.literal(1),
  checkedAt: v.string(),
  verdict: v.picklist(['pass', 'fail']),
  reasons: v.array(v.string()),
  watched: v.array(
    v.strictObject({
      model: v.string(),
      scope: v.string(),
      /** `idle`: nothing of the model is live and it was never checked, so there is nothing to watch. */
      state: v.picklist(['recent', 'overdue', 'idle']),
      /** One sentence. */
      reason: v.string(),
      /** The last check that was kept; null when there is none. */
      lastCheck: v.nullable(
        v.strictObject({
          at: v.string(),
          url: v.string(),
          verdict: v.picklist(['pass', 'fail', 'inconclusive']),
        }),
      ),
      overdueAfterMs: v.pipe(v.number(), v.minValue(0)),
      incident: v.nullable(
        v.strictObject({
          number: v.number(),
          url: v.string(),
          action: v.picklist(['opened', 'reopened', 'updated', 'unchanged', 'closed']),
        }),
      ),
    }),
  ),
});

export type DriftHeartbeat = v.InferOutput<typeof driftHeartbeatSchema>;
export type Watched = DriftHeartbeat['watched'][number];
