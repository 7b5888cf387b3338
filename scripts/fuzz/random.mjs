import { seededRandom } from '../../src/statistics/random.ts';

/** Random choices of one case, which its seed and number alone determine. */
export function randomOf(seed, index) {
  const { below, uniform, next32 } = seededRandom(seed * 1_000_003 + index);
  const pick = (list) => list[below(list.length)];
  return {
    below,
    uniform,
    next32,
    pick,
    /** A whole number from `low` to `high`. */
    between: (low, high) => low + below(high - low + 1),
    chance: (share) => uniform() < share,
    /** The list in another order. */
    shuffled(list) {
      const all = [...list];
      for (let i = all.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [all[i], all[j]] = [all[j], all[i]];
      }
      return all;
    },
  };
}
