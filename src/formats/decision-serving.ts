import * as v from 'valibot';
import { countSchema as count, verdictSchema as verdict } from './decision-estimate.js';

/* How the model did in its real server. Times and memory are measured, and do not repeat bit for bit. */

/** Each bound holds with the record's `confidence` by itself; null where so few requests cannot bound it. */
const measured = v.strictObject({
  value: v.number(),
  lower: v.nullable(v.number()),
  upper: v.nullable(v.number()),
});

export const servingCheckSchema = v.strictObject({
  check: v.picklist(['ready', 'failed', 'mismatch', 'p50', 'p95', 'p99', 'start', 'memory', 'size']),
  /** Times in milliseconds, sizes in bytes, `failed` and `mismatch` as shares; null where it was not measured. */
  found: v.nullable(measured),
  /** Null of `ready`. */
  limit: v.nullable(v.number()),
  verdict,
  reason: v.string(),
});

export const servingSchema = v.strictObject({
  verdict,
  checks: v.array(servingCheckSchema),
  /** Requests whose time was measured, those that failed, and those whose answer was compared and differed. */
  requests: v.strictObject({ sent: count, failed: count, compared: count, differing: count }),
  concurrency: count,
  /** Milliseconds of the requests; null where none was sent. */
  latency: v.nullable(v.strictObject({ p50: measured, p95: measured, p99: measured })),
  /** Milliseconds until the server was ready; null where it never was. */
  startMs: v.nullable(v.number()),
  /** Bytes: the most that the server's processes held at a time, shared pages counted in each; null if not seen. */
  memory: v.nullable(count),
  /** Bytes of the files that are released. */
  size: count,
  seed: v.number(),
  /** Rows that failed or were answered otherwise; five at most. */
  witnesses: v.array(
    v.strictObject({
      /** File and line of the hold-out row. */
      place: v.string(),
      /** The batch prediction. */
      expected: v.string(),
      /** What the server answered, or how it failed. */
      answered: v.string(),
    }),
  ),
});

export type ServingCheck = v.InferOutput<typeof servingCheckSchema>;
export type ServingRecord = v.InferOutput<typeof servingSchema>;
