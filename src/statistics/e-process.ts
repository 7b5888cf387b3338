import { lnBeta, lnBetaInc } from './special.js';

/**
 * Count e-processes: evidence that may be looked at as often as one likes. Under its null hypothesis an
 * e-process E has E ≥ 1/α at any time at all with probability at most α (Ville's inequality).
 * Method: Lindon & Malek 2022, "Anytime-valid inference for multinomial count data", arXiv 2011.03567.
 */
export interface Split {
  /** Events of interest among `n`. */
  readonly k: number;
  /** All events. */
  readonly n: number;
  /** Share of the events that would be of interest at the edge of the null hypothesis, 0 < theta < 1. */
  readonly theta: number;
  /** Weight of the prior around theta, in events; default 10. */
  readonly concentration?: number;
}

export type Side = 'two-sided' | 'above' | 'below';

/**
 * ln E against "the share is theta" (two-sided), "at most theta" (above), "at least theta" (below).
 * The alternative is a Beta prior around theta, cut to the alternative's side of it.
 */
export function logEvidence({ k, n, theta, concentration = 10 }: Split, side: Side): number {
  const a = concentration * theta;
  const b = concentration * (1 - theta);
  const mixture =
    lnBeta(a + k, b + n - k) - lnBeta(a, b) - k * Math.log(theta) - (n - k) * Math.log1p(-theta);
  if (side === 'two-sided') return mixture;
  const upper = side === 'above';
  return mixture + lnBetaInc(theta, a + k, b + n - k, upper) - lnBetaInc(theta, a, b, upper);
}

/**
 * Share of the events that fall to an arm with share `exposure` of the traffic (0 < exposure < 1),
 * when its rate is `ratio` times the other arm's. Exact for rare events; for frequent ones the split
 * varies less than it assumes, so the evidence errs towards caution.
 */
export function eventShare(exposure: number, ratio: number): number {
  return (exposure * ratio) / (exposure * ratio + 1 - exposure);
}

/** ln of the mean of e-values given by their logarithms: against the intersection of their nulls, an e-value. */
export function logMean(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - largest), 0) / logs.length);
}

/**
 * Evidence over the steps of a rollout, wherever the trouble began: the mean over s of the evidence
 * gathered from step s on. So steps without trouble do not speak for a later one that has it.
 * @param perStep ln E of each step so far, the running one last
 * @param steps how many steps there will be, at least as many as so far
 */
export function logEvidenceFromAnyStep(perStep: readonly number[], steps: number): number {
  const logs = Array.from({ length: steps }, (_, start) =>
    perStep.slice(start).reduce((sum, x) => sum + x, 0),
  );
  return logMean(logs);
}

/** p = min(1, 1/E). */
export function pValueOf(logE: number): number {
  return Math.min(1, Math.exp(-logE));
}
