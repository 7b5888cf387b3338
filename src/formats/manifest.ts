import * as v from 'valibot';
import { record } from '../common/record-schema.js';

const sha256 = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256:<64 hex digits>'));
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
/** GitHub rewrites any other name. */
const assetName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/, 'is no name of an asset'));

/** Relative, with forward slashes, and never out of the folder: a manifest comes from outside. */
const filePath = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.check(
    (path) =>
      !/^([/\\]|[A-Za-z]:)/.test(path) &&
      !path.includes('\\') &&
      !path.includes('\0') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'is no path inside the model’s folder',
  ),
);

const asset = v.strictObject({ asset: assetName, size, sha256 });

export const manifestFileSchema = v.strictObject({
  path: filePath,
  size,
  sha256,
  /** The assets that make the file, in order; none for an empty file, which GitHub does not store. */
  parts: v.array(asset),
});

export const manifestSchema = v.strictObject({
  kind: v.literal('manifest'),
  schemaVersion: v.literal(1),
  model: v.string(),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.2.0')),
  files: v.pipe(
    v.array(manifestFileSchema),
    v.minLength(1),
    v.check((files) => new Set(files.map(({ path }) => path)).size === files.length, 'names a file twice'),
  ),
  /** Of model, paths, sizes and digests of the files: equal content is one version. */
  contentDigest: sha256,
  /** Of model.yml. */
  specDigest: sha256,
  lineage: v.strictObject({
    commit: v.string(),
    run: v.strictObject({ id: v.number(), attempt: v.number(), url: v.string() }),
    dataDigest: v.optional(v.string()),
    parameters: v.optional(record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
    seed: v.optional(v.number()),
    metrics: v.optional(record(v.string(), v.number())),
  }),
  /** Other files of the release: results of the chain, and the profile of the training data. */
  evidence: v.array(
    v.strictObject({
      kind: v.string(),
      asset: assetName,
      size,
      sha256,
      verdict: v.optional(v.picklist(['pass', 'fail', 'inconclusive'])),
      /** What did not pass and does not count, since a waiver covered it. */
      waived: v.optional(v.array(v.string())),
    }),
  ),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;
export type ManifestFile = v.InferOutput<typeof manifestFileSchema>;
export type Evidence = Manifest['evidence'][number];
