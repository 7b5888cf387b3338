import { UserError } from '../../common/errors.js';
import { numberBits } from '../../engine/counting.js';
import type { ColumnProfile, ColumnValues, Profile } from '../../formats/profile.js';
import { floorTo, gridStep, roundBits } from '../../statistics/rounding.js';
import { mergeMoments } from './moments.js';
import { exactLimit, isGridded, joined, sorted, summarise } from './numbers.js';
import { estimateDistinct, mergeRegisters, registersError } from './registers.js';
import { byCount, isText } from './texts.js';
import { mergeWords, vocabulary } from './words.js';

type Counts = [number | string, number][];

/**
 * Profile of two data sets together, from their profiles: as exact as the less exact of both, and the same, to the last
 * bits of means, whichever comes first and however many are merged in which order. Two things depend on the order,
 * within the error that they state: the lists of texts and words, once they are cut, and numbers that lay close
 * together in one part (`grid`) but do not in all.
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

/** Of a column that is summed up: every value was listed, or there are registers, or at least so many. */
export function distinctOf({
  count,
  registers,
  values,
}: Pick<ColumnProfile, 'count' | 'registers' | 'values'>): ColumnProfile['distinct'] {
  const listed = values.counts.length;
  if (values.kind === 'exact') return { value: listed, exact: true };
  return estimated({ count, registers, values });
}

function estimated({
  count,
  registers,
  values,
}: Pick<ColumnProfile, 'count' | 'registers' | 'values'>): ColumnProfile['distinct'] {
  const listed = values.counts.length;
  if (registers === undefined) return { value: listed, exact: false };
  const value = Math.max(listed, Math.min(count, Math.round(estimateDistinct(registers))));
  return { value, exact: false, error: registersError };
}

function mergeColumns(a: ColumnProfile, b: ColumnProfile): ColumnProfile {
  const together = momentsOfBoth(a, b);
  const count = a.count + b.count;
  const values = mergeValues(a, b, together);
  const registers =
    a.registers === undefined || b.registers === undefined
      ? undefined
      : mergeRegisters(a.registers, b.registers);
  // Numbers that the listed DOUBLEs do not tell apart: only the registers know how many there are.
  const isTold = [a, b].every(
    (one) => one.values.kind !== 'exact' || one.distinct.value <= one.values.counts.length,
  );
  const distinct = isTold
    ? distinctOf({ count, registers, values })
    : estimated({ count, registers, values });
  // Without registers, what either knew is still true of both.
  const known = registers === undefined ? Math.max(a.distinct.value, b.distinct.value) : 0;
  const lengths = mergeLengths(a, b);
  const words = wordsOfBoth(a, b, values);
  return {
    name: a.name,
    type: a.type,
    count,
    nulls: a.nulls + b.nulls,
    distinct: { ...distinct, value: Math.max(distinct.value, distinct.exact ? 0 : known) },
    ...(registers !== undefined && { registers }),
    ...(together && { moments: together }),
    ...(lengths && { lengths }),
    ...(words && { words }),
    values,
  };
}

function momentsOfBoth(a: ColumnProfile, b: ColumnProfile): ColumnProfile['moments'] {
  if (a.moments && b.moments) {
    return mergeMoments(a.moments, a.count - a.moments.nonFinite, b.moments, b.count - b.moments.nonFinite);
  }
  const moments = a.moments ?? b.moments;
  if (moments === undefined) return undefined;
  // Numbers without moments are infinite, all of them.
  const infinite = a.moments === undefined ? a.count : b.count;
  return { ...moments, nonFinite: moments.nonFinite + infinite };
}

function mergeLengths(a: ColumnProfile, b: ColumnProfile): ColumnProfile['lengths'] {
  const [la, lb] = [a.lengths, b.lengths];
  if (la === undefined || lb === undefined) return la ?? lb;
  const counts = la.counts && lb.counts && joined(sorted(la.counts, lb.counts));
  return {
    min: Math.min(la.min, lb.min),
    max: Math.max(la.max, lb.max),
    mean: (la.mean * a.count + lb.mean * b.count) / (a.count + b.count),
    ...(counts && { counts }),
  };
}

/** Words are told of texts that are many: what was listed in full before is looked at now. */
function wordsOfBoth(a: ColumnProfile, b: ColumnProfile, values: ColumnValues): ColumnProfile['words'] {
  if (a.type !== 'string' || values.kind !== 'top') return undefined;
  if (a.values.kind === 'exact' && b.values.kind === 'exact') {
    return vocabulary(addTexts(a.values.counts, b.values.counts));
  }
  const of = ({ words, values: own, count }: ColumnProfile): ColumnProfile['words'] =>
    words ?? (own.kind === 'exact' || count === 0 ? vocabulary(own.counts, [], 1, true) : undefined);
  const [wa, wb] = [of(a), of(b)];
  return wa && wb && mergeWords(wa, wb);
}

function mergeValues(a: ColumnProfile, b: ColumnProfile, moments: ColumnProfile['moments']): ColumnValues {
  const [va, vb] = [a.values, b.values];
  if (isText(a.type)) {
    const counts = addTexts(va.counts, vb.counts);
    if (va.kind === 'exact' && vb.kind === 'exact' && counts.length <= exactLimit) {
      return { kind: 'exact', counts };
    }
    const rest = (v: ColumnValues): { others: number; error: number } =>
      v.kind === 'top' ? v : { others: 0, error: 0 };
    return cut(counts, rest(va).others + rest(vb).others, rest(va).error + rest(vb).error);
  }
  const counts = sorted(va.counts, vb.counts);
  const [min, max] = [moments?.min ?? 0, moments?.max ?? 0];
  if (va.kind === 'exact' && vb.kind === 'exact') return summarise(a.type, counts, min, max);
  const of = (kind: ColumnValues['kind']): boolean => va.kind === kind || vb.kind === kind;
  if (!of('rounded') && isGridded(a.type, min, max)) {
    const steps = [va, vb].map((v) => (v.kind === 'grid' ? v.step : 0));
    const step = Math.max(gridStep(min, max), ...steps);
    return { kind: 'grid', step, counts: joined(counts, (x) => floorTo(x, step)) };
  }
  const bits = Math.min(...[va, vb].map((v) => (v.kind === 'rounded' ? v.bits : numberBits)));
  const error = Math.max(roundedError(a, bits), roundedError(b, bits));
  const rounded = joined(counts, (x) => roundBits(x, bits));
  return { kind: 'rounded', bits, ...(error > 2 ** -bits && { error }), counts: rounded };
}

/** Relative error of values once they are rounded to so many bits, with what they had before. */
function roundedError({ values, moments }: ColumnProfile, bits: number): number {
  if (values.kind === 'exact' || values.kind === 'top') return 2 ** -bits;
  if (values.kind === 'grid') {
    const smallest = Math.min(Math.abs(moments?.min ?? 0), Math.abs(moments?.max ?? 0));
    return 2 ** -bits + (smallest > 0 ? values.step / smallest : 1);
  }
  const own = values.error ?? 2 ** -values.bits;
  return values.bits === bits ? own : own + 2 ** -bits;
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

function addTexts(a: Counts, b: Counts): Counts {
  const sums = new Map<number | string, number>();
  for (const [value, n] of [...a, ...b]) sums.set(value, (sums.get(value) ?? 0) + n);
  return [...sums].sort(byCount);
}
