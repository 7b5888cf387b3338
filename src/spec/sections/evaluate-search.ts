import * as v from 'valibot';
import { nonEmpty } from '../words.js';

const loss = v.optional(v.pipe(v.number(), v.minValue(0)));

const optionsSchema = v.strictObject({
  /** Columns of the hold-out data whose values make slices; default: all that the gate does not use otherwise. */
  columns: v.optional(v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a column'))),
  /**
   * Default: the first metric of the gates that is a mean over rows, such as accuracy, log_loss, mae. Of others, such as
   * roc_auc, say in worse-than-rest how much worse is worth a finding.
   */
  metric: v.optional(nonEmpty),
  /** How much worse than on the other rows is worth a finding; default: a fifth of the rows' standard deviation. */
  'worse-than-rest': loss,
  /** How much worse than the champion; default: the margin of the metric's gate, otherwise a tenth of the standard deviation. */
  'worse-than-champion': loss,
  /** Whether a finding fails the gate instead of being a warning. */
  fail: v.optional(v.boolean(), false),
});

/** `true` searches as by default. */
export const searchSchema = v.union([
  v.pipe(
    v.literal(true),
    v.transform((): v.InferOutput<typeof optionsSchema> => ({ fail: false })),
  ),
  optionsSchema,
]);

export type SearchSpec = v.InferOutput<typeof searchSchema>;
