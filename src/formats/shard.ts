import * as v from 'valibot';
import { findingSchema, identitySchema, leakageReportSchema, validatedFileSchema } from './validation.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A file beside this one: a plain name, which leads nowhere else. */
const besides = v.pipe(v.string(), v.regex(/^[a-z0-9-]+[.](json|parquet)$/));

/** How many rows of a shard fail one check, whatever the contract tolerates: that is judged of all shards together. */
export const tallySchema = v.strictObject({
  /** `#3`: the contract's fourth check; `type:fare`: that the values of a column are of its type. */
  check: v.string(),
  count,
  examples: findingSchema.entries.examples,
});

/** shard.json: what validate-data leaves for merge-profiles when it looks at one part of the training data. */
export const shardSchema = v.strictObject({
  kind: v.literal('shard'),
  schemaVersion: v.literal(1),
  model: v.string(),
  contract: v.strictObject({ path: v.string(), digest: v.string(), version: v.optional(v.string()) }),
  /** Hashes of different engines are not those of the same values. */
  engine: v.string(),
  shard: v.strictObject({ index: v.pipe(count, v.minValue(1)), count: v.pipe(count, v.minValue(1)) }),
  sets: v.array(
    v.strictObject({
      name: v.string(),
      /** Every shard has looked at all of this set. */
      whole: v.boolean(),
      files: v.array(validatedFileSchema),
      rows: count,
      digest: v.string(),
      /** Of a set that is cut into shards. */
      tallies: v.array(tallySchema),
      /** When the newest value, or the newest file, is from, for each check of it: ms since 1970. */
      newest: v.array(v.strictObject({ check: v.string(), at: v.number() })),
      identity: v.optional(identitySchema),
      /** What is no check of the contract; of a whole set, everything. */
      findings: v.array(findingSchema),
      /** Its file, beside this one. */
      profile: v.optional(besides),
    }),
  ),
  leakage: v.optional(leakageReportSchema),
  /**
   * For each check that no two rows agree, a Parquet file beside this one: the engine's 64-bit hash `h` of every row's
   * key, and `f`, the place of its file among the set's.
   */
  keys: v.array(v.strictObject({ check: v.string(), file: besides, rows: count })),
});

export type Shard = v.InferOutput<typeof shardSchema>;
export type Tally = v.InferOutput<typeof tallySchema>;
