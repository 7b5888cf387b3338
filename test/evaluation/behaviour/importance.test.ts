import { readFileSync } from 'node:fs';
import { shuffledPlaces } from '../../../src/evaluation/behaviour/changes.js';
import { importanceOf } from '../../../src/evaluation/behaviour/importance.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { Metric, Task } from '../../../src/evaluation/metrics/metric.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';
import { binomialCdf } from '../../../src/statistics/special.js';
import { seededRandom } from '../../../src/statistics/random.js';

const reference = JSON.parse(
  readFileSync(new URL('../../reference/importance.json', import.meta.url), 'utf8'),
) as {
  features: number[][];
  labels: number[];
  repeats: number;
  importance: Record<string, { mean: number; std: number }[]>;
};

function metricOf(name: string, task: Task): Metric {
  const found = findMetric(name, task);
  if ('wrong' in found) throw new Error(found.wrong);
  return found.metric;
}

describe('importance by shuffling', () => {
  it.each(['roc_auc', 'log_loss', 'accuracy'])('of %s, as scikit-learn', (name) => {
    const { features, labels, repeats: theirs } = reference;
    const rowsOf = (table: readonly (readonly number[])[]): EvaluationRows => {
      const scores = Float64Array.from(
        table,
        ([a, b, c]) => 1 / (1 + Math.exp(-(2.5 * a! + 1.2 * b! + 0.1 * c!))),
      );
      return {
        task: 'binary-classification',
        labels: Uint8Array.from(labels),
        scores,
        predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
      };
    };
    const metric = metricOf(name, 'binary-classification');
    const repeats = 200;
    const random = seededRandom(7);
    reference.importance[name]!.forEach(({ mean, std }, column) => {
      const shuffled = Array.from({ length: repeats }, () => {
        const order = shuffledPlaces(features.length, random);
        return rowsOf(
          features.map((row, i) => row.map((x, c) => (c === column ? features[order[i]!]![c]! : x))),
        );
      });
      const found = importanceOf(metric, rowsOf(features), shuffled, {
        confidence: 0.95,
        seed: 1,
        maxUnits: 100,
      })!;
      // Five standard errors of the difference of two means of shuffles.
      expect(Math.abs(found.value - mean)).toBeLessThan(5 * std * Math.sqrt(1 / repeats + 1 / theirs));
      expect(found.lower).toBeLessThan(found.value);
      expect(found.upper).toBeGreaterThan(found.value);
    });
  });

  it('bounds what it would be on all rows, at least as often as is promised', () => {
    // y = x + e, predicted by b·x: shuffling x costs 2·b·Var(x) of squared error.
    const metric = metricOf('mse', 'regression');
    const random = seededRandom(11);
    const [runs, rows, repeats] = [400, 80, 3];
    for (const b of [1, 0.02]) {
      const truth = (2 * b) / 12;
      let [tooHigh, tooLow] = [0, 0];
      for (let run = 0; run < runs; run++) {
        const x = Float64Array.from({ length: rows }, () => random.uniform());
        const targets = x.map((value) => value + 0.6 * (random.uniform() - 0.5));
        const of = (values: Float64Array): EvaluationRows => ({
          task: 'regression',
          targets,
          predicted: values.map((value) => b * value),
        });
        const shuffled = Array.from({ length: repeats }, () => {
          const order = shuffledPlaces(rows, random);
          return of(x.map((_, i) => x[order[i]!]!));
        });
        const { lower, upper } = importanceOf(metric, of(x), shuffled, { confidence: 0.95, seed: 1 })!;
        if (lower > truth) tooHigh++;
        if (upper < truth) tooLow++;
      }
      // More often wrong than 5 %, beyond what chance does one time in a thousand?
      for (const wrong of [tooHigh, tooLow])
        expect(1 - binomialCdf(wrong - 1, runs, 0.05)).toBeGreaterThan(0.001);
    }
  });

  it('is not known where a shuffle leaves no value', () => {
    const metric = metricOf('precision', 'binary-classification');
    const rows = (predicted: number[]): EvaluationRows => ({
      task: 'binary-classification',
      labels: Uint8Array.of(1, 0, 1, 0),
      scores: Float64Array.from(predicted),
      predicted: Uint8Array.from(predicted),
    });
    const options = { confidence: 0.95, seed: 1 };
    expect(importanceOf(metric, rows([1, 0, 1, 0]), [rows([0, 0, 0, 0])], options)).toBeUndefined();
  });
});
