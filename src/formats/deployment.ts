import * as v from 'valibot';

/** One sequence of deployments for each (model, environment): GitHub's `task` holds the model. */
export function deploymentTask(model: string): string {
  return `deploy:${model}`;
}

export const approvalRecordSchema = v.strictObject({
  policy: v.picklist(['environment', 'review', 'both', 'none']),
  /** The manifest that was approved. */
  manifestDigest: v.string(),
  approvers: v.array(
    v.strictObject({
      user: v.string(),
      how: v.picklist(['environment', 'review']),
      /** ISO 8601; absent where GitHub does not tell. */
      at: v.optional(v.string()),
      /** The environment, or the pull request `#12 at <head commit>`. */
      scope: v.string(),
      comment: v.optional(v.string()),
    }),
  ),
});

/** A version that a person took out of an environment; automation may not deploy it there again. */
export const withdrawalSchema = v.strictObject({
  version: v.string(),
  manifestDigest: v.string(),
  /** GitHub login of the person. */
  by: v.string(),
});

/** The payload of our deployments. It never changes: progress is in a git ref. */
export const deploymentPayloadSchema = v.object({
  kind: v.literal('deployment'),
  schemaVersion: v.literal(1),
  model: v.string(),
  version: v.string(),
  manifestDigest: v.string(),
  /**
   * `rollout` of a new version, `rollback` to an earlier one, or `reconcile`: the record was corrected to show what
   * the target serves, and no traffic moved.
   */
  cause: v.picklist(['rollout', 'rollback', 'reconcile']),
  /** The version that was live before; null for the first. */
  replaces: v.nullable(v.string()),
  plan: v.strictObject({ steps: v.array(v.number()), bakeMs: v.number(), intervalMs: v.number() }),
  approval: approvalRecordSchema,
  run: v.strictObject({ id: v.number(), attempt: v.number(), url: v.string() }),
  /** What a person asked for (`previous`, `1.2.0`): later attempts of the run reuse the version above. */
  requested: v.optional(v.string()),
  /** Versions that this rollback withdraws. */
  withdraws: v.optional(v.array(withdrawalSchema)),
  /** Login of the person who allowed this withdrawn version to serve again. */
  restoredBy: v.optional(v.string()),
});

export type ApprovalRecord = v.InferOutput<typeof approvalRecordSchema>;
export type Withdrawal = v.InferOutput<typeof withdrawalSchema>;
export type DeploymentPayload = v.InferOutput<typeof deploymentPayloadSchema>;
