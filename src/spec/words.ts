import * as v from 'valibot';
import { parseDuration } from '../common/text.js';

/* The words of model.yml. Transformations here are the only place where its texts become numbers. */

export const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));

export const duration = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const ms = parseDuration(dataset.value);
    if (ms === undefined) {
      addIssue({ message: `"${dataset.value}" is not a duration: write 90s, 10m, 2h or 1d` });
      return NEVER;
    }
    return ms;
  }),
);

/** `5%` or 0.05 → 0.05. */
export const share = v.union([
  v.pipe(v.number(), v.minValue(0, 'must be between 0 and 1'), v.maxValue(1, 'must be between 0 and 1')),
  v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)?\s*%$/, 'must be a share such as 5% or 0.05'),
    v.transform((text) => Number.parseFloat(text) / 100),
    v.maxValue(1, 'must not be above 100%'),
  ),
]);

/** One glob or several. */
export const globs = v.pipe(
  v.union([nonEmpty, v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a file'))]),
  v.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
);

export const parameter = v.union([v.string(), v.number(), v.boolean()]);

export const versus = v.union([
  v.literal('champion'),
  v.pipe(v.string(), v.regex(/^v?\d+\.\d+\.\d+$/, 'must be "champion" or a version such as v1.2.0')),
]);

export const approvalSchema = v.picklist(['environment', 'review', 'both', 'none']);
export type ApprovalPolicy = v.InferOutput<typeof approvalSchema>;
