import type { ColumnSide } from '../formats/drift.js';
import type { ColumnProfile, ColumnType, ColumnWords } from '../formats/profile.js';
import { type ValueCounts, momentsOf, quantileOf, sizeOf } from '../statistics/two-sample.js';

/** One side of a column, taken out of its profile. */
export interface Side {
  readonly type: ColumnType;
  readonly rows: number;
  /** Rows with a value that can be compared. */
  readonly present: number;
  /** Rows without one; NaN and infinities count as none. */
  readonly missing: number;
  /** Every row is in `numbers` or `texts`: no value was summed up as "others". */
  readonly complete: boolean;
  /** A value that is not listed may still have occurred this often. */
  readonly error: number;
  readonly numbers: ValueCounts;
  /** Significant bits that the numbers were rounded to. */
  readonly bits: number;
  /** The numbers are the lower ends of cells this wide; 0 when they are not on a grid. */
  readonly step: number;
  readonly texts: ReadonlyMap<string, number>;
  readonly others: number;
  readonly distinct: number;
  /** Of texts: rows by length in characters. */
  readonly lengths?: ValueCounts;
  /** Of free text. */
  readonly words?: ColumnWords;
}

const exactBits = 53;

/** Both sides with numbers rounded alike: else a frequent value that only one side rounds would look moved. */
export function alike(a: Side, b: Side): [Side, Side] {
  const [bits, step] = [Math.min(a.bits, b.bits), Math.max(a.step, b.step)];
  const same = (side: Side): Side => {
    if (side.bits === bits && side.step === step) return side;
    const round = (x: number): number => onGrid(leading(x, bits), step);
    const pairs = Array.from(side.numbers.values, (x, i): [number, number] => [
      round(x),
      side.numbers.counts[i]!,
    ]);
    return { ...side, bits, step, numbers: ascending(pairs) };
  };
  return [same(a), same(b)];
}

/** The leading bits of the mantissa, by Dekker's splitting. */
function leading(x: number, bits: number): number {
  if (bits >= exactBits) return x;
  const product = x * (2 ** (exactBits - bits) + 1);
  const value = product - (product - x);
  return Number.isFinite(value) ? value : x;
}

const onGrid = (x: number, step: number): number => (step === 0 ? x : Math.floor(x / step) * step);

/** Reads a column's value counts; whatever order and types they come in, nothing is dropped. */
export function sideOf(profile: ColumnProfile): Side {
  const { values } = profile;
  const numbers: [number, number][] = [];
  const texts = new Map<string, number>();
  for (const [value, count] of values.counts) {
    if (count === 0) continue;
    if (typeof value === 'number') numbers.push([value, count]);
    else texts.set(value, (texts.get(value) ?? 0) + count);
  }
  const sorted = ascending(numbers);
  const others = values.kind === 'top' ? values.others : 0;
  const present = sizeOf(sorted) + [...texts.values()].reduce((sum, count) => sum + count, 0) + others;
  const rows = Math.max(profile.count + profile.nulls, present);
  return {
    type: profile.type,
    rows,
    present,
    missing: rows - present,
    complete: values.kind !== 'top' || others === 0,
    error: values.kind === 'top' ? values.error : 0,
    numbers: sorted,
    bits: values.kind === 'rounded' ? values.bits : exactBits,
    step: values.kind === 'grid' ? values.step : 0,
    texts,
    others,
    distinct: profile.distinct.value,
    ...(profile.lengths?.counts && { lengths: ascending(profile.lengths.counts) }),
    ...(profile.words && { words: profile.words }),
  };
}

export const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';
export const isTime = (type: ColumnType): boolean => type === 'date' || type === 'timestamp';

/** Value → count with numbers as their text: what a column of few values is compared by. */
export function categoriesOf({ numbers, texts }: Side): Map<string, number> {
  const categories = new Map(texts);
  for (let i = 0; i < numbers.values.length; i++) {
    const label = String(numbers.values[i]!);
    categories.set(label, (categories.get(label) ?? 0) + numbers.counts[i]!);
  }
  return categories;
}

export function describeSide(side: Side): ColumnSide {
  const { type, rows, missing, numbers } = side;
  if (!isNumeric(type) || numbers.values.length === 0) return { type, rows, missing };
  const { mean, deviation } = momentsOf(numbers);
  return {
    type,
    rows,
    missing,
    numbers: {
      mean,
      // The squares of numbers near the largest have no sum; JSON has no infinity.
      deviation: Math.min(deviation, Number.MAX_VALUE),
      min: numbers.values[0]!,
      p5: quantileOf(numbers, 0.05),
      median: quantileOf(numbers, 0.5),
      p95: quantileOf(numbers, 0.95),
      max: numbers.values[numbers.values.length - 1]!,
    },
  };
}

/** Distinct values in order: a profile that was merged or written by hand may repeat or mix them. */
function ascending(pairs: readonly (readonly [number, number])[]): ValueCounts {
  const sorted = pairs.every(([value], i) => i === 0 || pairs[i - 1]![0] < value)
    ? pairs
    : [...pairs].sort(([a], [b]) => a - b);
  const values: number[] = [];
  const counts: number[] = [];
  for (const [value, count] of sorted) {
    if (values.length > 0 && values[values.length - 1] === value) counts[counts.length - 1]! += count;
    else {
      values.push(value);
      counts.push(count);
    }
  }
  return { values, counts };
}
