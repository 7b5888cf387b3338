import type { ColumnProfile, ColumnType, Profile } from '../../formats/profile.js';
import { roundBits } from '../../statistics/rounding.js';
import { distinctOf } from '../profile/merge.js';
import { finiteOrNull, momentsOf } from '../profile/moments.js';
import { exactLimit } from '../profile/numbers.js';
import { encodeRegisters } from '../profile/registers.js';
import { byCount } from '../profile/texts.js';
import { lookedAt, vocabulary } from '../profile/words.js';
import type { AnsweredColumn, AnsweredSet } from './job.js';
import { isText } from './sql.js';

type Counts = [number | string, number][];

/** Longer texts are counted by their rounded length. */
const exactLength = 4096;

/** The engine's name in profiles: hashes are Spark's, so that such a profile is merged with its like only. */
export const sparkEngine = (version: string): string => `spark ${version}`;

/**
 * Profile of a set from what Spark counted: columns that every file has.
 * @param columns of the contract, in the order of the answer's
 */
export function profileOfAnswer(
  { rows, columns: answered, files }: AnsweredSet,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  engine: string,
): Profile {
  const read = files.filter(({ defect }) => defect === undefined);
  const made = columns.flatMap(({ name, type }, i): ColumnProfile[] => {
    const found = answered[i];
    const isThere = read.every((file) => file.columns?.includes(name));
    return found === undefined || !isThere ? [] : [columnProfile(name, type, found, rows)];
  });
  return { kind: 'profile', schemaVersion: 1, engine, rows, columns: made };
}

function columnProfile(name: string, type: ColumnType, found: AnsweredColumn, rows: number): ColumnProfile {
  const { count, values: listed = [], how } = found;
  const registers = encodeRegisters(found.registers ?? []);
  const finish = (
    summary: Pick<ColumnProfile, 'values' | 'moments' | 'lengths' | 'words'>,
  ): ColumnProfile => {
    const distinct = distinctOf({ count, registers, values: summary.values });
    return { name, type, count, nulls: rows - count, distinct, registers, ...summary };
  };
  if (isText(type)) {
    const counts = [...listed].sort(byCount);
    const lengths = lengthsOf(found);
    const values: ColumnProfile['values'] = found.top ? topOf(counts, count) : { kind: 'exact', counts };
    const words = wordsOf(values, found);
    return finish({ ...(lengths && { lengths }), ...(words && { words }), values });
  }
  const counts = [...(listed as [number, number][])].sort(([x], [y]) => x - y);
  if (how === null || how === undefined) {
    const sorted = {
      values: Float64Array.from(counts, ([x]) => x),
      counts: Float64Array.from(counts, ([, n]) => n),
    };
    const moments = momentsOf(sorted, found.nonFinite);
    return finish({ ...(moments && { moments }), values: { kind: 'exact', counts } });
  }
  const { mean, variance, min, max, nonFinite } = found;
  return finish({
    moments: {
      mean: mean ?? 0,
      m2: finiteOrNull((variance ?? 0) * (count - nonFinite)),
      min: min ?? 0,
      max: max ?? 0,
      nonFinite,
    },
    values: 'step' in how ? { kind: 'grid', ...how, counts } : { kind: 'rounded', ...how, counts },
  });
}

/** Of the listed texts, and of those that were drawn from the others. */
function wordsOf(values: ColumnProfile['values'], { drawn }: AnsweredColumn): ColumnProfile['words'] {
  if (drawn === null || drawn === undefined) return undefined;
  const known = new Set(values.counts.map(([text]) => String(text).slice(0, lookedAt)));
  const others = drawn.texts.filter(([text]) => !known.has(text));
  return vocabulary(values.counts, others, drawn.times);
}

/** One value more than is kept says how frequent those that are not listed can be. */
function topOf(listed: Counts, count: number): ColumnProfile['values'] {
  const counts = listed.slice(0, exactLimit);
  const shown = counts.reduce((sum, [, n]) => sum + n, 0);
  return { kind: 'top', counts, others: count - shown, error: listed[exactLimit]?.[1] ?? 1 };
}

function lengthsOf({ lengths = [] }: AnsweredColumn): ColumnProfile['lengths'] {
  if (lengths.length === 0) return undefined;
  const sums = new Map<number, number>();
  let [rows, sum] = [0, 0];
  for (const [length, n] of lengths) {
    const kept = length > exactLength ? roundBits(length, 12) : length;
    sums.set(kept, (sums.get(kept) ?? 0) + n);
    rows += n;
    sum += n * length;
  }
  const all = lengths.map(([length]) => length);
  const [min, max] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  return { min, max, mean: sum / rows, counts: [...sums].sort(([x], [y]) => x - y) };
}
