import { metricsOf } from '../../../src/evaluation/metrics/registry.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';
import { seededRandom } from '../../../src/statistics/random.js';

const random = seededRandom(9);
const n = 160;
const draw = (): Float64Array => Float64Array.from({ length: n }, () => random.uniform());
const labels = Uint8Array.from({ length: n }, (_, i) => (i % 5 < 2 ? 1 : 0));
const binary = (skill: number): EvaluationRows => {
  const scores = draw().map((u, i) => 0.5 * (1 - skill) * u + 0.5 * skill * labels[i]! + 0.25);
  return {
    task: 'binary-classification',
    labels,
    scores,
    predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
  };
};
const targets = draw();
const regression = (noise: number): EvaluationRows => ({
  task: 'regression',
  targets,
  predicted: draw().map((u, i) => targets[i]! + noise * (u - 0.4)),
});
const clusters = Uint32Array.from({ length: n }, (_, i) => i % 20);

/** What repeated use of the same rows asks for is far beyond what tables of quantiles hold. */
const confidences = [0.9, 0.95, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12];

describe.each<[string, EvaluationRows, EvaluationRows]>([
  ['binary', binary(0.6), binary(0.5)],
  ['binary, in clusters', { ...binary(0.6), clusters }, { ...binary(0.5), clusters }],
  ['regression', regression(0.3), regression(0.4)],
  ['regression, in clusters', { ...regression(0.3), clusters }, { ...regression(0.4), clusters }],
])('%s rows', (_, first, second) => {
  it.each(metricsOf(first.task).map((metric) => [metric.name, metric] as const))(
    '%s: the surer, the wider, on both sides of the value',
    (__, metric) => {
      expect([metric.missing(first), metric.missing(second)]).toEqual([undefined, undefined]);
      for (const estimate of [
        (confidence: number) => metric.estimate(first, { confidence, seed: 1 }),
        (confidence: number) => metric.difference(first, second, { confidence, seed: 1 }),
      ]) {
        const found = confidences.map(estimate);
        found.forEach(({ lower, upper, value }, i) => {
          expect(Number.isNaN(lower) || Number.isNaN(upper)).toBe(false);
          expect(lower).toBeLessThanOrEqual(value + 1e-12);
          expect(upper).toBeGreaterThanOrEqual(value - 1e-12);
          if (i === 0) return;
          expect(lower).toBeLessThanOrEqual(found[i - 1]!.lower + 1e-12);
          expect(upper).toBeGreaterThanOrEqual(found[i - 1]!.upper - 1e-12);
        });
      }
    },
  );
});
