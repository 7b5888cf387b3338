import { cautiousMean, wider } from './cautious.js';
import { type Design, designMean, effectiveRowsOf, isComplex, relativeWeights } from './design.js';
import { boundedMeanInterval } from './gamma-sums.js';
import { type Estimate, momentsOf } from './intervals.js';

/** How far a value that was not seen may be off. */
export interface Reach {
  /** The smallest and the largest value that a row can have; ∓∞ where there is none. */
  readonly bounds: readonly [number, number];
  /** Of values without bounds that all agree: the largest distance from their mean to think of; 0 where nothing is known. */
  readonly ifAlike: number;
}

/**
 * Interval of a mean over rows: cautiousMean's, or designMean's, and not shorter than Gaffke's bounds of bounded
 * values. Of values that all agree, Student's interval has no width; without bounds the reach stands in for them.
 * @param confidence two-sided
 */
export function reachingMean(
  values: Float64Array,
  design: Design,
  { bounds: [least, most], ifAlike }: Reach,
  confidence: number,
): Estimate {
  const complex = isComplex(design);
  const found = complex ? designMean(values, design, confidence) : cautiousMean(values, confidence);
  if (!Number.isFinite(found.lower)) return found;
  const variance = (found.standardError ?? 0) ** 2;
  const isBounded = Number.isFinite(least) && Number.isFinite(most);
  const isAlike = Math.sqrt(variance) <= 1e-12 * Math.abs(found.value);
  if (!isBounded && !isAlike) return found;
  if (!isBounded && ifAlike === 0) return { ...found, lower: -Infinity, upper: Infinity };
  const range = isBounded
    ? ([least, most] as const)
    : ([found.value - ifAlike, found.value + ifAlike] as const);
  const n = values.length;
  const plain = momentsOf(values).variance / n;
  const each = complex ? effectiveRowsOf({ plain, variance }, n, design, confidence) / n : 1;
  const shapes = relativeWeights(n, design.weights).map((weight) => weight * each);
  return wider(found, boundedMeanInterval(values, shapes, range, confidence));
}
