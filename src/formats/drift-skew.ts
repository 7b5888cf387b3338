import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const verdict = v.picklist(['pass', 'fail', 'inconclusive']);
/** A value as text, cut to a readable length; null where there is none. Untrusted. */
const shown = v.nullable(v.string());
const id = v.array(shown);

/** One feature, as it was trained on and as serving logged it, in rows of the same id. */
export const columnSkewSchema = v.strictObject({
  name: v.string(),
  verdict,
  /** One sentence. */
  reason: v.string(),
  rows: count,
  differing: count,
  /** Of the differing rows, those with a value on one side only. */
  onlyTraining: count,
  onlyServing: count,
  /** Share of rows that differ; each bound by itself is wrong in at most `alpha` of runs. */
  share,
  lower: share,
  upper: share,
  /** Of numbers: mean and largest distance, serving less training, in the rows that differ. */
  distance: v.optional(v.strictObject({ mean: v.number(), largest: v.number() })),
  /** What the differing rows have in common, where they do: `serving is 1.609 times training`. */
  pattern: v.optional(v.string()),
  examples: v.array(v.strictObject({ id, training: shown, serving: shown })),
});

/** Rows in which a feature knows of something that happened only after the prediction. */
export const pointInTimeSchema = v.strictObject({
  /** Column with the time of what the feature knows, and the time that it must not be after. */
  column: v.string(),
  notAfter: v.string(),
  data: v.picklist(['training', 'serving']),
  verdict,
  /** One sentence. */
  reason: v.string(),
  /** Rows with both times, and rows that lack one of them. */
  rows: count,
  unknown: count,
  violations: count,
  /** Seconds by which the worst row is late; 0 where none is. */
  worst: v.number(),
  examples: v.array(
    v.strictObject({
      file: v.string(),
      line: v.pipe(v.number(), v.integer(), v.minValue(1)),
      id,
      time: v.string(),
      notAfter: v.string(),
    }),
  ),
});

/** What serving saw, held against what the model was trained on. */
export const skewSchema = v.strictObject({
  verdict,
  reasons: v.array(v.string()),
  alpha: v.number(),
  /** Share of rows that may differ in a column. */
  tolerance: share,
  id: v.array(v.string()),
  rows: v.strictObject({
    training: count,
    serving: count,
    /** Rows whose id is once on either side. */
    joined: count,
    /** Logged rows whose id no training row has. */
    unmatched: count,
    /** Logged rows whose id is on several rows of one side, and those without an id: they cannot be compared. */
    ambiguous: count,
    withoutId: count,
  }),
  /** joined / serving, and the least that is asked for. */
  coverage: share,
  minCoverage: share,
  unmatchedExamples: v.array(id),
  ambiguousExamples: v.array(id),
  columns: v.array(columnSkewSchema),
  /** Columns that were not compared, and why. */
  excluded: v.array(v.strictObject({ column: v.string(), reason: v.string() })),
  pointInTime: v.array(pointInTimeSchema),
});

export type ColumnSkew = v.InferOutput<typeof columnSkewSchema>;
export type PointInTime = v.InferOutput<typeof pointInTimeSchema>;
export type SkewResult = v.InferOutput<typeof skewSchema>;
