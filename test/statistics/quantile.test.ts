import { readFileSync } from 'node:fs';
import { drawsToBound, quantileInterval } from '../../src/statistics/quantile.js';

const cases = JSON.parse(readFileSync(new URL('../reference/quantile.json', import.meta.url), 'utf8')) as {
  n: number;
  q: number;
  confidence: number;
  value: number;
  lower: number | null;
  upper: number | null;
}[];

describe('quantiles', () => {
  it('and their intervals, as scipy', () => {
    for (const { n, q, confidence, value, lower, upper } of cases) {
      const sorted = Float64Array.from({ length: n }, (_, i) => ((i * 7919) % 1009) / 7).sort();
      const found = quantileInterval(sorted, q, confidence);
      expect({ n, q, confidence, ...found }).toEqual({
        n,
        q,
        confidence,
        value,
        lower: lower ?? -Infinity,
        upper: upper ?? Infinity,
      });
    }
  });

  it('know how many values bound them', () => {
    const values = (n: number) => Float64Array.from({ length: n }, (_, i) => i);
    for (const q of [0.5, 0.95, 0.99]) {
      const n = drawsToBound(q, 0.9);
      expect(quantileInterval(values(n), q, 0.9).upper).toBe(n - 1);
      expect(quantileInterval(values(n - 1), q, 0.9).upper).toBe(Infinity);
    }
    expect(drawsToBound(0.99, 0.9)).toBe(299);
  });
});
