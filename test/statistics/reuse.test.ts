import { readFileSync } from 'node:fs';
import { adaptiveCritical, spentLevel } from '../../src/statistics/reuse.js';
import { normalQuantile } from '../../src/statistics/special.js';

const { reused } = JSON.parse(
  readFileSync(new URL('../reference/gate-rules.json', import.meta.url), 'utf8'),
) as { reused: { use: number; alpha: number; critical: number }[] };

describe('spent level', () => {
  it('adds up to the level over all uses', () => {
    let sum = 0;
    for (let use = 1; use <= 100_000; use++) sum += spentLevel(0.05, use);
    expect(sum).toBeLessThan(0.05);
    expect(sum).toBeGreaterThan(0.0499);
  });
});

describe('adaptive critical value', () => {
  it.each(reused)('at use $use, level $alpha', ({ use, alpha, critical }) => {
    expect(adaptiveCritical(alpha, use)).toBeCloseTo(critical, 8);
  });

  it('is the normal quantile at the first use', () => {
    expect(adaptiveCritical(0.05, 1)).toBeCloseTo(normalQuantile(0.95), 10);
  });
});
