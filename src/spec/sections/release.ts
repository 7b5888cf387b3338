import * as v from 'valibot';
import { approvalSchema, globs } from '../words.js';

export const releaseSchema = v.optional(
  v.strictObject({
    /** Files of the model, globs relative to the training's output folder. */
    files: v.optional(globs, ['**']),
    bump: v.optional(v.picklist(['major', 'minor', 'patch']), 'minor'),
    'require-approval': v.optional(approvalSchema, 'none'),
    approvals: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  }),
  {},
);
