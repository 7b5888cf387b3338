export interface PageHinkleyOptions {
  /** Values before it may alarm. */
  readonly minimum: number;
  /** Change of the mean that is tolerated, in the values' unit. */
  readonly delta: number;
  readonly threshold: number;
  /** How much of the sum so far the next step keeps. */
  readonly forgetting: number;
}

/** What the next value needs; plain, so that it can be kept between runs. */
export interface PageHinkleyState {
  n: number;
  mean: number;
  increase: number;
  decrease: number;
  /** Null before the first value. */
  least: number | null;
  most: number;
  drift: boolean;
}

const defaults: PageHinkleyOptions = { minimum: 30, delta: 0.005, threshold: 50, forgetting: 1 - 1e-4 };

export const pageHinkleyStart = (): PageHinkleyState => ({
  n: 0,
  mean: 0,
  increase: 0,
  decrease: 0,
  least: null,
  most: -1,
  drift: false,
});

/**
 * Page–Hinkley test (Page 1954), two-sided with forgetting, step by step as river's PageHinkley: changes `state`,
 * which begins anew after an alarm.
 * @returns whether this value alarms
 */
export function pageHinkley(
  state: PageHinkleyState,
  x: number,
  { minimum, delta, threshold, forgetting }: PageHinkleyOptions = defaults,
): boolean {
  if (state.drift) Object.assign(state, pageHinkleyStart());
  state.n++;
  state.mean += (x - state.mean) / state.n;
  const deviation = x - state.mean;
  state.increase = forgetting * state.increase + deviation - delta;
  state.decrease = forgetting * state.decrease + deviation + delta;
  state.least = Math.min(state.least ?? Infinity, state.increase);
  state.most = Math.max(state.most, state.decrease);
  state.drift =
    state.n >= minimum &&
    (state.increase - state.least > threshold || state.most - state.decrease > threshold);
  return state.drift;
}
