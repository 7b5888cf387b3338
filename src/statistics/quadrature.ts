/** Points and weights of a rule of integration. */
export interface Rule {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** Gauss–Legendre rule of n points on [from, to], by Newton's method on the Legendre polynomial. */
export function gaussLegendre(n: number, from: number, to: number): Rule {
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [value, before] = [1, 0];
      for (let k = 1; k <= n; k++)
        [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
      slope = (n * (x * value - before)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    points[i] = middle - half * x;
    weights[i] = (2 * half) / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** Solves a·x = b by elimination with row pivots; changes both. `a` holds n × n numbers, row by row. */
export function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r * n + c]!) > Math.abs(a[pivot * n + c]!)) pivot = r;
    if (pivot !== c) {
      for (let k = c; k < n; k++) [a[c * n + k], a[pivot * n + k]] = [a[pivot * n + k]!, a[c * n + k]!];
      [b[c], b[pivot]] = [b[pivot]!, b[c]!];
    }
    for (let r = c + 1; r < n; r++) {
      const factor = a[r * n + c]! / a[c * n + c]!;
      if (factor === 0) continue;
      for (let k = c; k < n; k++) a[r * n + k]! -= factor * a[c * n + k]!;
      b[r]! -= factor * b[c]!;
    }
  }
  for (let r = n - 1; r >= 0; r--) {
    let sum = b[r]!;
    for (let k = r + 1; k < n; k++) sum -= a[r * n + k]! * b[k]!;
    b[r] = sum / a[r * n + r]!;
  }
  return b;
}
