import * as v from 'valibot';
import { record } from '../common/record-schema.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256:<64 hex digits>'));

const file = v.strictObject({
  /** Relative, with forward slashes: of data to the workspace, of the model to its folder. */
  path: v.string(),
  bytes: count,
  sha256,
});

const gpu = v.strictObject({
  index: count,
  name: v.string(),
  /** Bytes. */
  memory: count,
  driver: v.string(),
  /** Profile of the slice, such as `1g.18gb`, where the GPU is split (MIG). */
  mig: v.optional(v.string()),
});

/** Mean and maximum of samples taken at an interval. */
const use = v.strictObject({ mean: positive, max: positive });

export const resourceUseSchema = v.strictObject({
  /** Milliseconds between two samples. */
  intervalMs: positive,
  samples: count,
  /** Busy cores of the process and its children. */
  cpu: use,
  /** Resident bytes of the process and its children. */
  memory: use,
  gpus: v.array(
    v.strictObject({
      index: count,
      /** Share of time in which the GPU was busy, 0 to 1; absent where the driver does not tell (MIG). */
      utilisation: v.optional(use),
      /** Bytes in use on the GPU, by any process. */
      memory: v.optional(use),
    }),
  ),
  /** At most 120 points, evenly spread over the run. */
  series: v.strictObject({
    seconds: v.array(positive),
    cpu: v.array(positive),
    memory: v.array(positive),
    /** Mean over the GPUs. */
    gpu: v.optional(v.array(v.nullable(positive))),
  }),
});

/** How one training went: what went in, where it ran, what came out. */
export const runRecordSchema = v.strictObject({
  kind: v.literal('run-record'),
  schemaVersion: v.literal(1),
  model: v.string(),
  command: v.string(),
  parameters: record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  seed: count,
  /** The commit that was trained. */
  commit: v.string(),
  run: v.strictObject({ id: v.number(), attempt: v.number(), url: v.string() }),
  dataDigest: sha256,
  data: v.array(file),
  environment: v.strictObject({
    os: v.string(),
    arch: v.string(),
    node: v.string(),
    runner: v.string(),
    cpu: v.strictObject({ model: v.string(), cores: count }),
    /** Bytes. */
    memory: count,
    gpus: v.array(gpu),
    /** Why no GPU was found. */
    withoutGpu: v.optional(v.string()),
  }),
  resources: resourceUseSchema,
  /** ISO 8601. */
  startedAt: v.string(),
  durationMs: positive,
  exit: v.strictObject({
    /** Null when a signal ended it. */
    code: v.nullable(v.number()),
    endedBy: v.picklist(['itself', 'time-limit', 'cancellation']),
  }),
  /** Key of the checkpoint that the training went on from. */
  resumedFrom: v.optional(v.string()),
  /** What the program wrote to MLOPS_METRICS. */
  metrics: record(v.string(), v.number()),
  /** The model's files; none when the training failed. */
  files: v.array(file),
});

export type RunRecord = v.InferOutput<typeof runRecordSchema>;
export type ResourceUse = v.InferOutput<typeof resourceUseSchema>;
export type Gpu = v.InferOutput<typeof gpu>;
export type RecordedFile = v.InferOutput<typeof file>;
