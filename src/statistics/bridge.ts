import { chiSquareSf } from './special.js';

/**
 * A weighted sum of squares of a Brownian bridge b that is watched at points 0 = t₀ < t₁ < … < t_K = 1:
 * Q = Σ onSteps[j]·((b(t_j) + b(t_{j+1}))/2)² + Σ onPoints[j]·b(t_{j+1})².
 */
export interface BridgeForm {
  /** t_{j+1} − t_j, all above 0, with sum 1. */
  readonly steps: Float64Array;
  /** Weights, at least 0; the last of `onPoints` meets b(1) = 0. */
  readonly onSteps: Float64Array;
  readonly onPoints: Float64Array;
}

/** Nodes on Talbot's contour: more would lose to rounding what they gain. */
const nodes = 24;
/** Below this the inversion's own error shows; a bound takes its place. */
const smallest = 1e-9;

/**
 * P(Q > x), within 1e-9. Q must have mean 1, as for tests that are held to their mean.
 * Its Laplace transform det(1 + 2sΣW)^(−½) follows from a difference equation along the bridge, so that ties and
 * steps of any size are exact; it is inverted along Talbot's contour (Abate & Valkó 2004). Far out, the bound of
 * Székely & Bakirov (2003): no form of mean 1 has a heavier tail than χ² with one degree of freedom.
 */
export function bridgeTail(form: BridgeForm, x: number): number {
  if (!(x > 0)) return 1;
  const bound = x > 1.54 ? chiSquareSf(x, 1) : 1;
  if (bound < smallest) return bound;
  const r = (2 * nodes) / (5 * x);
  const ends = transform(form, r, 0);
  let sum = 0.5 * Math.exp(r * x) * ((1 - ends.re) / r);
  for (let k = 1; k < nodes; k++) {
    const angle = (k * Math.PI) / nodes;
    const cot = 1 / Math.tan(angle);
    const [re, im] = [r * angle * cot, r * angle];
    const slope = angle + (angle * cot - 1) * cot;
    const value = transform(form, re, im);
    // (1 − M(s))/s · (1 + i·slope), then its product with e^(sx).
    const norm = re * re + im * im;
    const [u, v] = [1 - value.re, -value.im];
    const [qRe, qIm] = [(u * re + v * im) / norm, (v * re - u * im) / norm];
    const [fRe, fIm] = [qRe - qIm * slope, qIm + qRe * slope];
    sum += Math.exp(re * x) * (fRe * Math.cos(im * x) - fIm * Math.sin(im * x));
  }
  const tail = (r / nodes) * sum;
  return tail < smallest ? Math.min(smallest, bound) : Math.min(1, tail);
}

/**
 * E exp(−sQ) for s = re + i·im, im ≥ 0. The path of least action from b(0) = 0 has the ratio z of slope to height;
 * each step multiplies the determinant by a factor in the upper half plane. The product is kept there, too, and the
 * half turns are counted: the square root needs the whole angle.
 */
function transform(
  { steps, onSteps, onPoints }: BridgeForm,
  re: number,
  im: number,
): { re: number; im: number } {
  // Scalars throughout: this loop is nearly all that a comparison of numbers costs.
  let productRe = steps[0]!;
  let productIm = 0;
  let halfTurns = 0;
  let logSize = 0;
  let zRe = 1 / productRe + (re * onSteps[0]!) / 2 + 2 * re * onPoints[0]!;
  let zIm = (im * onSteps[0]!) / 2 + 2 * im * onPoints[0]!;
  for (let j = 1; j < steps.length; j++) {
    const p = steps[j]!;
    const hRe = (re * onSteps[j]!) / 2;
    const hIm = (im * onSteps[j]!) / 2;
    const fRe = 1 + p * (zRe + hRe);
    const fIm = p * (zIm + hIm);
    const inverse = 1 / (fRe * fRe + fIm * fIm);
    // 1/growth of the path over this step.
    const kRe = 1 - p * hRe;
    const kIm = -p * hIm;
    const gRe = (kRe * fRe + kIm * fIm) * inverse;
    const gIm = (kIm * fRe - kRe * fIm) * inverse;
    const point = 2 * onPoints[j]!;
    zRe = (1 - gRe) / p + hRe + hRe * gRe - hIm * gIm + re * point;
    zIm = -gIm / p + hIm + hRe * gIm + hIm * gRe + im * point;
    const mayTurn = productRe < 0 || fRe < 0;
    const nextRe = productRe * fRe - productIm * fIm;
    productIm = productRe * fIm + productIm * fRe;
    productRe = nextRe;
    if (productIm < 0 && (mayTurn || productRe < 0)) {
      productRe = -productRe;
      productIm = -productIm;
      halfTurns++;
    }
    const length = Math.abs(productRe) + Math.abs(productIm);
    if (length > 1e100 || length < 1e-100) {
      productRe /= length;
      productIm /= length;
      logSize += Math.log(length);
    }
  }
  const angle = Math.atan2(Math.max(0, productIm), productRe) + halfTurns * Math.PI;
  const size = Math.exp(-logSize / 2) / Math.sqrt(Math.hypot(productRe, productIm));
  return { re: size * Math.cos(-angle / 2), im: size * Math.sin(-angle / 2) };
}
