/** About how many steps the range of values on a grid is divided into. */
const gridSteps = 4096;

/** A number rounded to `bits` significant bits, by Dekker's splitting (Numerische Mathematik 18, 1971). */
export function roundBits(x: number, bits: number): number {
  if (Math.abs(x) > 1e290) return x;
  const product = x * (2 ** (53 - bits) + 1);
  return product - (product - x);
}

/** The multiple of `step`, a power of two, at or below x; exact. */
export function floorTo(x: number, step: number): number {
  return Math.floor(x / step) * step;
}

/**
 * Step of a grid over a range: the power of two that divides it into 2,048 to 4,096 parts. A wider range never has a
 * finer grid, so that grids of parts can be joined.
 */
export function gridStep(min: number, max: number): number {
  const step = 2 ** Math.ceil(Math.log2((max - min) / gridSteps));
  return step > 0 && Number.isFinite(step) ? step : 1;
}

/**
 * Whether a grid tells numbers apart better than rounding to significant bits does: where they lie close together and
 * far from 0, as times in seconds do.
 */
export function isCloseTogether(min: number, max: number): boolean {
  return min * max > 0 && max - min <= Math.min(Math.abs(min), Math.abs(max));
}
