import * as v from 'valibot';

/** One line of deployments for each (model, environment): GitHub's `task` holds the model. */
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

/** What the payload of our deployments says. It never changes: progress is in a git ref. */
export const deploymentPayloadSchema = v.object({
  kind: v.literal('deployment'),
  schemaVersion: v.literal(1),
  model: v.string(),
  version: v.string(),
  manifestDigest: v.string(),
  /** Why: a rollout of a new version, or a rollback to an earlier one. */
  cause: v.picklist(['rollout', 'rollback']),
  /** The version that was live before; null for the first. */
  replaces: v.nullable(v.string()),
  plan: v.strictObject({ steps: v.array(v.number()), bakeMs: v.number(), intervalMs: v.number() }),
  approval: approvalRecordSchema,
  run: v.strictObject({ id: v.number(), attempt: v.number(), url: v.string() }),
});

export type ApprovalRecord = v.InferOutput<typeof approvalRecordSchema>;
export type DeploymentPayload = v.InferOutput<typeof deploymentPayloadSchema>;
