import * as v from 'valibot';
import { record } from '../common/record-schema.js';

/* The progress of a rollout: all that the next run needs to go on as if nothing had happened. */

const count = v.pipe(v.number(), v.minValue(0));

/** Cumulative, or summed over a step: requests, and how many of them were which event. */
const armSchema = v.strictObject({ requests: count, events: record(v.string(), count) });
const armsSchema = v.strictObject({ champion: armSchema, challenger: armSchema });

export const ruleEvidenceSchema = v.strictObject({
  signal: v.string(),
  side: v.picklist(['max', 'min']),
  limit: v.number(),
  rates: v.strictObject({ champion: v.nullable(v.number()), challenger: v.nullable(v.number()) }),
  /** Challenger : champion; null when the champion had no event. */
  ratio: v.nullable(v.number()),
  /** ln E of this step against "no worse than the champion". */
  logEBad: v.number(),
  /** The same over all steps: what is held against its bound. */
  logEBadTotal: v.number(),
  /** ln E of this step against "worse than tolerated". */
  logEGood: v.number(),
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
});

const trailPointSchema = v.strictObject({
  /** Requests that both arms together had answered in this step. */
  requests: count,
  bad: v.array(v.number()),
  good: v.array(v.number()),
});

export const stepSchema = v.strictObject({
  weight: v.number(),
  /** Milliseconds since 1970. */
  since: v.number(),
  until: v.number(),
  /** The last counters seen; null before the first look. */
  last: v.nullable(armsSchema),
  sums: armsSchema,
  looks: count,
  resets: count,
  /** When requests were last seen to arrive. */
  movedAt: v.number(),
  evidence: v.array(ruleEvidenceSchema),
  logESampleRatio: v.number(),
  trail: v.array(trailPointSchema),
  verdict: v.picklist(['running', 'pass', 'fail', 'inconclusive']),
});

export const decisionSchema = v.strictObject({
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  fault: v.picklist(['none', 'model', 'telemetry', 'routing', 'target']),
  reasons: v.array(v.string()),
});

export const stateSchema = v.strictObject({
  phase: v.picklist(['start', 'weigh', 'watch', 'roll-back', 'done']),
  /** Index into the plan's steps. */
  step: count,
  steps: v.array(stepSchema),
  /** Consecutive reads without data, and why. */
  troubles: v.array(v.strictObject({ kind: v.string(), message: v.string() })),
  decision: v.nullable(decisionSchema),
});

export type Arm = v.InferOutput<typeof armSchema>;
export type Arms = v.InferOutput<typeof armsSchema>;
export type RuleEvidence = v.InferOutput<typeof ruleEvidenceSchema>;
export type Step = v.InferOutput<typeof stepSchema>;
export type Decision = v.InferOutput<typeof decisionSchema>;
export type State = v.InferOutput<typeof stateSchema>;

export const initialState: State = { phase: 'start', step: 0, steps: [], troubles: [], decision: null };
export const noCounts: Arm = { requests: 0, events: {} };
