import { chooseThreshold, foldsOf, maximisable } from '../../src/evaluation/threshold.js';
import { seededRandom } from '../../src/statistics/random.js';

const place = { file: 'model.yml', line: 1 };
const f1 = maximisable('f1', place);

function draw(rows: number, seed: number, signal: number) {
  const { uniform } = seededRandom(seed);
  const labels = Uint8Array.from({ length: rows }, () => (uniform() < 0.3 ? 1 : 0));
  const scores = Float64Array.from(labels, (y) =>
    Math.min(1, uniform() * (1 - signal) + signal * y * uniform()),
  );
  return { labels, scores };
}

function f1At(labels: Uint8Array, predicted: ArrayLike<number>): number {
  let [hits, sum] = [0, 0];
  labels.forEach((y, i) => {
    hits += y * predicted[i]!;
    sum += y + predicted[i]!;
  });
  return (2 * hits) / sum;
}

describe('a chosen threshold', () => {
  it('is, of all scores, the one that makes the metric largest', () => {
    const { labels, scores } = draw(400, 1, 0.5);
    const found = chooseThreshold(labels, scores, undefined, foldsOf(400, undefined), 'f1', f1)!;
    const values = Array.from(scores, (t) =>
      f1At(
        labels,
        scores.map((s) => (s >= t ? 1 : 0)),
      ),
    );
    expect(scores[values.indexOf(Math.max(...values))]).toBe(found.threshold.value);
  });

  it('does not flatter a model: the judged rows do not choose for themselves', () => {
    let [flattered, judged, fresh] = [0, 0, 0];
    for (let seed = 1; seed <= 150; seed++) {
      const { labels, scores } = draw(60, seed, 0.3);
      const found = chooseThreshold(labels, scores, undefined, foldsOf(60, undefined), 'f1', f1)!;
      const at = (on: Float64Array) => on.map((s) => (s >= found.threshold.value ? 1 : 0));
      flattered += f1At(labels, at(scores)) / 150;
      judged += f1At(labels, found.predicted) / 150;
      const others = draw(2000, 1000 + seed, 0.3);
      fresh += f1At(others.labels, at(others.scores)) / 150;
    }
    expect(flattered - fresh).toBeGreaterThan(0.03);
    expect(judged - fresh).toBeLessThan(0.01);
  });

  it('puts rows that belong together into one fold, wherever they stand', () => {
    const keys = Array.from({ length: 300 }, (_, i) => `customer ${i % 40}`);
    const folds = foldsOf(300, keys);
    const byKey = new Map(keys.map((key, i) => [key, folds[i]]));
    keys.forEach((key, i) => expect(folds[i]).toBe(byKey.get(key)));
    expect(foldsOf(300, [...keys].reverse())).toEqual(folds.slice().reverse());
    expect(new Set(folds).size).toBe(5);
  });

  it('counts weights, and needs both labels', () => {
    const labels = Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    const scores = Float64Array.of(0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.5, 0.4, 0.5, 0.4);
    const fold = Uint8Array.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    const chosen = (heavy: number) =>
      chooseThreshold(
        labels,
        scores,
        Float64Array.from(labels, (y, i) => (i > 5 && y ? heavy : 1)),
        fold,
        'f1',
        f1,
      )!.threshold.value;
    expect(chosen(0.01)).toBe(0.9);
    expect(chosen(50)).toBe(0.4);
    expect(
      chooseThreshold(new Uint8Array(10), scores, undefined, fold, 'mcc', maximisable('mcc', place)),
    ).toBeUndefined();
  });

  it('refuses metrics that no threshold changes', () => {
    expect(() => maximisable('roc_auc', place)).toThrow(/no metric that a threshold can make largest/);
    expect(maximisable('fbeta@2', place)(Float64Array.of(5, 1, 2, 4))).toBeCloseTo(20 / (20 + 8 + 1));
  });
});
