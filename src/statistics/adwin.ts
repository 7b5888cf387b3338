export interface AdwinOptions {
  /** Share of checks that may alarm although nothing changed. */
  readonly delta: number;
  /** Values between two checks. */
  readonly clock: number;
  /** Buckets of one size before two are merged. */
  readonly maxBuckets: number;
  /** Least values on either side of a cut. */
  readonly minimum: number;
  /** Values before the first check. */
  readonly grace: number;
}

export interface AdwinState {
  tick: number;
  width: number;
  total: number;
  /** Sum of squared deviations over the window. */
  variance: number;
  /** Row r holds buckets of 2^r values each, the oldest first: [sum, sum of squared deviations]. */
  buckets: [number, number][][];
  drift: boolean;
}

const defaults: AdwinOptions = { delta: 0.002, clock: 32, maxBuckets: 5, minimum: 5, grace: 10 };

export const adwinStart = (): AdwinState => ({
  tick: 0,
  width: 0,
  total: 0,
  variance: 0,
  buckets: [[]],
  drift: false,
});

/**
 * Adaptive windowing (Bifet & Gavaldà 2007, ADWIN2), step by step as river's ADWIN: changes `state`, a window whose
 * size grows with the logarithm of its values, and which begins anew after an alarm.
 * @returns whether this value alarms
 */
export function adwin(state: AdwinState, x: number, options: AdwinOptions = defaults): boolean {
  if (state.drift) Object.assign(state, adwinStart());
  state.buckets[0]!.push([x, 0]);
  state.width++;
  if (state.width > 1) {
    const before = state.width - 1;
    state.variance += (before * (x - state.total / before) ** 2) / state.width;
  }
  state.total += x;
  compress(state, options.maxBuckets);
  state.tick++;
  if (state.tick % options.clock === 0 && state.width > options.grace) {
    while (findsCut(state, options)) state.drift = true;
  }
  return state.drift;
}

/** Merges the two oldest buckets of a row that has too many into one of the next row. */
function compress({ buckets }: AdwinState, maxBuckets: number): void {
  for (let row = 0; row < buckets.length; row++) {
    const list = buckets[row]!;
    if (list.length <= maxBuckets) return;
    const [a, b] = list.splice(0, 2) as [[number, number], [number, number]];
    const n = 2 ** row;
    const between = (n * (a[0] / n - b[0] / n) ** 2) / 2;
    (buckets[row + 1] ??= []).push([a[0] + b[0], a[1] + b[1] + between]);
  }
}

/** Looks for a cut between buckets whose sides have different means; found, the oldest bucket goes. */
function findsCut(state: AdwinState, { delta, minimum }: AdwinOptions): boolean {
  const prime = Math.log((2 * Math.log(state.width)) / delta);
  const variance = state.variance / state.width;
  let [n0, total0] = [0, 0];
  for (let row = state.buckets.length - 1; row >= 0; row--) {
    const list = state.buckets[row]!;
    for (const [sum] of list) {
      n0 += 2 ** row;
      total0 += sum;
      const n1 = state.width - n0;
      if (n0 < minimum || n1 < minimum) continue;
      const reciprocal = 1 / (n0 - minimum + 1) + 1 / (n1 - minimum + 1);
      const cut = Math.sqrt(2 * reciprocal * variance * prime) + (2 / 3) * prime * reciprocal;
      if (Math.abs(total0 / n0 - (state.total - total0) / n1) <= cut) continue;
      dropOldest(state);
      return true;
    }
  }
  return false;
}

function dropOldest(state: AdwinState): void {
  const { buckets } = state;
  const [sum, squares] = buckets.at(-1)!.shift()!;
  const n = 2 ** (buckets.length - 1);
  state.width -= n;
  state.total -= sum;
  const apart = sum / n - state.total / state.width;
  state.variance -= squares + (n * state.width * apart ** 2) / (n + state.width);
  if (buckets.at(-1)!.length === 0) buckets.pop();
}
