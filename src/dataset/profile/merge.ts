import { UserError } from '../../common/errors.js';
import type { ColumnProfile, ColumnValues, Profile } from '../../formats/profile.js';
import { mergeMoments } from './moments.js';
import { bitsFor, exactLimit, roundBits } from './rounding.js';

type Counts = [number | string, number][];

/**
 * Profile of two data sets together, from their profiles: as exact as the less exact of both. Counts add; what is
 * listed of texts with many values is then a lower bound, within `error`. The number of different values is exact
 * where both are counted in full, else at least what is given.
 * @throws UserError when the two do not have the same columns, or were made by different engines
 */
export function mergeProfiles(a: Profile, b: Profile): Profile {
  const names = (profile: Profile): string => profile.columns.map((c) => `${c.name} (${c.type})`).join(', ');
  if (a.engine !== b.engine) {
    throw new UserError({
      message: `profiles of different engines cannot be merged: ${a.engine} and ${b.engine}`,
      remedy: 'make both with one version of this action',
    });
  }
  if (names(a) !== names(b)) {
    throw new UserError({
      message: `profiles of different columns cannot be merged: ${names(a)} and ${names(b)}`,
      remedy: 'make both with one contract',
    });
  }
  const columns = a.columns.map((column, i) => mergeColumns(column, b.columns[i]!));
  return { ...a, rows: a.rows + b.rows, columns };
}

function mergeColumns(a: ColumnProfile, b: ColumnProfile): ColumnProfile {
  const moments = a.moments ?? b.moments;
  const together =
    a.moments && b.moments
      ? mergeMoments(a.moments, a.count - a.moments.nonFinite, b.moments, b.count - b.moments.nonFinite)
      : moments;
  const count = a.count + b.count;
  const [la, lb] = [a.lengths, b.lengths];
  const lengths =
    la && lb
      ? {
          min: Math.min(la.min, lb.min),
          max: Math.max(la.max, lb.max),
          mean: (la.mean * a.count + lb.mean * b.count) / count,
        }
      : (la ?? lb);
  const { values, distinct } = mergeValues(a, b, together);
  return {
    name: a.name,
    type: a.type,
    count,
    nulls: a.nulls + b.nulls,
    distinct: distinct ?? {
      value: Math.max(a.distinct.value, b.distinct.value, values.counts.length),
      exact: false,
    },
    ...(together && { moments: together }),
    ...(lengths && { lengths }),
    values,
  };
}

function mergeValues(
  a: ColumnProfile,
  b: ColumnProfile,
  moments: ColumnProfile['moments'],
): { values: ColumnValues; distinct?: ColumnProfile['distinct'] } {
  const [va, vb] = [a.values, b.values];
  const isNumber = a.type !== 'string' && a.type !== 'boolean';
  if (va.kind === 'exact' && vb.kind === 'exact') {
    const counts = add(va.counts, vb.counts, isNumber);
    const distinct = { value: counts.length, exact: true };
    if (counts.length <= exactLimit) return { values: { kind: 'exact', counts }, distinct };
    if (!isNumber) return { values: cut(counts, 0, 0), distinct };
    const bits = bitsFor(a.type, moments?.min ?? 0, moments?.max ?? 0);
    return { values: { kind: 'rounded', bits, counts: rounded(counts, bits) }, distinct };
  }
  if (isNumber) {
    const bits = Math.min(...[va, vb].map((v) => (v.kind === 'rounded' ? v.bits : 52)));
    const counts = add(rounded(va.counts, bits), rounded(vb.counts, bits), true);
    return { values: { kind: 'rounded', bits, counts } };
  }
  const rest = (v: ColumnValues): { others: number; error: number } =>
    v.kind === 'top' ? v : { others: 0, error: 0 };
  const [ra, rb] = [rest(va), rest(vb)];
  return { values: cut(add(va.counts, vb.counts, false), ra.others + rb.others, ra.error + rb.error) };
}

/** The most frequent texts; the others join those that were not listed before. */
function cut(counts: Counts, others: number, error: number): ColumnValues {
  const dropped = counts.slice(exactLimit);
  const more = dropped.reduce((sum, [, n]) => sum + n, 0);
  return {
    kind: 'top',
    counts: counts.slice(0, exactLimit),
    others: others + more,
    error: error + (dropped[0]?.[1] ?? 0),
  };
}

function rounded(counts: Counts, bits: number): Counts {
  return add(
    counts.map(([value, n]): [number, number] => [roundBits(value as number, bits), n]),
    [],
    true,
  );
}

/** Sums of equal values: numbers ascending, texts the most frequent first. */
function add(a: Counts, b: Counts, isNumber: boolean): Counts {
  const sums = new Map<number | string, number>();
  for (const [value, n] of [...a, ...b]) sums.set(value, (sums.get(value) ?? 0) + n);
  const list = [...sums];
  return isNumber
    ? list.sort(([x], [y]) => (x as number) - (y as number))
    : list.sort(([x, n], [y, m]) => m - n || (x < y ? -1 : 1));
}
