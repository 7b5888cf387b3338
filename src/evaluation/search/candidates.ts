import { type Mean, type SearchColumn, type Sums, cellsOf, meanOf, restOf, sumsOf } from './sums.js';

/** What a slice is held against: the rows outside of it, or another model on the same rows. */
export type Than = 'rest' | 'champion';

/** A slice of one or two columns. */
export interface Candidate {
  readonly than: Than;
  /** Columns by their place, with the codes of their values. */
  readonly parts: readonly { readonly column: number; readonly code: number }[];
  /** How much worse it is than the threshold, less two standard errors. */
  readonly score: number;
}

/** Losses of the rows among which is searched: larger is worse. */
export interface Losses {
  readonly than: Than;
  readonly values: Float64Array;
  /** The smallest loss difference that is reported. */
  readonly threshold: number;
}

export interface CandidateOptions {
  readonly weights: Float64Array | undefined;
  /** Fewer rows are no slice. */
  readonly minRows: number;
  readonly most: number;
}

/** Standard errors by which a slice must be above the threshold, and a slice of two columns above those of one. */
const sure = 2;
/** Share of rows in both, of rows in either, above which two slices are one finding. */
const same = 0.5;

/**
 * Slices that look worse than the threshold, the worst first. That they were looked for is not accounted for: what is
 * found here must be confirmed on other rows.
 * @returns also how many slices were looked at
 */
export function findCandidates(
  columns: readonly SearchColumn[],
  { than, values, threshold }: Losses,
  { weights, minRows, most }: CandidateOptions,
): { candidates: Candidate[]; lookedAt: number } {
  const n = values.length;
  const all = sumsOf(new Uint8Array(n), 1, values, weights);
  const found: Candidate[] = [];
  let lookedAt = 0;
  const worseIn = (sums: Sums, code: number): Mean | undefined => {
    if (sums.rows[code]! < minRows || n - sums.rows[code]! < (than === 'rest' ? minRows : 0))
      return undefined;
    lookedAt++;
    const own = meanOf(sums, code);
    if (than === 'champion') return own;
    const rest = restOf(all, sums, code);
    return { value: own.value - rest.value, variance: own.variance + rest.variance };
  };
  const consider = (worse: Mean, least: number, parts: Candidate['parts']): void => {
    const error = Math.sqrt(worse.variance);
    const score = worse.value - threshold - sure * error;
    if (score > 0 && worse.value - least > sure * error) found.push({ than, parts, score });
  };
  const alone = columns.map(({ codes, texts }, column) => {
    const sums = sumsOf(codes, texts.length, values, weights);
    return texts.map((_, code) => {
      const worse = worseIn(sums, code);
      if (worse !== undefined) consider(worse, -Infinity, [{ column, code }]);
      return worse?.value ?? -Infinity;
    });
  });
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) {
      const { codes, count } = cellsOf(columns[a]!, columns[b]!);
      const sums = sumsOf(codes, count, values, weights);
      const width = columns[b]!.texts.length;
      for (let cell = 0; cell < count; cell++) {
        const worse = worseIn(sums, cell);
        if (worse === undefined) continue;
        const [first, second] = [Math.floor(cell / width), cell % width];
        // More than what one of its columns shows already.
        const least = Math.max(alone[a]![first]!, alone[b]![second]!);
        consider(worse, least, [
          { column: a, code: first },
          { column: b, code: second },
        ]);
      }
    }
  }
  found.sort((a, b) => b.score - a.score || a.parts.length - b.parts.length);
  return { candidates: apart(found, columns, most), lookedAt };
}

/** The first ones that are not mostly the same rows as one before. */
function apart(found: readonly Candidate[], columns: readonly SearchColumn[], most: number): Candidate[] {
  const kept: { candidate: Candidate; rows: Uint8Array }[] = [];
  for (const candidate of found) {
    if (kept.length === most) break;
    const rows = rowsIn(candidate, columns);
    if (!kept.some((one) => overlap(one.rows, rows) > same)) kept.push({ candidate, rows });
  }
  return kept.map(({ candidate }) => candidate);
}

/** 1 for each row of the slice. */
export function rowsIn({ parts }: Pick<Candidate, 'parts'>, columns: readonly SearchColumn[]): Uint8Array {
  const inside = new Uint8Array(columns[0]!.codes.length).fill(1);
  for (const { column, code } of parts) {
    const { codes } = columns[column]!;
    for (let i = 0; i < inside.length; i++) if (codes[i] !== code) inside[i] = 0;
  }
  return inside;
}

function overlap(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return both / either;
}
