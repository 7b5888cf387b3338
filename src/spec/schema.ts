import * as v from 'valibot';
import { dataSchema } from './sections/data.js';
import { driftSchema } from './sections/drift.js';
import { evaluateSchema } from './sections/evaluate.js';
import { releaseSchema } from './sections/release.js';
import { rolloutSchema } from './sections/rollout.js';
import { trainSchema } from './sections/train.js';

export const specSchema = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, and start with a letter'),
  ),
  task: v.picklist([
    'binary-classification',
    'multiclass-classification',
    'multilabel-classification',
    'regression',
    'ranking',
    'example-scores',
  ]),
  description: v.optional(v.string()),
  license: v.optional(v.string()),
  data: dataSchema,
  train: trainSchema,
  evaluate: evaluateSchema,
  release: releaseSchema,
  rollout: rolloutSchema,
  drift: driftSchema,
});

export type Spec = v.InferOutput<typeof specSchema>;
