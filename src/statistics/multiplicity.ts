/**
 * Adjusted p values that hold the false discovery rate (Benjamini & Hochberg 1995), for tests that are
 * independent or positively dependent; as scipy.stats.false_discovery_control(method='bh').
 * @param p p values in [0, 1], in any order
 * @returns the adjusted values in the same order; a finding is one at or below the rate that is tolerated
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  return stepUp(p, 1);
}

/** As benjaminiHochberg, valid under any dependence (Benjamini & Yekutieli 2001); method='by'. */
export function benjaminiYekutieli(p: readonly number[]): number[] {
  let harmonic = 0;
  for (let i = 1; i <= p.length; i++) harmonic += 1 / i;
  return stepUp(p, harmonic);
}

function stepUp(p: readonly number[], factor: number): number[] {
  check(p);
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, place) => {
    const rank = p.length - place;
    least = Math.min(least, (p[index]! * p.length * factor) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}

/** Adjusted p values that hold the chance of any wrong finding (Holm 1979), under any dependence. */
export function holm(p: readonly number[]): number[] {
  check(p);
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const adjusted = new Array<number>(p.length);
  let most = 0;
  order.forEach((index, place) => {
    most = Math.max(most, Math.min(1, p[index]! * (p.length - place)));
    adjusted[index] = most;
  });
  return adjusted;
}

function check(p: readonly number[]): void {
  const wrong = p.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) throw new RangeError(`${wrong} is not a p value`);
}
