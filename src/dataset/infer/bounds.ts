import type { ColumnProfile } from '../../formats/profile.js';
import { formatNumber } from '../../common/text.js';
import { quantile } from '../profile/derive.js';

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** What a person should look at. */
  readonly notes: readonly string[];
}

/** What numbers of a name can be, wherever they come from. Words are parts of a name. */
const meant: readonly { readonly words: readonly string[]; readonly min: number; readonly max: number }[] = [
  { words: ['percent', 'percentage', 'pct'], min: 0, max: 100 },
  { words: ['probability', 'prob', 'proba', 'share', 'fraction', 'ratio', 'rate'], min: 0, max: 1 },
  { words: ['latitude', 'lat'], min: -90, max: 90 },
  { words: ['longitude', 'lon', 'lng', 'long'], min: -180, max: 180 },
  { words: ['hour'], min: 0, max: 23 },
  { words: ['minute'], min: 0, max: 59 },
  { words: ['second'], min: 0, max: 59 },
  { words: ['month'], min: 1, max: 12 },
  { words: ['weekday', 'dayofweek'], min: 0, max: 7 },
  { words: ['age'], min: 0, max: 130 },
  { words: ['year'], min: 1900, max: 2100 },
];

/** `dayOfWeek`, `day_of_week` and `day of week` as their words, in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** How often each of few values must occur before the list of them is assumed to be complete. */
export const saturatedCount = 10;

/**
 * Bounds that are meant, not those that the data happens to have: what the name says, 0 where the numbers end sharply
 * near it, and otherwise a round number at least twice as far out as anything here. None where the numbers have a
 * heavy tail, in which the next value can be many times the largest.
 */
export function boundsOf(profile: ColumnProfile): Bounds {
  const { name, type, moments, values } = profile;
  if (moments === undefined || moments.nonFinite > 0) return { notes: [] };
  const { min, max } = moments;
  const words = wordsOf(name);
  const known = meant.find(
    (one) => words.some((word) => one.words.includes(word)) && min >= one.min && max <= one.max,
  );
  if (known !== undefined) return { min: known.min, max: known.max, notes: [] };
  // One value says nothing of others; beyond 2^53 a contract's numbers are not the data's.
  if (min === max)
    return { notes: ['unsure: one value only; add a minimum and a maximum if there are such'] };
  if (Math.max(-min, max) > Number.MAX_SAFE_INTEGER) return { notes: [] };
  if (type === 'integer' && values.kind === 'exact' && isScale(values.counts as [number, number][])) {
    return { min, max, notes: [] };
  }
  const notes: string[] = [];
  let lower = lowerBound(profile, min, notes);
  let upper = max <= 0 ? undefined : outward(profile, 'largest', max, notes);
  // Of numbers on both sides of 0 the far side says how far the other may go.
  if (lower !== undefined && lower < 0 && max > 0) {
    const reach = Math.max(-lower, upper ?? 0);
    lower = -reach;
    if (upper !== undefined) upper = reach;
  }
  return { ...(lower !== undefined && { min: lower }), ...(upper !== undefined && { max: upper }), notes };
}

/**
 * Integers without a gap, few of them, each often, that end sharply: a flag, stars, a class. Counts of events thin out
 * instead: where each is so many times rarer than the one before, the next one would be among so many rows, too.
 */
function isScale(counts: readonly (readonly [number, number])[]): boolean {
  const first = counts[0]?.[0] ?? 0;
  if (counts.length < 2 || counts.length > 12) return false;
  if (!counts.every(([value, n], i) => value === first + i && n >= saturatedCount)) return false;
  const expected = (end: number, before: number): number => end ** 2 / before;
  const [low, next] = [counts[0]![1], counts[1]![1]];
  const [high, previous] = [counts.at(-1)![1], counts.at(-2)![1]];
  return (first === 0 || expected(low, next) >= enoughMissed) && expected(high, previous) >= enoughMissed;
}

/** So many rows that are expected beyond the end, and are not there, make it a sharp one. */
const enoughMissed = 5;

function lowerBound(profile: ColumnProfile, min: number, notes: string[]): number | undefined {
  if (min < 0) return outward(profile, 'smallest', min, notes);
  const high = quantile(profile, 0.99) ?? min;
  const spread = high - min;
  // Far from 0: what could go below it is no such number.
  if (min > 3 * spread) return 0;
  const total = profile.values.counts.reduce((sum, [, n]) => sum + n, 0);
  const edge = profile.values.counts
    .filter(([value]) => Number(value) <= min + 0.05 * spread)
    .reduce((sum, [, n]) => sum + n, 0);
  // A sharp edge: a twentieth of the spread holds more than the thin end of a bell would.
  if (min <= 0.1 * spread && edge >= 0.01 * total) return 0;
  notes.push(`unsure: nothing here is below ${formatNumber(min)}; add a minimum if there is one`);
  return undefined;
}

/**
 * A round number at least twice (ten times, where the tail is long) as far from 0 as the extreme, and beyond it by as much as the usual values are spread.
 * Undefined where the tail is heavy: where the extreme lies far beyond the tenth value from the end, measured by how
 * far that one is from the middle. Of a bell or an exponential that is a part, of a power law many times as far.
 */
function outward(
  profile: ColumnProfile,
  side: 'smallest' | 'largest',
  extreme: number,
  notes: string[],
): number | undefined {
  const p = Math.min(0.5, 10 / profile.count);
  const at = (share: number): number => quantile(profile, side === 'largest' ? 1 - share : share) ?? extreme;
  const tenth = at(p);
  if (Math.abs(extreme - tenth) > 1.5 * Math.abs(tenth - at(0.5))) {
    notes.push(
      `unsure: the ${side} value is ${formatNumber(extreme)}, far from the others; add a bound if there is one`,
    );
    return undefined;
  }
  const spread = Math.abs((quantile(profile, 0.99) ?? 0) - (quantile(profile, 0.01) ?? 0));
  // A long tail: only its order of magnitude is known.
  const isLong = Math.abs(tenth - at(0.5)) > 8 * Math.abs(at(0.25) - at(0.5));
  const reach = Math.max((isLong ? 10 : 2) * Math.abs(extreme), Math.abs(extreme) + spread);
  const bound = Math.sign(extreme) * roundUp(reach);
  return Number.isFinite(bound) ? bound : undefined;
}

/** The next of 1, 2, 5, 10, 20, 50 … (and 0.5, 0.2 …). */
export function roundUp(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  for (const step of [1, 2, 5, 10]) {
    // Written and read, since 5 × 10^-1 is more exact as text than as a product.
    const bound = Number(`${step}e${exponent}`);
    if (bound >= value) return bound;
  }
  return value;
}
