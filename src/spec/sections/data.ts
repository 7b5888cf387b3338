import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { globs, nonEmpty, share } from '../words.js';

/** What can leak between train and holdout, or be wrong with labels: the rules of the findings. */
export const leakageChecks = [
  'overlap',
  'near-duplicate',
  'similar-text',
  'same-id',
  'same-group',
  'time-order',
  'giveaway',
  'row-order',
  'conflicting-labels',
  'unknown-label',
  'absent-label',
  'rare-label',
  'single-label',
] as const;
export type LeakageCheck = (typeof leakageChecks)[number];

/** Checks whose findings name a column, and so can be waived for some columns only. */
const columnChecks: ReadonlySet<LeakageCheck> = new Set([
  'similar-text',
  'same-id',
  'same-group',
  'time-order',
  'giveaway',
  'row-order',
]);

const reasoned = { severity: v.picklist(['warning', 'off']), reason: nonEmpty };
const reasonedOnly = v.union(
  [v.literal('error'), v.strictObject(reasoned)],
  'must be error, or { severity: warning, reason: … } or { severity: off, reason: … }: a check that does not stop the run has a reason',
);
const severity = v.union(
  [
    v.literal('error'),
    v.strictObject({
      ...reasoned,
      /** The only columns that it holds for; default: all. */
      columns: v.optional(v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a column'))),
    }),
  ],
  'must be error, or { severity: warning or off, reason: … }, also with columns: [ … ] that it holds for: a check that does not stop the run has a reason',
);
export type LeakageSetting = v.InferOutput<typeof severity>;

/** Checks of train against holdout whose findings are to weigh more, or less, than by default. */
export const leakageSchema = v.strictObject(
  Object.fromEntries(
    leakageChecks.map((check) => [check, v.optional(columnChecks.has(check) ? severity : reasonedOnly)]),
  ) as Record<LeakageCheck, v.OptionalSchema<typeof severity, undefined>>,
);
export type LeakageSettings = v.InferOutput<typeof leakageSchema>;

export const outliersSchema = v.strictObject({
  /** Share of the rows that may be outliers, in each column and as a whole. */
  budget: v.optional(share, 0.01),
  severity: v.optional(v.picklist(['error', 'warning']), 'warning'),
  /** Distance from the median, in scales of its side (1.4826 median absolute deviations), from which on a value is one. */
  z: v.optional(v.pipe(v.number(), v.gtValue(0)), 6),
  /** Distance from the quartiles, in interquartile ranges, from which on a value is one. It must be beyond both. */
  iqr: v.optional(v.pipe(v.number(), v.gtValue(0)), 3),
  columns: v.optional(
    record(
      v.string(),
      v.union(
        [v.strictObject({ ignore: v.literal(true) }), v.strictObject({ budget: share })],
        'must be { budget: 5% } or { ignore: true }',
      ),
    ),
    {},
  ),
});
export type OutlierSettings = v.InferOutput<typeof outliersSchema>;

export const sparkSchema = v.strictObject({
  /** The command; a script and its two files are added to it. The driver runs on the runner. */
  submit: v.optional(nonEmpty, 'spark-submit'),
  /** What the files are, where their names do not tell. */
  format: v.optional(v.picklist(['csv', 'jsonl', 'parquet'])),
});

export const dataSchema = v.strictObject({
  contract: nonEmpty,
  /** Of the data, for its Croissant description: an SPDX name such as CC-BY-4.0, or a URL. */
  license: v.optional(nonEmpty),
  /** Brings the data into the workspace (dvc pull, aws s3 sync …); run before data is read. */
  fetch: v.optional(nonEmpty),
  train: globs,
  holdout: globs,
  leakage: v.optional(leakageSchema, {}),
  outliers: v.optional(outliersSchema, {}),
  /** Who reads the data for validate-data; `spark` reads it where it is. */
  engine: v.optional(v.picklist(['duckdb', 'spark']), 'duckdb'),
  spark: v.optional(sparkSchema, {}),
});
