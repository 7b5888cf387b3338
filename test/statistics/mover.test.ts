import { readFileSync } from 'node:fs';
import { wilson } from '../../src/statistics/intervals.js';
import { unpairedDifference, widened } from '../../src/statistics/mover.js';

interface Reference {
  readonly counts: [number, number, number, number];
  readonly intervals: [[number, number], [number, number]];
  readonly difference: [number, number];
}
const { newcombe } = JSON.parse(
  readFileSync(new URL('../reference/gate-rules.json', import.meta.url), 'utf8'),
) as { newcombe: Reference[] };

describe('unpaired difference', () => {
  it.each(newcombe)('of two shares is Newcombe’s ($counts)', ({ counts, intervals, difference }) => {
    const [k1, n1, k2, n2] = counts;
    const [first, second] = intervals.map(([lower, upper], i) => ({
      value: i === 0 ? k1 / n1 : k2 / n2,
      lower,
      upper,
    }));
    const found = unpairedDifference(first!, second!);
    expect(found.value).toBeCloseTo(k1 / n1 - k2 / n2, 12);
    expect(found.lower).toBeCloseTo(difference[0], 9);
    expect(found.upper).toBeCloseTo(difference[1], 9);
  });

  it('to something exact is the interval itself, moved', () => {
    const first = wilson(70, 100, 0.9);
    const { lower, upper } = unpairedDifference(first, { value: 0.5, lower: 0.5, upper: 0.5 });
    expect(lower).toBeCloseTo(first.lower - 0.5, 12);
    expect(upper).toBeCloseTo(first.upper - 0.5, 12);
  });
});

describe('a further error', () => {
  it('adds as squares do, on each side', () => {
    expect(widened({ value: 1, lower: 0.7, upper: 1.5 }, 0.4)).toEqual({
      lower: 1 - 0.5,
      upper: 1 + Math.hypot(0.5, 0.4),
    });
    expect(widened({ value: 1, lower: 0.7, upper: 1.5 }, 0)).toEqual({ lower: 0.7, upper: 1.5 });
  });
});
