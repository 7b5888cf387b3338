import { chanceOfGaps } from '../../src/statistics/gaps.js';
import { seededRandom } from '../../src/statistics/random.js';

/** Σ|gap| of one sample in which no bin has a gap, and the part of it that is counted as chance. */
function sample(random: ReturnType<typeof seededRandom>, n: number, gap: number) {
  const bins = 5;
  const gaps = Float64Array.from({ length: n }, () => gap + random.uniform() - 0.5);
  const binOf = Uint16Array.from(gaps, (_, i) => i % bins);
  const sums = new Float64Array(bins);
  gaps.forEach((x, i) => (sums[binOf[i]!]! += x / n));
  return {
    seen: sums.reduce((sum, x) => sum + Math.abs(x), 0),
    chance: chanceOfGaps(gaps, binOf, bins, {}),
    gaps,
    binOf,
  };
}

describe('absolute gaps', () => {
  it('are mostly chance where there is none, and not at all where they are large', () => {
    const random = seededRandom(4);
    let [seen, chance] = [0, 0];
    for (let run = 0; run < 200; run++) {
      const one = sample(random, 100, 0);
      seen += one.seen;
      chance += one.chance;
    }
    expect(chance / seen).toBeGreaterThan(0.6);
    expect(chance / seen).toBeLessThan(1);
    const large = sample(random, 1000, 0.4);
    expect(large.seen).toBeCloseTo(0.4, 1);
    expect(large.chance).toBeLessThan(1e-6);
  });

  it('count weights and groups: as many copies of a row in one group say what the row says', () => {
    const { gaps, binOf, chance } = sample(seededRandom(8), 60, 0.05);
    const four = (i: number) => Math.floor(i / 4);
    const copied = chanceOfGaps(
      Float64Array.from({ length: 240 }, (_, i) => gaps[four(i)]!),
      Uint16Array.from({ length: 240 }, (_, i) => binOf[four(i)]!),
      5,
      { clusters: Uint32Array.from({ length: 240 }, (_, i) => four(i)) },
    );
    expect(copied).toBeCloseTo(chance, 12);
    const weighted = chanceOfGaps(gaps, binOf, 5, { weights: new Float64Array(60).fill(7) });
    expect(weighted).toBeCloseTo(chance, 12);
  });

  it('of a bin without rows, or whose rows agree, are no chance', () => {
    expect(chanceOfGaps(Float64Array.of(0.2, 0.2), Uint16Array.of(0, 0), 3, {})).toBe(0);
  });
});
