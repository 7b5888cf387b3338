import { type Errors, cautiousInterval, effectiveFreedom, errorsOf, wider } from './cautious.js';
import type { AucComponents } from './delong.js';
import type { Estimate, Interval } from './intervals.js';
import { tQuantile } from './special.js';

/** An area under the ROC curve, and what its interval is made from. */
export interface AucSample {
  readonly auc: number;
  /** Of independent units. */
  readonly errors: readonly Errors[];
  /** Rows of each class, as many as would say the same if they counted alike and by themselves. */
  readonly positives: number;
  readonly negatives: number;
  /** Disjoint pairs of a positive and a negative that are independent of each other. */
  readonly pairs: number;
}

/** Below this many rows out of order, DeLong's variance says little. */
const fewOutOfOrder = 10;
/** What of Hanley & McNeil's variance a difference takes at least; by simulation, docs/calibration-gate.md. */
const leastShare = 0.3;

/**
 * DeLong's interval by effective degrees of freedom, as Brunner & Munzel (2000), and by the skew of the components; where
 * few rows are out of order, not shorter than Newcombe's score interval; cut to [0, 1].
 * @param confidence two-sided
 */
export function cautiousAuc(a: AucSample, confidence: number): Estimate {
  const usual = cautiousInterval(a.auc, a.errors, confidence);
  const found = isFew(a)
    ? wider(usual, scoreLimits(a, quantileOf(a.errors, confidence), confidence, 1))
    : usual;
  return { ...found, lower: Math.max(0, found.lower), upper: Math.min(1, found.upper) };
}

/**
 * Interval of a.auc − b.auc on the same rows: as cautiousAuc, the score intervals of both put together as their
 * correlation says (MOVER, Zou 2007), with DeLong's variance where it is not very small.
 * @param errors of the difference
 */
export function cautiousAucDifference(
  a: AucSample,
  b: AucSample,
  errors: readonly Errors[],
  confidence: number,
): Estimate {
  const value = a.auc - b.auc;
  const usual = cautiousInterval(value, errors, confidence);
  if (!Number.isFinite(usual.lower)) return usual;
  const [all, one, other] = [errors, a.errors, b.errors].map(varianceOf) as [number, number, number];
  if (all === 0) {
    // No row tells the models apart; the next one may.
    const half = separationBound(a, confidence);
    return { ...usual, lower: value - half, upper: value + half };
  }
  if (!isFew(a) && !isFew(b)) return usual;
  const t = quantileOf(errors, confidence);
  const [first, second] = [a, b].map((one) => scoreLimits(one, t, confidence, leastShare)) as [
    Interval,
    Interval,
  ];
  const spreads = Math.sqrt(one * other);
  const correlation = spreads > 0 ? Math.min(1, Math.max(-1, (one + other - all) / (2 * spreads))) : 0;
  const together = (x: number, y: number): number =>
    Math.sqrt(Math.max(0, x * x + y * y - 2 * correlation * x * y));
  return wider(usual, {
    lower: value - together(a.auc - first.lower, second.upper - b.auc),
    upper: value + together(first.upper - a.auc, b.auc - second.lower),
  });
}

/** Of rows that count alike and by themselves. */
export function aucSample({ auc, positives, negatives }: AucComponents): AucSample {
  const [m, n] = [positives.length, negatives.length];
  return {
    auc,
    errors: [errorsOf(positives, 1 / m), errorsOf(negatives, 1 / n)],
    positives: m,
    negatives: n,
    pairs: Math.min(m, n),
  };
}

/** Errors of a.auc − b.auc; labels must be the same. */
export function differenceErrors(a: AucComponents, b: AucComponents): readonly Errors[] {
  return (['positives', 'negatives'] as const).map((of) =>
    errorsOf(
      a[of].map((x, i) => x - b[of][i]!),
      1 / a[of].length,
    ),
  );
}

function isFew({ auc, positives, negatives }: AucSample): boolean {
  return Math.min(positives, negatives) * Math.min(auc, 1 - auc) < fewOutOfOrder;
}

function varianceOf(errors: readonly Errors[]): number {
  return errors.reduce((sum, { variance }) => sum + variance, 0);
}

function quantileOf(errors: readonly Errors[], confidence: number): number {
  return tQuantile((1 + confidence) / 2, varianceOf(errors) > 0 ? effectiveFreedom(errors) : 1e9);
}

/**
 * The areas that are no further from the one seen than `t` of the standard errors that they would have, by Hanley &
 * McNeil's variance with both classes assumed to be of one size (Newcombe 2006, method 5).
 * @param least of that variance; DeLong's, where it is more than this share of it
 */
function scoreLimits(a: AucSample, t: number, confidence: number, least: number): Interval {
  const { auc, positives: m, negatives: n } = a;
  const bound = auc === 1 || auc === 0 ? separationBound(a, confidence) : 0;
  const pairs = (m + n) / 2 - 1;
  const varianceAt = (area: number): number =>
    (area * (1 - area) * (1 + pairs * ((1 - area) / (2 - area) + area / (1 + area)))) / (m * n);
  const share = Math.min(1, Math.max(least, varianceOf(a.errors) / varianceAt(auc)));
  const reaches = (area: number): boolean => Math.abs(area - auc) <= t * Math.sqrt(share * varianceAt(area));
  return {
    lower: auc === 0 ? 0 : auc === 1 ? 1 - bound : furthest(reaches, auc, 0),
    upper: auc === 1 ? 1 : auc === 0 ? bound : furthest(reaches, auc, 1),
  };
}

/** The last point from `near` towards `far` that holds, where those that hold are an interval. */
function furthest(holds: (x: number) => boolean, near: number, far: number): number {
  for (let i = 0; i < 100; i++) {
    const middle = (near + far) / 2;
    if (middle === near || middle === far) break;
    if (holds(middle)) near = middle;
    else far = middle;
  }
  return near;
}

/**
 * How far from 1 an AUC may be whose sample separates the classes perfectly, where DeLong's variance is 0:
 * disjoint pairs are all in order with probability AUC^pairs.
 */
function separationBound({ pairs }: Pick<AucSample, 'pairs'>, confidence: number): number {
  return 1 - ((1 - confidence) / 2) ** (1 / pairs);
}
