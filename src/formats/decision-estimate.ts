import * as v from 'valibot';

export const verdictSchema = v.picklist(['pass', 'fail', 'inconclusive']);
export const countSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A bound that the data leave open is null. */
const bound = v.nullable(v.number());

export const estimateSchema = v.strictObject({
  value: v.number(),
  /** Each bound holds with `confidence` by itself. */
  lower: bound,
  upper: bound,
  /**
   * `clopper-pearson`, `student-t`, `delong`, `bootstrap-bca`, `group-jackknife`; with `paired-` of a difference, and with
   * `-clusters` or `cluster-` of weighted rows or rows in groups. `fieller` of a relative change; `stated` of what a file
   * says of a model, and `unpaired` of the difference to it; `same-model` of the difference between equal files.
   */
  method: v.string(),
});

export type EstimateRecord = v.InferOutput<typeof estimateSchema>;
