import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const portion = v.pipe(v.number(), v.minValue(0));

/** A row of a file, or the file. Values are the data's, and so untrusted. */
const placeSchema = v.strictObject({
  file: v.string(),
  /** From 1; in Parquet `row` counts instead. */
  line: v.optional(count),
  row: v.optional(count),
  value: v.optional(v.string()),
});

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
      ...placeSchema.entries,
      /** Of findings between two sets: the row of the other set that it goes with. */
      twin: v.optional(placeSchema),
    }),
  ),
});

/** Identity of a set's content, whatever the order of its rows, the number of its files or their format. */
export const logicalIdentitySchema = v.strictObject({
  /** `logical1:…`: SHA-256 over `columns`, `rows` and `sum`. */
  digest: v.string(),
  /** Name and type of the columns that count, by name. */
  columns: v.array(v.tuple([v.string(), v.string()])),
  rows: count,
  /** Sum modulo 2^128 of the rows' hashes, hexadecimal: that of two sets together is the sum of theirs. */
  sum: v.string(),
});

export const identitySchema = v.strictObject({
  /** Absent where rows were rejected or a file could not be read: part of a set has no identity. */
  logical: v.optional(logicalIdentitySchema),
  /** What `dvc add` records for a folder with these files and no others: `….dir`. */
  dvc: v.optional(v.strictObject({ folder: v.string(), digest: v.string() })),
});

/** Values of a column, or rows as a whole, that lie far from the others. */
export const outliersOfSchema = v.strictObject({
  /** `value`: of a number or time; `length`: of a text; `rare`: of a category; `distance`: of several columns together. */
  kind: v.picklist(['value', 'length', 'rare', 'distance']),
  columns: v.array(v.string()),
  /** What lies outside is an outlier; of `distance` the squared distance, of `rare` the rows of a category. */
  lower: v.optional(v.number()),
  upper: v.optional(v.number()),
  count,
  share: portion,
  budget: portion,
  /** Counted in a sample, where that leaves no doubt that there are fewer than the budget allows. */
  estimated: v.optional(v.literal(true)),
});

export const leakageReportSchema = v.strictObject({
  label: v.optional(v.string()),
  /** Columns that were looked at as what a model learns from. */
  features: v.array(v.string()),
  checks: v.array(
    v.strictObject({
      check: v.string(),
      /** `cannot-tell`: nothing was found, and with so few rows nothing could have been. */
      outcome: v.picklist(['found', 'clean', 'cannot-tell', 'off', 'not-applicable']),
      /** Why it is off or weighs less, as model.yml says; or what it would need, the rows among it. */
      reason: v.optional(v.string()),
    }),
  ),
  findings: v.array(findingSchema),
  /** Largest accuracy that any model can have on train: rows that look the same get one answer. */
  bestAccuracy: v.optional(portion),
});

/** Which run of what made the result. */
export const lineageSchema = v.strictObject({
  repository: v.string(),
  commit: v.string(),
  ref: v.string(),
  workflow: v.string(),
  job: v.string(),
  runId: v.number(),
  runAttempt: v.number(),
  url: v.string(),
  /** ISO 8601, UTC. */
  at: v.string(),
});

export const validatedFileSchema = v.strictObject({
  path: v.string(),
  bytes: count,
  /** Hexadecimal; absent where the file is not there. */
  sha256: v.optional(v.string()),
  /** As `dvc add` records it for the file alone; hexadecimal. */
  md5: v.optional(v.string()),
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
  identity: v.optional(identitySchema),
  /** Columns with outliers, the worst first; absent where nobody looked. */
  outliers: v.optional(v.array(outliersOfSchema)),
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
  /** Between the sets; absent where nobody looked. */
  leakage: v.optional(leakageReportSchema),
  lineage: v.optional(lineageSchema),
  engine: v.string(),
});

export type Finding = v.InferOutput<typeof findingSchema>;
export type ValidatedFile = v.InferOutput<typeof validatedFileSchema>;
export type ValidatedSet = v.InferOutput<typeof validatedSetSchema>;
export type LogicalIdentity = v.InferOutput<typeof logicalIdentitySchema>;
export type Identity = v.InferOutput<typeof identitySchema>;
export type OutliersOf = v.InferOutput<typeof outliersOfSchema>;
export type LeakageReport = v.InferOutput<typeof leakageReportSchema>;
export type Lineage = v.InferOutput<typeof lineageSchema>;
export type Validation = v.InferOutput<typeof validationSchema>;
