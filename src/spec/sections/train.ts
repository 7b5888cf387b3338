import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { duration, nonEmpty, parameter } from '../words.js';

export const trainSchema = v.strictObject({
  run: nonEmpty,
  params: v.optional(record(v.string(), parameter), {}),
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
});
