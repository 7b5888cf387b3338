import * as v from 'valibot';
import { record } from '../common/record-schema.js';
import { UserError } from '../common/errors.js';
import { readJsonFile } from '../common/json.js';
import { normalQuantile } from '../statistics/special.js';
import type { Metric, MetricEstimate, Task } from './metrics/metric.js';

/** Metrics that a file states for a model without predictions. */
export interface Stated {
  /** Undefined where the file does not speak of the metric. */
  of(metric: Metric): StatedValue | undefined;
  /** Names of the metrics that it states. */
  readonly metrics: readonly string[];
  /** Digests of the hold-out files that it was measured on, where the file says. */
  readonly measuredOn?: readonly string[];
}

export interface StatedValue {
  readonly value: number;
  /** Each holds with `confidence` by itself; absent where the file gives only the value. */
  readonly bounds?: { readonly lower: number; readonly upper: number; readonly confidence: number };
}

const confidence = v.pipe(v.number(), v.gtValue(0.5), v.ltValue(1));
const bound = v.nullable(v.number());

/** Of a decision record what is used here, so that records of other versions can be read as well. */
const recordSchema = v.object({
  kind: v.literal('decision'),
  task: v.string(),
  confidence,
  metrics: record(v.string(), v.number()),
  data: v.optional(v.object({ files: v.array(v.object({ sha256: v.string() })) })),
  rules: v.array(
    v.object({
      metric: v.string(),
      confidence: v.optional(confidence),
      challenger: v.nullable(v.object({ value: v.number(), lower: bound, upper: bound })),
    }),
  ),
});

const metricsSchema = record(
  v.string(),
  v.union([
    v.number(),
    v.strictObject({
      value: v.number(),
      'standard-error': v.pipe(v.number(), v.minValue(0)),
    }),
    v.strictObject({
      value: v.number(),
      lower: v.number(),
      upper: v.number(),
      /** Of each bound by itself. */
      confidence: v.optional(confidence, 0.95),
    }),
  ]),
);

/**
 * Reads what an earlier decision record, or a JSON file of metrics, states: `{ "roc_auc": 0.71 }`,
 * `{ "roc_auc": { "value": 0.71, "standard-error": 0.004 } }`, or with `lower`, `upper` and `confidence`.
 * @throws UserError where the file is neither, or a decision on a model of another task
 */
export async function readStated(file: string, task: Task): Promise<Stated> {
  const { kind } = await readJsonFile(file, v.looseObject({ kind: v.optional(v.unknown()) }));
  if (typeof kind !== 'string') return statedBy(ofMetrics(await readJsonFile(file, metricsSchema)));
  const record = await readJsonFile(file, recordSchema);
  if (record.task !== task) {
    throw new UserError({
      message: `this is a decision on a model whose task is ${record.task}, and this model’s is ${task}`,
      where: { file },
      remedy: 'name the decision record of a model that does the same',
    });
  }
  const measuredOn = record.data?.files.map(({ sha256 }) => sha256);
  return { ...statedBy(ofRecord(record)), ...(measuredOn && { measuredOn }) };
}

function statedBy(values: ReadonlyMap<string, StatedValue>): Stated {
  return { of: ({ name }) => values.get(name), metrics: [...values.keys()] };
}

function ofRecord(record: v.InferOutput<typeof recordSchema>): Map<string, StatedValue> {
  const values = new Map(
    Object.entries(record.metrics).map(([name, value]): [string, StatedValue] => [name, { value }]),
  );
  for (const rule of record.rules) {
    if (rule.challenger === null) continue;
    const { value, lower, upper } = rule.challenger;
    values.set(rule.metric, {
      value,
      bounds: {
        lower: lower ?? -Infinity,
        upper: upper ?? Infinity,
        confidence: rule.confidence ?? record.confidence,
      },
    });
  }
  return values;
}

function ofMetrics(metrics: v.InferOutput<typeof metricsSchema>): Map<string, StatedValue> {
  return new Map(
    Object.entries(metrics).map(([name, stated]): [string, StatedValue] => {
      if (typeof stated === 'number') return [name, { value: stated }];
      const { value } = stated;
      if ('lower' in stated) {
        const { lower, upper, confidence: each } = stated;
        return [name, { value, bounds: { lower, upper, confidence: each } }];
      }
      // Any confidence says the same of a standard error.
      const half = normalQuantile(0.95) * stated['standard-error'];
      return [name, { value, bounds: { lower: value - half, upper: value + half, confidence: 0.95 } }];
    }),
  );
}

/** As an estimate at another confidence; a value without bounds is taken as it stands. */
export function statedEstimate({ value, bounds }: StatedValue, each: number): MetricEstimate {
  if (bounds === undefined) return { value, lower: value, upper: value, method: 'stated' };
  const scale = normalQuantile(each) / normalQuantile(bounds.confidence);
  return {
    value,
    lower: value - scale * (value - bounds.lower),
    upper: value + scale * (bounds.upper - value),
    method: 'stated',
  };
}
