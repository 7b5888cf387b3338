import * as v from 'valibot';
import { parseDuration } from '../common/text.js';

/* The words of model.yml. Transformations here are the only place where its texts become numbers. */

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const duration = v.pipe(
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
const share = v.union([
  v.pipe(v.number(), v.minValue(0, 'must be between 0 and 1'), v.maxValue(1, 'must be between 0 and 1')),
  v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)?\s*%$/, 'must be a share such as 5% or 0.05'),
    v.transform((text) => Number.parseFloat(text) / 100),
    v.maxValue(1, 'must not be above 100%'),
  ),
]);

/** One glob or several. */
const globs = v.pipe(
  v.union([nonEmpty, v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a file'))]),
  v.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
);

const parameter = v.union([v.string(), v.number(), v.boolean()]);

const versus = v.union([
  v.literal('champion'),
  v.pipe(v.string(), v.regex(/^v?\d+\.\d+\.\d+$/, 'must be "champion" or a version such as v1.2.0')),
]);

export const gateSchema = v.pipe(
  v.strictObject({
    metric: nonEmpty,
    min: v.optional(v.number()),
    max: v.optional(v.number()),
    /** Loss against `versus` that is tolerated: the margin of the non-inferiority test, in the metric's unit. */
    'max-drop': v.optional(v.pipe(v.number(), v.minValue(0))),
    'max-increase': v.optional(v.pipe(v.number(), v.minValue(0))),
    versus: v.optional(versus),
  }),
  v.check(
    (gate) =>
      [gate.min, gate.max, gate['max-drop'], gate['max-increase']].filter((x) => x !== undefined).length >= 1,
    'a gate needs one of min, max, max-drop, max-increase',
  ),
);

export const approvalSchema = v.picklist(['environment', 'review', 'both', 'none']);

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
  /** Longest time a step may take to earn the next; then the rollout is inconclusive. */
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

export const specSchema = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, and start with a letter'),
  ),
  task: v.picklist(['binary-classification', 'multiclass-classification', 'regression']),
  description: v.optional(v.string()),
  license: v.optional(v.string()),
  data: v.strictObject({
    contract: nonEmpty,
    /** Brings the data into the workspace (dvc pull, aws s3 sync …); run before data is read. */
    fetch: v.optional(nonEmpty),
    train: globs,
    holdout: globs,
  }),
  train: v.strictObject({
    run: nonEmpty,
    params: v.optional(v.record(v.string(), parameter), {}),
    seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    gpus: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    /** Memory that each GPU must have, GB. */
    'gpu-memory': v.optional(v.pipe(v.number(), v.gtValue(0))),
    'time-limit': v.optional(duration),
    /** Folders, relative to model.yml. */
    output: v.optional(nonEmpty, 'model'),
    checkpoints: v.optional(nonEmpty, 'checkpoints'),
    /** JSON file of numbers that the program writes. */
    metrics: v.optional(nonEmpty, 'metrics.json'),
  }),
  evaluate: v.strictObject({
    run: nonEmpty,
    /** Column of the labels in the hold-out data. */
    label: nonEmpty,
    /** Column that identifies a row in both labels and predictions; without it, rows match by position. */
    id: v.optional(nonEmpty),
    /** Column of the predictions file: probability of the positive class, or a record of class → column. */
    score: v.optional(v.union([nonEmpty, v.record(v.string(), nonEmpty)])),
    /** Column of the predictions file: the predicted class or value. */
    prediction: v.optional(nonEmpty),
    positive: v.optional(parameter),
    threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
    confidence: v.optional(v.pipe(v.number(), v.gtValue(0.5), v.ltValue(1)), 0.95),
    gates: v.pipe(v.array(gateSchema), v.minLength(1, 'without a gate there is nothing to decide: add one')),
    slices: v.optional(v.array(nonEmpty), []),
    'min-slice-rows': v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 200),
    /** What happens when no champion is live. */
    'without-champion': v.optional(v.picklist(['absolute-only', 'manual']), 'absolute-only'),
    /** What an inconclusive verdict does to the job. */
    'when-inconclusive': v.optional(v.picklist(['fail', 'needs-review']), 'fail'),
    'time-limit': v.optional(duration),
  }),
  release: v.optional(
    v.strictObject({
      /** Files of the model, globs relative to the training's output folder. */
      files: v.optional(globs, ['**']),
      bump: v.optional(v.picklist(['major', 'minor', 'patch']), 'minor'),
      'require-approval': v.optional(approvalSchema, 'none'),
      approvals: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    }),
    {},
  ),
  rollout: v.optional(
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
      environments: v.optional(v.record(v.string(), v.strictObject(rolloutSettings)), {}),
    }),
  ),
  drift: v.optional(
    v.strictObject({
      current: globs,
      /** Without it, the profile in the live version's release is the reference. */
      reference: v.optional(globs),
      /** Share of wrong alarms tolerated, over all columns together. */
      alpha: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(0.5)), 0.05),
      columns: v.optional(
        v.record(
          v.string(),
          v.strictObject({
            ignore: v.optional(v.boolean(), false),
            /** Smallest effect that matters, in the unit of the column's measure. */
            effect: v.optional(v.pipe(v.number(), v.gtValue(0))),
          }),
        ),
        {},
      ),
      /** Runs in a row without the drift that close its incident. */
      'recover-after': v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
      /** Drift that comes back within this time opens the closed incident again; later, a new one. */
      'reopen-within': v.optional(duration, '14d'),
      retrain: v.optional(
        v.strictObject({
          workflow: nonEmpty,
          'cool-down': v.optional(duration, '1d'),
        }),
      ),
    }),
  ),
});

export type Spec = v.InferOutput<typeof specSchema>;
export type Gate = v.InferOutput<typeof gateSchema>;
export type Guardrail = v.InferOutput<typeof guardrailSchema>;
export type ApprovalPolicy = v.InferOutput<typeof approvalSchema>;
