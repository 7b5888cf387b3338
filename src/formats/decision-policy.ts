import * as v from 'valibot';
import { record } from '../common/record-schema.js';

/** What becomes of a waiver: it `holds`, is `unneeded` since nothing fails, has `expired`, or its gate is `unknown`. */
const state = v.picklist(['holds', 'unneeded', 'expired', 'unknown']);

export const waiversSchema = v.strictObject({
  /** The day, in UTC, on which it was looked whether they hold: an input of the decision. */
  day: v.string(),
  list: v.array(
    v.strictObject({
      gate: v.string(),
      reason: v.string(),
      by: v.string(),
      until: v.string(),
      state,
      /** What does not pass, and does not count because of it. */
      covers: v.array(v.string()),
    }),
  ),
});

export type WaiversRecord = v.InferOutput<typeof waiversSchema>;

export const holdoutUseSchema = v.strictObject({
  /** Of the hold-out files; other rows begin anew. */
  digest: v.string(),
  /** How many models of this name these rows have decided on, this one included; the same model is one use. */
  use: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** `count`: none; `spend`: all uses together err as often as one may; `adaptive`: also where models were tuned to the number that a rule showed. */
  correction: v.picklist(['count', 'spend', 'adaptive']),
  /** Of each bound at this use, where the gate’s own confidence is asked for. */
  confidence: v.number(),
  /** Fresh rows that would tell as much, as a share of these rows. */
  worth: v.number(),
  wornOut: v.boolean(),
  /** False where the token may not write: the next use is then counted as this one. */
  recorded: v.boolean(),
});

export type HoldoutUseRecord = v.InferOutput<typeof holdoutUseSchema>;

export const foldsSchema = v.strictObject({
  /** Folds, k: as many models were trained. */
  count: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** Training rows. */
  rows: v.pipe(v.number(), v.integer(), v.minValue(2)),
  files: v.array(v.strictObject({ path: v.string(), sha256: v.string() })),
});

export type FoldsRecord = v.InferOutput<typeof foldsSchema>;

export const repeatsSchema = v.strictObject({
  /** `models`: trained alike with other seeds; `evaluations`: of one model, each with an MLOPS_SEED of its own. */
  kind: v.picklist(['models', 'evaluations']),
  /** The challenger is the first. */
  list: v.pipe(
    v.array(
      v.strictObject({
        seed: v.optional(v.number()),
        /** Content digest of the model's folder; null where only its predictions were given. */
        digest: v.nullable(v.string()),
        predictions: v.string(),
        /** Values of the metrics that rules ask for. */
        metrics: record(v.string(), v.number()),
      }),
    ),
    v.minLength(2),
  ),
});

export type RepeatsRecord = v.InferOutput<typeof repeatsSchema>;
