/**
 * Adjusted p values that hold the false discovery rate (Benjamini & Hochberg 1995), for tests that are
 * independent or positively dependent; as scipy.stats.false_discovery_control(method='bh').
 * @param p p values in [0, 1], in any order
 * @returns the adjusted values in the same order; a finding is one at or below the rate that is tolerated
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  check(p);
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, place) => {
    const rank = p.length - place;
    least = Math.min(least, (p[index]! * p.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}

function check(p: readonly number[]): void {
  const wrong = p.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) throw new RangeError(`${wrong} is not a p value`);
}
