import * as v from 'valibot';

const sha256 = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256:<64 hex digits>'));

/** What register-model wrote down about a version, outside the release: a release that changes later contradicts it. */
export const versionRecordSchema = v.object({
  kind: v.literal('version'),
  schemaVersion: v.literal(1),
  model: v.string(),
  version: v.string(),
  manifestDigest: sha256,
  contentDigest: sha256,
  /** The commit that the tag points to. */
  commit: v.string(),
});

export type VersionRecord = v.InferOutput<typeof versionRecordSchema>;
