import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const verdict = v.picklist(['pass', 'fail', 'inconclusive']);

/** An area under a ROC curve: the chance that of one row of each side, the current one scores higher. 0.5: no difference. */
const area = {
  auc: share,
  /** Each bound by itself is wrong in at most `alpha` of runs. */
  lower: share,
  upper: share,
  /** Smallest AUC above 0.5 that these rows would call drift in four of five tries; null when none would. */
  detectable: v.nullable(share),
  /** Rows of each side with which no change would be called `pass` in four of five tries. */
  rowsNeeded: count,
};

/** Can a classifier tell rows of the reference from current rows? */
export const domainClassifierSchema = v.strictObject({
  verdict,
  /** One sentence. */
  reason: v.string(),
  ...area,
  /** Rows of both sides; each block was scored by a classifier that learned from the rows before it, never from its own. */
  blocks: v.array(v.strictObject({ learned: count, scored: count, auc: share })),
  /** Columns without which it tells less, the strongest first: AUC lost when the column's values are shuffled. */
  drivers: v.array(v.strictObject({ column: v.string(), loss: v.number() })),
  /** Pairs of columns that it had to look at together; `share` of all that it learned. */
  pairs: v.array(v.strictObject({ columns: v.tuple([v.string(), v.string()]), share })),
});

const errors = v.strictObject({
  rows: count,
  mean: v.number(),
  p5: v.number(),
  median: v.number(),
  p95: v.number(),
});

/** Do current rows keep the correlations of the reference? By the error of rebuilding them from principal components. */
export const reconstructionSchema = v.strictObject({
  verdict,
  /** One sentence. */
  reason: v.string(),
  /** AUC of the error: above 0.5 current rows fit worse, below 0.5 they fit better than rows of the reference. */
  ...area,
  components: count,
  /** Share of the reference's variance that the components hold. */
  explained: share,
  /** Rows that the components were not made from. Errors are root mean squares over columns, in standard deviations. */
  reference: errors,
  current: errors,
  /** Share of the rows by error, in bins between the deciles of the reference. */
  shares: v.array(v.strictObject({ label: v.string(), reference: share, current: share })),
  /** Mean squared error of each column, the largest change first. */
  drivers: v.array(v.strictObject({ column: v.string(), reference: v.number(), current: v.number() })),
});

/** All columns looked at together: changes that no column shows by itself. */
export const multivariateSchema = v.strictObject({
  /** Why nothing was tested; `verdict` is then `inconclusive`, and everything else empty. */
  notRun: v.optional(v.string()),
  verdict,
  reasons: v.array(v.string()),
  alpha: v.number(),
  /** Smallest AUC that matters. */
  threshold: v.number(),
  /** Rows drawn from each side, of how many; null where only a profile is known. */
  reference: v.nullable(v.strictObject({ rows: count, of: count })),
  current: v.nullable(v.strictObject({ rows: count, of: count })),
  columns: v.array(v.string()),
  /** Columns that were left out, and why. */
  excluded: v.array(v.strictObject({ column: v.string(), reason: v.string() })),
  classifier: v.nullable(domainClassifierSchema),
  reconstruction: v.nullable(reconstructionSchema),
});

export type DomainClassifier = v.InferOutput<typeof domainClassifierSchema>;
export type Reconstruction = v.InferOutput<typeof reconstructionSchema>;
export type MultivariateDrift = v.InferOutput<typeof multivariateSchema>;
