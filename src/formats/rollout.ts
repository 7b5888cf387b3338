import * as v from 'valibot';
import { approvalRecordSchema, withdrawalSchema } from './deployment.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const verdict = v.picklist(['pass', 'fail', 'inconclusive']);

/** One side of a guardrail at the end of a step. */
export const guardrailEvidenceSchema = v.strictObject({
  signal: v.string(),
  /** `max`: the challenger's rate must not be that many times the champion's; `min`: not that few. */
  side: v.picklist(['max', 'min']),
  limit: v.number(),
  /** Events per request; null without requests. */
  rates: v.strictObject({ champion: v.nullable(v.number()), challenger: v.nullable(v.number()) }),
  /** Challenger : champion; null when the champion had no event. */
  ratio: v.nullable(v.number()),
  /** Evidence over all steps (ln of an e-value) that the challenger is worse than the champion. */
  logEBad: v.number(),
  /** Evidence of this step that it is not worse than tolerated. */
  logEGood: v.number(),
  verdict,
});

/** What deploy-canary did. */
export const rolloutSchema = v.strictObject({
  kind: v.literal('rollout'),
  schemaVersion: v.literal(1),
  verdict,
  /** The cause of the failure; only `model` is evidence against the version. */
  fault: v.picklist(['none', 'model', 'telemetry', 'routing', 'target']),
  reasons: v.array(v.string()),
  model: v.string(),
  version: v.string(),
  manifestDigest: v.string(),
  /** The version that was live before; null when none was. */
  replaced: v.nullable(v.string()),
  environment: v.string(),
  cause: v.picklist(['rollout', 'rollback']),
  /** The next run continues what is `cancelled` or `stuck`. */
  end: v.picklist(['finished', 'already-live', 'cancelled', 'stuck']),
  /** After a cancellation: the share of the requests that the version still gets; null when the target cannot tell. */
  routed: v.optional(v.nullable(share)),
  deployment: v.number(),
  plan: v.strictObject({ steps: v.array(share), bakeMs: v.number(), intervalMs: v.number() }),
  /** What evidence (ln of an e-value) is held against. */
  bounds: v.strictObject({ bad: v.number(), good: v.number() }),
  steps: v.array(
    v.strictObject({
      weight: share,
      requests: v.strictObject({ champion: count, challenger: count }),
      looks: count,
      durationMs: v.number(),
      guardrails: v.array(guardrailEvidenceSchema),
      verdict: v.picklist(['running', 'pass', 'fail', 'inconclusive']),
    }),
  ),
  approval: approvalRecordSchema,
  /** Versions that this rollback took out of the environment. */
  withdraws: v.optional(v.array(withdrawalSchema)),
  incident: v.optional(v.strictObject({ number: v.number(), url: v.string(), action: v.string() })),
});

export type RolloutResult = v.InferOutput<typeof rolloutSchema>;
