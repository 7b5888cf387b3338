import { normalSf } from '../statistics/special.js';
import {
  type Spectrum,
  type UnseenCounts,
  countUnseen,
  detectableUnseen,
  excessUnseen,
  rowsToDetectUnseen,
  spectrumOf,
} from '../statistics/unseen-values.js';
import { testUnseen } from '../statistics/unseen-splits.js';
import type { Measurement, Question } from './measure.js';
import { type LabelledTable, missingLabel, othersLabel } from './shares.js';
import type { Side } from './values.js';

/**
 * How the values of a column are shared by both sides, where a profile does not list all of them.
 * `spectrum`: counted in the rows of both sides. `distinct`: estimated from the registers of both profiles.
 */
export type Overlap =
  | { readonly kind: 'spectrum'; readonly spectrum: Spectrum }
  | {
      readonly kind: 'distinct';
      /** Different values of the reference, and of both sides together. */
      readonly reference: number;
      readonly together: number;
      /** Relative standard error of both numbers. */
      readonly error: number;
    };

/** Values with fewer rows than this expected on one side cannot be tested one by one. */
const testedAlone = 5;
/** Standard errors by which a number of different values is taken to be off. */
const surely = 3;

/**
 * The share of rows whose value the reference does not have. Asked where there are values too rare to be tested one by
 * one, which both samples together decide: pooled into one category, values that are gone and values that are new cancel.
 * @returns undefined where every value is tested by itself, or one side has no values
 */
export function measureUnseen(
  [reference, current]: readonly [Side, Side],
  table: LabelledTable,
  overlap: Overlap | undefined,
  question: Question,
  random: () => number,
): Measurement | undefined {
  if (reference.present === 0 || current.present === 0) return undefined;
  const whole = reference.complete && current.complete;
  const spectrum = whole
    ? spectrumOf(...listed(table))
    : overlap?.kind === 'spectrum'
      ? overlap.spectrum
      : undefined;
  if (spectrum === undefined) return fromProfiles([reference, current], overlap, question);
  const counts = countUnseen(spectrum);
  const share = Math.min(counts.reference, counts.current) / (counts.reference + counts.current);
  if (spectrum.every(({ before, now }) => (before + now) * share >= testedAlone)) return undefined;
  return measured(counts, testUnseen(spectrum, random), question);
}

/** Counts of the values themselves, without our own categories. */
function listed({ labels, a, b }: LabelledTable): [number[], number[]] {
  const values = labels
    .map((_, k) => k)
    .filter((k) => labels[k] !== missingLabel && labels[k] !== othersLabel);
  return [values.map((k) => a[k]!), values.map((k) => b[k]!)];
}

function measured(
  counts: UnseenCounts,
  { p, method }: Pick<Measurement, 'p' | 'method'>,
  { of, effect, level }: Question,
): Measurement {
  const { value, lower, upper } = excessUnseen(counts);
  return {
    of,
    method,
    statistic: counts.unseen / counts.current,
    p,
    measure: 'unseen-share',
    effect: Math.max(0, value),
    interval: { lower, upper },
    ...effect,
    detectable: detectableUnseen(counts, level),
    rowsNeeded: rowsToDetectUnseen(effect.sought, counts, level),
  };
}

/**
 * What two profiles say that list only the most frequent values. At least so many rows are unseen as there are new
 * values (the registers of both tell how many), at most all whose value the reference does not list; at most so many
 * values occur once in the reference as fit its unlisted rows. Where the least excess is certain it is an alarm; where
 * the largest is below what matters all is in order; between them nobody can tell.
 */
function fromProfiles(
  [reference, current]: readonly [Side, Side],
  overlap: Overlap | undefined,
  { of, effect, level }: Question,
): Measurement {
  const [n, m] = [reference.present, current.present];
  const once = singletonBounds(reference);
  const { texts } = reference;
  const known = [...current.texts].reduce((sum, [text, count]) => sum + (texts.has(text) ? count : 0), 0);
  const most = (m - known) / m;
  const least = overlap?.kind === 'distinct' ? newValues(overlap) / m : 0;
  const [expectedLeast, expectedMost] = [once.least / n, once.most / n];
  const excess = Math.max(0, Math.min(1, least) - expectedMost);
  const spread = Math.sqrt(0.25 / m + expectedMost / n + (2 * once.most) / n ** 2);
  const largest = Math.max(0, most - expectedLeast);
  const told = Math.max(
    largest,
    detectableUnseen({ reference: n, current: m, once: once.most, twice: 0 }, level),
  );
  return {
    of,
    method: 'good-turing',
    statistic: Math.min(1, least),
    p: excess > 0 ? normalSf(excess / spread) : 1,
    measure: 'unseen-share',
    effect: excess,
    interval: { lower: excess, upper: largest },
    ...effect,
    detectable: told <= effect.sought ? told : Infinity,
    rowsNeeded: Infinity,
  };
}

function newValues({ reference, together, error }: Extract<Overlap, { kind: 'distinct' }>): number {
  return Math.max(0, together - reference - surely * error * (together + reference));
}

/** Between how many values occur once on a side, by what its profile lists. */
function singletonBounds({ texts, others, distinct, error, complete }: Side): {
  least: number;
  most: number;
} {
  const listed = [...texts.values()].filter((count) => count === 1).length;
  if (complete) return { least: listed, most: listed };
  const values = Math.max(0, distinct - texts.size);
  if (error <= 1) return { least: listed + others, most: listed + others };
  const most = Math.min(values, others, Math.max(0, (error * values - others) / (error - 1)));
  return { least: listed + Math.max(0, Math.min(most, 2 * values - others)), most: listed + most };
}
