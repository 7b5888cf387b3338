import { type BridgeForm, bridgeTail } from './bridge.js';
import { type ValueCounts, sizeOf, walk } from './two-sample.js';

/**
 * Anderson–Darling statistic of two samples, midranks for ties (Scholz & Stephens 1987, A²akN); mean 1 when both
 * come from one distribution.
 * @throws RangeError when a sample is empty
 */
export function andersonDarling(a: ValueCounts, b: ValueCounts): number {
  const { statistic } = measure(a, b, 0);
  return statistic;
}

export interface AndersonDarling {
  /** Mean 1 when nothing differs. */
  readonly statistic: number;
  readonly p: number;
}

/** Points where the smaller sample should have fewer rows than this beyond them say more of chance than of change. */
const fewest = 3;

/** Share of the integral over the values: what found most over shifts of place, scale and tails (docs/calibration.md). */
const overValues = 2 / 3;

/**
 * Anderson–Darling's squared difference of the distribution functions over its variance, integrated one third over
 * the ranks, as they do, and two thirds over the values, which see what moves far: scale and tails. Ranks alone miss
 * those; values alone are lost where the tails are heavy. The p value is that of the normal limit of the
 * permutation distribution, with the ties that there are.
 * @throws RangeError when a sample is empty
 */
export function mixedAndersonDarling(a: ValueCounts, b: ValueCounts): AndersonDarling {
  const { statistic, form } = measure(a, b, overValues);
  return { statistic, p: form.steps.length < 2 ? 1 : bridgeTail(form, statistic) };
}

/** @param share weight of the integral over the values, 0..1; the rest is that of the ranks */
function measure(a: ValueCounts, b: ValueCounts, share: number): { statistic: number; form: BridgeForm } {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  const all = n + m;
  const ends = [a, b].flatMap(({ values }) => [values[0]!, values[values.length - 1]!]);
  // The sum of widths of doubles near the largest has no double.
  const unit = Math.max(...ends.map(Math.abs)) || 1;
  const steps: number[] = [];
  const differences: number[] = [];
  const widths: number[] = [];
  let [before, range] = [0, 0];
  walk(a, b, (belowA, belowB, width) => {
    const below = belowA + belowB;
    steps.push((below - before) / all);
    differences.push((belowA * m - belowB * n) / (n * m));
    const far = Math.min(below, all - below) * Math.min(n, m) >= fewest * all ? width / unit : 0;
    widths.push(far);
    range += far;
    before = below;
  });
  const values = range > 0 && Number.isFinite(range) ? share : 0;
  const form = {
    steps: Float64Array.from(steps),
    onSteps: new Float64Array(steps.length),
    onPoints: new Float64Array(steps.length),
  };
  let [below, last, statistic] = [0, 0, 0];
  for (let j = 0; j < steps.length; j++) {
    const step = steps[j]!;
    const middle = below + step / 2;
    below += step;
    const onStep = ((1 - values) * step) / (middle * (1 - middle) - step / 4);
    const onPoint = widths[j]! > 0 ? (values * widths[j]!) / range / (below * (1 - below)) : 0;
    form.onSteps[j] = steps.length > 1 ? onStep : 0;
    form.onPoints[j] = onPoint;
    statistic += onStep * ((last + differences[j]!) / 2) ** 2 + onPoint * differences[j]! ** 2;
    last = differences[j]!;
  }
  // The permutation variance of the difference is N/(N−1) times that of the limit.
  return { statistic: steps.length > 1 ? (statistic * n * m * (all - 1)) / all / all : 0, form };
}
