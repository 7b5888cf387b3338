/** QL steps for one eigenvalue; two or three are usual. */
const mostSteps = 200;
/** After so many steps, an entry is 0 that is smaller than the rounding error of the whole matrix. */
const usualSteps = 30;
/** Relative to the largest entry: smaller values are treated as 0. */
const underflowLimit = 2 ** -100;

export interface Eigen {
  /** Falling. */
  readonly values: Float64Array;
  /** `vectors[k]` belongs to `values[k]`: of length 1, its largest component (the first of equals) positive. */
  readonly vectors: readonly Float64Array[];
}

/**
 * Eigenvalues and -vectors of a symmetric matrix: Householder's reduction to a tridiagonal one, then implicit QL
 * steps with Wilkinson's shift (Golub & Van Loan, 4th ed., 8.3; Dubrulle, Martin & Wilkinson 1971).
 * Jacobi's rotations would be half the code and, for 400 columns, 40 times slower.
 * @param matrix rows, p × p, finite; only read
 * @throws RangeError when the eigenvalues do not converge
 */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const largest = matrix.reduce((most, row) => row.reduce((one, x) => Math.max(one, Math.abs(x)), most), 0);
  // Numbers near the smallest there are would be rounded to no direction at all.
  const scale = largest || 1;
  const { diagonal, offDiagonal, basis } = tridiagonal(matrix.map((row) => row.map((x) => x / scale)));
  const norm = diagonal.reduce((most, x, i) => Math.max(most, Math.abs(x) + Math.abs(offDiagonal[i]!)), 0);
  const rounding = Math.max(underflowLimit, 2 ** -53 * norm);
  for (let l = 0; l < diagonal.length; l++) {
    let steps = 0;
    // Columns that depend on each other leave eigenvalues of rounding errors, which never are small beside one another.
    while (step(diagonal, offDiagonal, basis, l, steps < usualSteps ? underflowLimit : rounding)) {
      if (++steps > mostSteps) throw new RangeError('the eigenvalues of this matrix do not converge');
    }
  }
  const order = basis.map((_, k) => k).sort((a, b) => diagonal[b]! - diagonal[a]!);
  return {
    values: Float64Array.from(order, (k) => diagonal[k]! * scale),
    vectors: order.map((k) => {
      const vector = basis[k]!;
      const peak = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) + 1e-12 ? x : best), 0);
      return peak < 0 ? vector.map((x) => -x) : vector;
    }),
  };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** `offDiagonal[i]` couples i and i + 1; the last is 0. */
  readonly offDiagonal: Float64Array;
  /** Orthonormal rows Q with Q · matrix · Qᵀ tridiagonal. */
  readonly basis: Float64Array[];
}

function tridiagonal(matrix: readonly Float64Array[]): Tridiagonal {
  const p = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const basis = matrix.map((_, i) => Float64Array.from({ length: p }, (_, j) => (i === j ? 1 : 0)));
  const offDiagonal = new Float64Array(p);
  const householderVectors: Float64Array[] = [];
  for (let k = 0; k + 1 < p; k++) {
    // Squares of smaller values would underflow.
    const v = a[k]!.slice(k + 1).map((x) => (Math.abs(x) < underflowLimit ? 0 : x));
    const length = Math.hypot(...v);
    const end = v[0]! > 0 ? -length : length;
    offDiagonal[k] = end;
    v[0]! -= end;
    const square = v.reduce((sum, x) => sum + x * x, 0);
    // The row is already tridiagonal.
    if (square === 0 || k + 2 === p) {
      if (k + 2 === p) offDiagonal[k] = a[k]![k + 1]!;
      householderVectors.push(new Float64Array(0));
      continue;
    }
    const scale = Math.sqrt(2 / square);
    for (let i = 0; i < v.length; i++) v[i]! *= scale;
    householderVectors.push(v);
    // (I − vvᵀ)·A·(I − vvᵀ) = A − v·wᵀ − w·vᵀ with w = Av − ½(vᵀAv)·v
    const w = v.map((_, i) => v.reduce((sum, x, j) => sum + x * a[k + 1 + i]![k + 1 + j]!, 0));
    const half = v.reduce((sum, x, i) => sum + x * w[i]!, 0) / 2;
    for (let i = 0; i < v.length; i++) w[i]! -= half * v[i]!;
    for (let i = 0; i < v.length; i++) {
      const row = a[k + 1 + i]!;
      for (let j = 0; j < v.length; j++) row[k + 1 + j]! -= v[i]! * w[j]! + w[i]! * v[j]!;
    }
  }
  for (let k = householderVectors.length - 1; k >= 0; k--) {
    const v = householderVectors[k]!;
    if (v.length === 0) continue;
    // Q ← Q · (the mirror of v), whose rows above k are still those of the identity.
    for (let i = k + 1; i < p; i++) {
      const row = basis[i]!;
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += row[k + 1 + j]! * v[j]!;
      for (let j = 0; j < v.length; j++) row[k + 1 + j]! -= sum * v[j]!;
    }
  }
  return { diagonal: Float64Array.from(a, (row, i) => row[i]!), offDiagonal, basis };
}

/**
 * One QL step on the block that begins at l; false once l is separate from the rest.
 * @param d diagonal @param e off-diagonal @param limit an entry of e up to it is 0
 */
function step(
  d: Float64Array,
  e: Float64Array,
  basis: readonly Float64Array[],
  l: number,
  limit: number,
): boolean {
  let m = l;
  while (
    m + 1 < d.length &&
    Math.abs(e[m]!) > Math.max(limit, 2 ** -53 * (Math.abs(d[m]!) + Math.abs(d[m + 1]!)))
  )
    m++;
  if (m === l) return false;
  const shift = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let g = d[m]! - d[l]! + e[l]! / (shift + Math.sign(shift || 1) * Math.hypot(shift, 1));
  let [s, c, moved] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [s * e[i]!, c * e[i]!];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix fell apart here: go on with the rest.
      d[i + 1]! -= moved;
      e[m] = 0;
      return true;
    }
    [s, c] = [f / r, g / r];
    g = d[i + 1]! - moved;
    const turn = (d[i]! - g) * s + 2 * c * b;
    moved = s * turn;
    d[i + 1] = g + moved;
    g = c * turn - b;
    const [x, y] = [basis[i]!, basis[i + 1]!];
    for (let k = 0; k < x.length; k++) {
      const u = x[k]!;
      const w = y[k]!;
      y[k] = s * u + c * w;
      x[k] = c * u - s * w;
    }
  }
  d[l]! -= moved;
  e[l] = g;
  e[m] = 0;
  return true;
}
