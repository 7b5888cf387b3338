import * as v from 'valibot';

/** What fetch-model found. */
export const fetchedModelSchema = v.strictObject({
  kind: v.literal('fetched-model'),
  schemaVersion: v.literal(1),
  model: v.string(),
  found: v.boolean(),
  /** What was asked for. */
  selector: v.string(),
  environment: v.optional(v.string()),
  version: v.optional(v.string()),
  tag: v.optional(v.string()),
  folder: v.optional(v.string()),
  manifestDigest: v.optional(v.string()),
  /** Why nothing was found. */
  reason: v.optional(v.string()),
});

export type FetchedModel = v.InferOutput<typeof fetchedModelSchema>;
