import fc from 'fast-check';
import {
  aucSample,
  cautiousAuc,
  cautiousAucDifference,
  differenceErrors,
} from '../../src/statistics/auc-interval.js';
import { type AucComponents, aucComponents, aucCovariance, rankOrder } from '../../src/statistics/delong.js';
import { expectClose, reference } from './reference.js';

const { labels, scores, delong } = reference.binary;
const truth = Uint8Array.from(labels);
const [a, b] = scores.map((s: number[]) => aucComponents(truth, Float64Array.from(s)));

const aucInterval = (one: AucComponents, confidence: number) => cautiousAuc(aucSample(one), confidence);
const aucDifference = (one: AucComponents, other: AucComponents, confidence: number) =>
  cautiousAucDifference(aucSample(one), aucSample(other), differenceErrors(one, other), confidence);

const rows = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
    {
      minLength: 4,
      maxLength: 60,
    },
  )
  .filter(
    (all) =>
      all.filter(([label]) => label === 1).length > 1 && all.filter(([label]) => label === 0).length > 1,
  );

describe('DeLong', () => {
  it('covers two models as the definition over all pairs does', () => {
    expectClose(a.auc, delong.aucs[0]);
    expectClose(b.auc, delong.aucs[1]);
    expectClose(aucCovariance(a, a), delong.covariance[0][0]);
    expectClose(aucCovariance(b, b), delong.covariance[1][1]);
    expectClose(aucCovariance(a, b), delong.covariance[0][1]);
    const [[va, cov], [, vb]] = delong.covariance;
    expectClose(aucDifference(a, b, 0.9).standardError!, Math.sqrt(va + vb - 2 * cov), 1e-8);
  });

  it('turns round when the models do, and does not see the order of rows', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 1000 }), (all, shift) => {
        const of = (some: typeof all, column: 1 | 2) =>
          aucComponents(
            Uint8Array.from(some, (r) => r[0]),
            Float64Array.from(some, (r) => r[column]),
          );
        const one = aucDifference(of(all, 1), of(all, 2), 0.9);
        const other = aucDifference(of(all, 2), of(all, 1), 0.9);
        expect(one.value).toBeCloseTo(-other.value, 12);
        expect(one.lower).toBeCloseTo(-other.upper, 12);
        const turned = all.map((_, i) => all[(i + shift) % all.length]!);
        expect(aucDifference(of(turned, 1), of(turned, 2), 0.9).lower).toBeCloseTo(one.lower, 10);
      }),
    );
  });

  it('does not take perfect separation for certainty', () => {
    const perfect = aucComponents(Uint8Array.of(0, 0, 0, 1, 1, 1), Float64Array.of(1, 2, 3, 4, 5, 6));
    const { value, lower, upper } = aucInterval(perfect, 0.9);
    expect(value).toBe(1);
    expect(upper).toBe(1);
    expect(lower).toBeCloseTo(0.05 ** (1 / 3), 12);
    expect(aucDifference(perfect, perfect, 0.9).lower).toBeLessThan(-0.5);
  });

  it('knows nothing from one row of a class, and refuses none', () => {
    const single = aucComponents(Uint8Array.of(0, 0, 1), Float64Array.of(1, 3, 2));
    expect(aucInterval(single, 0.9)).toMatchObject({ lower: 0, upper: 1 });
    expect(aucDifference(single, single, 0.9)).toMatchObject({ lower: -Infinity, upper: Infinity });
    expect(() => aucComponents(Uint8Array.of(1, 1), Float64Array.of(1, 2))).toThrow(RangeError);
  });

  it('orders rows by score, ties by row', () => {
    expect([...rankOrder(Float64Array.of(3, 1, 2, 1, -0, 0))]).toEqual([4, 5, 1, 3, 2, 0]);
  });
});
