import { type Resampled, type ResampledEstimate, resampleInterval } from '../../statistics/bootstrap.js';
import type { EvaluationRows } from '../rows.js';
import { type EstimateOptions, type Method, type Metric, twoSided, within } from './metric.js';

type About = Pick<Metric, 'name' | 'title' | 'tasks' | 'better' | 'range' | 'missing'>;

/** What a metric without a closed form gives: its value on weighted units, alone and of two models at once. */
interface ResampledOptions extends About {
  one(rows: EvaluationRows): Resampled;
  two(first: EvaluationRows, second: EvaluationRows): Resampled;
}

/** A metric whose interval comes from resampling. */
export function resampledMetric({ one, two, ...about }: ResampledOptions): Metric {
  const { range } = about;
  return {
    ...about,
    value: (rows) => {
      const { counts, statistic } = one(rows);
      return statistic(counts);
    },
    estimate: (rows, options) => within(interval(one(rows), options), range),
    difference: (first, second, options) => {
      const found = interval(two(first, second), options);
      return { ...found, method: `paired-${found.method}` as Method };
    },
  };
}

function interval(resampled: Resampled, options: EstimateOptions): ResampledEstimate {
  return resampleInterval(resampled, { ...options, confidence: twoSided(options.confidence) });
}

/** A metric of weighted rows: `prepare` does once what resamples share, such as sorting. */
export function rowMetric(
  about: About & { prepare(rows: EvaluationRows): (weights: Uint32Array) => number },
): Metric {
  const { prepare, ...rest } = about;
  return resampledMetric({
    ...rest,
    one: (rows) => ({ counts: ones(rows), statistic: prepare(rows) }),
    two: (first, second) => {
      const [a, b] = [prepare(first), prepare(second)];
      return { counts: ones(first), statistic: (weights) => a(weights) - b(weights) };
    },
  });
}

function ones(rows: EvaluationRows): Uint32Array {
  return new Uint32Array(rows.predicted.length).fill(1);
}
