import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { approvalSchema, duration, nonEmpty, share } from '../words.js';

export const guardrailSchema = v.pipe(
  v.strictObject({
    /** A rate that the signal source counts: `<event>_rate`, e.g. `error_rate` counts `error` per request. */
    signal: nonEmpty,
    /** Largest tolerated ratio challenger : champion. */
    'max-ratio': v.optional(v.pipe(v.number(), v.minValue(1, 'must be at least 1'))),
    /** Smallest tolerated ratio challenger : champion. */
    'min-ratio': v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1, 'must be at most 1'))),
    /** A rate shown to be below this passes without a comparison, and is never held against the model. */
    negligible: v.optional(share, 0.001),
  }),
  v.check(
    (g) => g['max-ratio'] !== undefined || g['min-ratio'] !== undefined,
    'a guardrail needs max-ratio or min-ratio',
  ),
);

const rolloutSettings = {
  steps: v.optional(v.pipe(v.array(share), v.minLength(1))),
  /** The longest time that a step can take; after it the rollout is inconclusive. */
  bake: v.optional(duration),
  interval: v.optional(duration),
  guardrails: v.optional(v.array(guardrailSchema)),
  'require-approval': v.optional(approvalSchema),
  /** Approving reviews wanted, for `review` and `both`. */
  approvals: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  production: v.optional(v.boolean()),
  signals: v.optional(
    v.strictObject({ kind: v.literal('http'), url: nonEmpty, timeout: v.optional(duration) }),
  ),
};

export const rolloutSchema = v.optional(
  v.strictObject({
    target: v.strictObject({
      kind: v.literal('command'),
      start: nonEmpty,
      'set-weight': nonEmpty,
      stop: nonEmpty,
      /** Prints what serves now, so that a rollout can be read back. */
      status: v.optional(nonEmpty),
      'time-limit': v.optional(duration),
    }),
    ...rolloutSettings,
    /** Settings that differ between environments. */
    environments: v.optional(record(v.string(), v.strictObject(rolloutSettings)), {}),
  }),
);

export type Guardrail = v.InferOutput<typeof guardrailSchema>;
