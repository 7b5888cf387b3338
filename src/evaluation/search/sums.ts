/** A column of few values, a byte for each row. */
export interface SearchColumn {
  readonly column: string;
  /** Of each row: the place in `texts`, or `outside`. */
  readonly codes: Uint8Array;
  readonly texts: readonly (string | null)[];
}

/** Of a row whose value is none of those that are looked at. */
export const outside = 255;

/** Sums over the rows of each slice. */
export interface Sums {
  readonly weight: Float64Array;
  readonly rows: Uint32Array;
  /** Σwx. */
  readonly sum: Float64Array;
  /** Σ(wx)², Σw²x, Σw²: what the variance of the mean is made of. */
  readonly squares: Float64Array;
  readonly cross: Float64Array;
  readonly weights: Float64Array;
}

/** @param codes of each row, below `count`; others are left out */
export function sumsOf(
  codes: Uint8Array | Uint16Array,
  count: number,
  values: Float64Array,
  weights: Float64Array | undefined,
): Sums {
  const sums: Sums = {
    weight: new Float64Array(count),
    rows: new Uint32Array(count),
    sum: new Float64Array(count),
    squares: new Float64Array(count),
    cross: new Float64Array(count),
    weights: new Float64Array(count),
  };
  const { weight, rows, sum, squares, cross } = sums;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code >= count) continue;
    const value = values[i]!;
    rows[code]!++;
    if (weights === undefined) {
      sum[code]! += value;
      squares[code]! += value * value;
      continue;
    }
    const w = weights[i]!;
    weight[code]! += w;
    sum[code]! += w * value;
    squares[code]! += w * w * value * value;
    cross[code]! += w * w * value;
    sums.weights[code]! += w * w;
  }
  if (weights === undefined) {
    for (let c = 0; c < count; c++) {
      weight[c] = rows[c]!;
      cross[c] = sum[c]!;
      sums.weights[c] = rows[c]!;
    }
  }
  return sums;
}

/** Numbers the cells of two columns, `outside` of either beyond the last cell. */
export function cellsOf(a: SearchColumn, b: SearchColumn): { codes: Uint16Array; count: number } {
  const [width, count] = [b.texts.length, a.texts.length * b.texts.length];
  const codes = new Uint16Array(a.codes.length);
  for (let i = 0; i < codes.length; i++) {
    const [first, second] = [a.codes[i]!, b.codes[i]!];
    codes[i] = first === outside || second === outside ? count : first * width + second;
  }
  return { codes, count };
}

/** A mean with the variance of its error. */
export interface Mean {
  readonly value: number;
  readonly variance: number;
}

/** Mean over the rows of a slice; without `code`, over all slices together. */
export function meanOf(sums: Sums, code: number): Mean {
  return ofSums(
    sums.weight[code]!,
    sums.sum[code]!,
    sums.squares[code]!,
    sums.cross[code]!,
    sums.weights[code]!,
  );
}

/** Mean over the rows that are not in a slice. @param all sums over all rows, as one slice */
export function restOf(all: Sums, sums: Sums, code: number): Mean {
  return ofSums(
    all.weight[0]! - sums.weight[code]!,
    all.sum[0]! - sums.sum[code]!,
    all.squares[0]! - sums.squares[code]!,
    all.cross[0]! - sums.cross[code]!,
    all.weights[0]! - sums.weights[code]!,
  );
}

function ofSums(weight: number, sum: number, squares: number, cross: number, weights: number): Mean {
  const value = sum / weight;
  const variance = (squares - 2 * value * cross + value * value * weights) / (weight * weight);
  return { value, variance: Math.max(0, variance) };
}
