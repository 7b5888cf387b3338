import * as v from 'valibot';
import { approvalRecordSchema } from './deployment.js';

/** What register-model did. */
export const registrationSchema = v.strictObject({
  kind: v.literal('registration'),
  schemaVersion: v.literal(1),
  model: v.string(),
  version: v.string(),
  tag: v.string(),
  /** False when the same content was registered before. */
  created: v.boolean(),
  release: v.strictObject({ id: v.number(), url: v.string() }),
  manifestDigest: v.string(),
  contentDigest: v.string(),
  files: v.array(v.strictObject({ path: v.string(), size: v.number(), sha256: v.string() })),
  /** Who approved; absent when the version was there already. */
  approval: v.optional(approvalRecordSchema),
});

/** What fetch-model found. */
export const fetchedSchema = v.strictObject({
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

export type RegistrationResult = v.InferOutput<typeof registrationSchema>;
export type FetchedResult = v.InferOutput<typeof fetchedSchema>;
