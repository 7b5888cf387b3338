export interface DdmOptions {
  /** Values before it may alarm. */
  readonly minimum: number;
  /** Standard deviations above the best so far that warn, and that alarm. */
  readonly warning: number;
  readonly drift: number;
}

export interface DdmState {
  n: number;
  mean: number;
  /** Of the moment when mean + deviation was least; null before `minimum`. */
  leastMean: number | null;
  leastDeviation: number | null;
  warning: boolean;
  drift: boolean;
}

const defaults: DdmOptions = { minimum: 30, warning: 2, drift: 3 };

export const ddmStart = (): DdmState => ({
  n: 0,
  mean: 0,
  leastMean: null,
  leastDeviation: null,
  warning: false,
  drift: false,
});

/**
 * Drift detection method for a stream of errors, 0 or 1 (Gama et al. 2004), step by step as river's DDM: changes
 * `state`, which begins anew after an alarm.
 * @returns whether this error alarms
 */
export function ddm(state: DdmState, error: number, options: DdmOptions = defaults): boolean {
  if (state.drift) Object.assign(state, ddmStart());
  state.n++;
  state.mean += (error - state.mean) / state.n;
  // Rounding can leave a mean of ones a last digit above 1.
  const deviation = Math.sqrt(Math.max(0, (state.mean * (1 - state.mean)) / state.n));
  if (state.n <= options.minimum) return false;
  const now = state.mean + deviation;
  if (state.leastMean === null || now <= state.leastMean + state.leastDeviation!) {
    state.leastMean = state.mean;
    state.leastDeviation = deviation;
  }
  state.drift = now > state.leastMean + options.drift * state.leastDeviation!;
  state.warning = !state.drift && now > state.leastMean + options.warning * state.leastDeviation!;
  return state.drift;
}
