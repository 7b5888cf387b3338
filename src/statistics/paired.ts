import { wider } from './cautious.js';
import { boundedMeanInterval } from './gamma-sums.js';
import { type Estimate, twoSidedNormal } from './intervals.js';
import { binomialCdf } from './special.js';

/**
 * Exact McNemar test that two models are right equally often, on the same rows.
 * @param b rows that only the first has right
 * @param c rows that only the second has right
 * @returns two-sided p, as statsmodels' mcnemar(exact=True)
 */
export function mcnemar(b: number, c: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(b, c), b + c, 0.5));
}

/**
 * Difference (c − b)/n of two proportions on the same n rows: the widest, at each end, of the normal interval, of
 * Tango's score interval (Statistics in Medicine 17, 1998), and of Gaffke's bounds of a mean of −1, 0 and 1. Where one
 * model is right more often, each of the first two is too short at one end; both are where hardly a row tells the
 * models apart.
 * @param b rows that only the first has right
 * @param c rows that only the second has right
 * @param confidence two-sided
 */
export function pairedProportionDifference(b: number, c: number, n: number, confidence: number): Estimate {
  if (n === 0) return { value: NaN, lower: -1, upper: 1 };
  const found = wider(waldPaired(b, c, n, confidence), tango(b, c, n, confidence));
  const shapes = Float64Array.of(b, n - b - c, c);
  return wider(found, boundedMeanInterval(Float64Array.of(-1, 0, 1), shapes, [-1, 1], confidence));
}

/** d ± z·√(b + c − (c − b)²/n)/n. */
export function waldPaired(b: number, c: number, n: number, confidence: number): Estimate {
  const value = (c - b) / n;
  const standardError = Math.sqrt(Math.max(0, b + c - (c - b) ** 2 / n)) / n;
  const half = twoSidedNormal(confidence) * standardError;
  return { value, lower: value - half, upper: value + half, standardError };
}

/** The differences that the score test with the constrained maximum likelihood does not reject. */
export function tango(b: number, c: number, n: number, confidence: number): Estimate {
  const z = twoSidedNormal(confidence);
  const value = (c - b) / n;
  const score = (difference: number): number => {
    const linear = -b - c + (2 * n - c + b) * difference;
    const constant = -b * difference * (1 - difference);
    const q = (Math.sqrt(Math.max(0, linear * linear - 8 * n * constant)) - linear) / (4 * n);
    const variance = n * (2 * q + difference * (1 - difference));
    const numerator = c - b - n * difference;
    return variance <= 0 ? Math.sign(numerator) * Infinity : numerator / Math.sqrt(variance);
  };
  return {
    value,
    lower: value === -1 ? -1 : bisect((d) => score(d) - z, -1, value),
    upper: value === 1 ? 1 : bisect((d) => score(d) + z, value, 1),
    standardError: Math.sqrt(Math.max(0, b + c - (c - b) ** 2 / n)) / n,
  };
}

/** Root of a function that falls from `from` to `to`. */
function bisect(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 200 && high > low; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
