import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { predictedAndActual, residualBands } from '../../../src/evaluation/curves/residuals.js';
import { operatingPoint, thresholdCurves } from '../../../src/evaluation/curves/thresholds.js';
import type { BinaryRows, RegressionRows } from '../../../src/evaluation/rows.js';

type Points = readonly (readonly [number, number])[];
interface Reference {
  readonly labels: number[];
  readonly scores: number[];
  readonly weights: number[];
  readonly plain: { roc: Points; precisionRecall: Points };
  readonly weighted: { roc: Points; precisionRecall: Points };
  readonly targets: number[];
  readonly predicted: number[];
  readonly bands: Record<'predicted' | 'low' | 'middle' | 'high', number>[];
}
const reference = JSON.parse(
  readFileSync(new URL('../../reference/curves.json', import.meta.url), 'utf8'),
) as Reference;

function close(found: Points, wanted: Points): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((point, i) => {
    expect(Math.abs(point[0] - wanted[i]![0])).toBeLessThan(1e-12);
    expect(Math.abs(point[1] - wanted[i]![1])).toBeLessThan(1e-12);
  });
}

const rows = (change: Partial<BinaryRows> = {}): BinaryRows => ({
  task: 'binary-classification',
  labels: Uint8Array.from(reference.labels),
  scores: Float64Array.from(reference.scores),
  predicted: Uint8Array.from(reference.scores, (score) => (score >= 0.4 ? 1 : 0)),
  ...change,
});

describe('curves over all thresholds', () => {
  it.each(['plain', 'weighted'] as const)('are scikit-learn’s: %s', (kind) => {
    const weights = kind === 'weighted' ? { weights: Float64Array.from(reference.weights) } : {};
    const found = thresholdCurves(rows(weights), Infinity);
    close(found.roc, reference[kind].roc);
    close(found.precisionRecall, reference[kind].precisionRecall);
  });

  it('go through the point of the threshold in use', () => {
    const { roc, precisionRecall } = operatingPoint(rows())!;
    const on = (points: Points, [x, y]: readonly [number, number]) =>
      points.some((point) => Math.abs(point[0] - x) < 1e-12 && Math.abs(point[1] - y) < 1e-12);
    expect(on(reference.plain.roc, roc)).toBe(true);
    expect(on(reference.plain.precisionRecall, precisionRecall)).toBe(true);
    expect(operatingPoint(rows({ predicted: new Uint8Array(120) }))).toBeUndefined();
  });

  it('are thinned to points of their own, ends kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ label: fc.nat(1), score: fc.double({ min: 0, max: 1, noNaN: true }) }), {
          minLength: 2,
          maxLength: 300,
        }),
        fc.integer({ min: 5, max: 50 }),
        (list, most) => {
          const own: BinaryRows = rows({
            labels: Uint8Array.from([0, 1, ...list.map(({ label }) => label)]),
            scores: Float64Array.from([0.5, 0.5, ...list.map(({ score }) => score)]),
          });
          const [all, few] = [thresholdCurves(own, Infinity), thresholdCurves(own, most)];
          expect(few.roc.length).toBeLessThanOrEqual(most + 3);
          expect(few.roc[0]).toEqual([0, 0]);
          expect(few.roc.at(-1)).toEqual(all.roc.at(-1));
          const known = new Set(all.roc.map(String));
          expect(few.roc.every((point) => known.has(String(point)))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('residuals', () => {
  const regression: RegressionRows = {
    task: 'regression',
    targets: Float64Array.from(reference.targets),
    predicted: Float64Array.from(reference.predicted),
  };

  it('have numpy’s quantiles, bin by bin', () => {
    const found = residualBands(regression);
    expect(found).toHaveLength(12);
    found.forEach((band, i) => {
      for (const key of ['predicted', 'low', 'middle', 'high'] as const) {
        expect(Math.abs(band[key] - reference.bands[i]![key])).toBeLessThan(1e-9);
      }
    });
  });

  it('are of few rows, too', () => {
    const one = { ...regression, targets: Float64Array.of(3), predicted: Float64Array.of(1) };
    expect(residualBands(one)).toEqual([{ predicted: 1, low: 2, middle: 2, high: 2 }]);
    expect(predictedAndActual(one)).toEqual([[1, 3]]);
    expect(predictedAndActual(regression, 100)).toHaveLength(100);
  });
});
