import * as v from 'valibot';
import { ownValue } from '../../common/own.js';
import { record } from '../../common/record-schema.js';
import { duration, nonEmpty, share } from '../words.js';

/* The model in its real server: whether it starts, answers as it did in the batch, and how fast. */

const units: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
};

/** `500MB` → bytes. */
const bytes = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d+(?:\.\d+)?)\s*([KMG]?i?B)$/i.exec(dataset.value.trim());
    const unit = match === null ? undefined : ownValue(units, match[2]!.toUpperCase());
    if (unit === undefined || Number(match![1]) === 0) {
      addIssue({ message: `"${dataset.value}" is no size: write 500MB or 1.5GB` });
      return NEVER;
    }
    return Number(match![1]) * unit;
  }),
);

const path = v.pipe(
  v.string(),
  v.regex(
    /^\/(?:[!"$-~]|\$\{[^}]+\})*$/,
    'must be a path on the server, such as /predict; write %20 for a space',
  ),
);
const header = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header'));
const headerText = v.pipe(v.string(), v.regex(/^[ -~]*$/, 'must be plain text in one line'));
const atLeast = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least));
/** No number of requests can show that none fails. */
const fewRequests = v.pipe(
  share,
  v.gtValue(0, 'must be above 0: requests can show that few fail, never that none does'),
  v.ltValue(1, 'must be below 100%'),
);

export const servingSchema = v.strictObject({
  /** Starts the server in the foreground, listening on 127.0.0.1 at the port in PORT. */
  start: nonEmpty,
  /** Ends what `start` left running elsewhere, such as a container; always run, with the same environment. */
  stop: v.optional(nonEmpty),
  /** Answers 2xx as soon as requests are taken; without it, the server is ready when it takes connections. */
  ready: v.optional(path),
  'ready-within': v.optional(duration, '60s'),
  request: v.strictObject({
    path,
    method: v.optional(v.picklist(['POST', 'PUT', 'GET']), 'POST'),
    headers: v.optional(record(header, headerText), {}),
    /** Columns of the hold-out data that go into a request. Default: all but labels, ids, weights, groups and queries. */
    columns: v.optional(v.pipe(v.array(nonEmpty), v.minLength(1))),
    /** JSON in which "$row" stands for the row as an object, "$values" for its values as a list, and "${column}" for one. */
    body: v.optional(v.unknown(), '$row'),
  }),
  /** Where in the answer stands what the predictions file holds: of the score or prediction, or column → place. */
  answer: v.union([nonEmpty, v.pipe(record(nonEmpty, nonEmpty), v.minEntries(1))]),
  /** How far an answer may be from the batch prediction; of numbers beyond 1, as a share of them. */
  tolerance: v.optional(v.pipe(v.number(), v.minValue(0)), 1e-6),
  /** Largest share of rows whose answer may differ from the batch prediction. */
  'max-mismatch': v.optional(fewRequests, 0.01),
  /** Largest share of requests that may fail. */
  'max-failed': v.optional(fewRequests, 0.01),
  requests: v.optional(v.pipe(atLeast(1), v.maxValue(100_000)), 300),
  /** Requests before those that are measured. */
  'warm-up': v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)), 20),
  /** Requests under way at the same time. */
  concurrency: v.optional(v.pipe(atLeast(1), v.maxValue(256)), 1),
  /** Of one request. */
  timeout: v.optional(duration, '10s'),
  /** Of all requests. */
  'time-limit': v.optional(duration, '5m'),
  budgets: v.optional(
    v.strictObject({
      /** From the start of the command until the server is ready. */
      start: v.optional(duration),
      p50: v.optional(duration),
      p95: v.optional(duration),
      p99: v.optional(duration),
      /** Most resident memory of the server's processes, seen while they answered. */
      memory: v.optional(bytes),
      /** Of the files that are released. */
      size: v.optional(bytes),
    }),
    {},
  ),
});

export type ServingSpec = v.InferOutput<typeof servingSchema>;
