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

export type RegistrationResult = v.InferOutput<typeof registrationSchema>;
