import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One thing that is wrong with a data set, with the first rows that show it. */
export const findingSchema = v.strictObject({
  /** `required`, `type`, `range`, `ragged-row`, …: the contract's word, or what the file itself has wrong. */
  rule: v.string(),
  severity: v.picklist(['error', 'warning']),
  column: v.optional(v.string()),
  /** A sentence; it can hold values of the data, so it is untrusted. */
  message: v.string(),
  remedy: v.string(),
  /** Rows that have it; of a finding about a file or the whole set, 1. */
  count,
  /** `count` by the rows of the data set. */
  share: v.pipe(v.number(), v.minValue(0)),
  examples: v.array(
    v.strictObject({
      file: v.string(),
      /** From 1; in Parquet `row` counts instead. */
      line: v.optional(count),
      row: v.optional(count),
      value: v.optional(v.string()),
    }),
  ),
});

export const validatedFileSchema = v.strictObject({
  path: v.string(),
  bytes: count,
  /** Hexadecimal; absent where the file is not there. */
  sha256: v.optional(v.string()),
  rows: count,
  /** Records that are broken, and so not among `rows`. */
  rejected: count,
});

export const validatedSetSchema = v.strictObject({
  name: v.string(),
  files: v.array(validatedFileSchema),
  rows: count,
  /** `sha256:…` over the names and contents of the files. */
  digest: v.string(),
  findings: v.array(findingSchema),
});

/** result.json of validate-data. */
export const validationSchema = v.strictObject({
  kind: v.literal('validation'),
  schemaVersion: v.literal(1),
  model: v.string(),
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  reasons: v.array(v.string()),
  contract: v.strictObject({ path: v.string(), digest: v.string(), version: v.optional(v.string()) }),
  datasets: v.array(validatedSetSchema),
  engine: v.string(),
});

export type Finding = v.InferOutput<typeof findingSchema>;
export type ValidatedFile = v.InferOutput<typeof validatedFileSchema>;
export type ValidatedSet = v.InferOutput<typeof validatedSetSchema>;
export type Validation = v.InferOutput<typeof validationSchema>;
