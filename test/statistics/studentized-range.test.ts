import { readFileSync } from 'node:fs';
import { rangeCdf, rangeQuantile } from '../../src/statistics/studentized-range.js';

const { ranges } = JSON.parse(
  readFileSync(new URL('../reference/fairness.json', import.meta.url), 'utf8'),
) as { ranges: [name: 'cdf' | 'quantile', [at: number, k: number], value: number][] };

describe('range of normal values', () => {
  it.each(ranges)('%s of %j as scipy', (name, [at, k], value) => {
    const found = name === 'cdf' ? rangeCdf(at, k) : rangeQuantile(at, k);
    expect(Math.abs(found / value - 1)).toBeLessThan(1e-9);
  });
});
