import { type BridgeForm, bridgeTail } from './bridge.js';
import { type Cells, splitTail } from './random-splits.js';
import { type ValueCounts, sizeOf, walk } from './two-sample.js';

export interface AndersonDarling {
  /** Mean 1 when nothing differs. */
  readonly statistic: number;
  readonly p: number;
}

/** A p value of the normal limit below this is looked at again; above, no table of levels asks for more. */
const doubtful = 0.1;
/** Ranks weigh no point so much that the limit is far off: where they alone are this sure, no splits are drawn. */
const certain = 1e-6;
/** With more rows than this in the smaller sample, only its last few rows are far from the limit, and those are left out. */
const splitUpTo = 2000;

/**
 * The statistic of `mixedAndersonDarling` over the whole of both tails, with a p value that holds for small samples and
 * heavy tails: where the normal limit finds something, the share of random splits of the same rows that differ as much.
 * @param random uniform on [0, 1): seed it, so that a verdict can be repeated
 * @throws RangeError when a sample is empty
 */
export function testAndersonDarling(
  a: ValueCounts,
  b: ValueCounts,
  random: () => number,
): AndersonDarling & { readonly method: 'anderson-darling' | 'anderson-darling-permutation' } {
  const method = 'anderson-darling';
  if (Math.min(sizeOf(a), sizeOf(b)) > splitUpTo) return { ...mixedAndersonDarling(a, b), method };
  const { statistic, form, cells } = measure(a, b, overValues, 0);
  const p = tailOf(form, statistic);
  if (p > doubtful) return { statistic, p, method };
  const ranks = mixedAndersonDarling(a, b, 0);
  // One of two tests at a fixed small level: the other may have the rest.
  if (2 * ranks.p <= certain) return { statistic, p: 2 * ranks.p, method };
  return { statistic, p: splitTail(form, cells, random), method: 'anderson-darling-permutation' };
}

/** Points where the smaller sample should have fewer rows than this beyond them say more of chance than of change. */
const fewest = 5;

/** Share of the integral over the values: what found most over shifts of place, scale and tails (docs/calibration.md). */
const overValues = 2 / 3;

/**
 * Anderson–Darling's squared difference of the distribution functions over its variance, integrated one third over
 * the ranks, as they do, and two thirds over the values, which see what moves far: scale and tails. Ranks alone miss
 * those; values alone are lost where the tails are heavy. The p value is that of the normal limit of the
 * permutation distribution, with the ties that there are.
 * @param share of the integral over the values, 0..1; 0 is Anderson and Darling's own statistic with midranks for ties
 *   (Scholz & Stephens 1987, A²akN)
 * @throws RangeError when a sample is empty
 */
export function mixedAndersonDarling(a: ValueCounts, b: ValueCounts, share = overValues): AndersonDarling {
  const { statistic, form } = measure(a, b, share, fewest);
  return { statistic, p: tailOf(form, statistic) };
}

const tailOf = (form: BridgeForm, statistic: number): number =>
  form.steps.length < 2 ? 1 : bridgeTail(form, statistic);

/** With more values than this, neighbours are joined: both the statistic and its law are then those of the cells. */
const fineUpTo = 1000;
/** A cell has about 1/64 of the rows below or above it, whichever are fewer: fine cells for the tails. */
const fineness = 64;

function measure(
  a: ValueCounts,
  b: ValueCounts,
  share: number,
  least: number,
): { statistic: number; form: BridgeForm; cells: Cells } {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  const all = n + m;
  const ends = [a, b].flatMap(({ values }) => [values[0]!, values[values.length - 1]!]);
  // The sum of widths of doubles near the largest has no double.
  const unit = Math.max(...ends.map(Math.abs)) || 1;
  const coarse = a.values.length + b.values.length > fineUpTo;
  const steps: number[] = [];
  const differences: number[] = [];
  const [inA, inB]: [number[], number[]] = [[], []];
  const widths: number[] = [];
  let [before, beforeA] = [0, 0];
  let range = 0;
  let joined = 0;
  walk(a, b, (belowA, belowB, width) => {
    const below = belowA + belowB;
    if (Math.min(below, all - below) * Math.min(n, m) >= least * all) joined += width / unit;
    if (coarse && below < all && (below - before) * all * fineness < below * (all - below)) return;
    steps.push((below - before) / all);
    differences.push((belowA * m - belowB * n) / (n * m));
    widths.push(below < all ? joined : 0);
    range += below < all ? joined : 0;
    inA.push(belowA - beforeA);
    inB.push(below - before - (belowA - beforeA));
    [before, beforeA] = [below, belowA];
    joined = 0;
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
  return {
    statistic: steps.length > 1 ? (statistic * n * m * (all - 1)) / all / all : 0,
    form,
    cells: n <= m ? { small: inA, large: inB } : { small: inB, large: inA },
  };
}
