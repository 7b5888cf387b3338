import { formatNumber, formatPercent } from '../../common/text.js';
import type { HoldoutUseRecord } from '../../formats/decision-policy.js';
import { adaptiveCritical, spentLevel } from '../../statistics/reuse.js';
import { normalQuantile, normalSf } from '../../statistics/special.js';
import type { Reuse } from '../judge.js';

/** How bounds become stricter where the same rows have decided before. */
export type Correction = HoldoutUseRecord['correction'];

/** Beyond this no bound can be computed, nor would it bound anything. */
const leastLevel = 1e-12;
/** A hold-out set is exhausted when its rows are worth less than this share of unused rows. */
const wornOutAt = 1 / 4;

export interface HoldoutReuse extends Reuse {
  readonly record: HoldoutUseRecord;
  /** Which use this is, and what it costs, in a sentence. */
  readonly note: string;
  /** Sentences that must not be missed. */
  readonly warnings: readonly string[];
  /** Why these rows cannot decide any more. */
  readonly exhausted?: string;
}

/** What a bound's level becomes at the n-th use. */
export function correctedLevel(level: number, use: number, correction: Correction): number {
  switch (correction) {
    case 'count':
      return level;
    case 'spend':
      return spentLevel(level, use);
    case 'adaptive':
      return normalSf(adaptiveCritical(spentLevel(level, use), use));
  }
}

/**
 * The n-th time that these rows decide for a model.
 * @param confidence of each bound, of the gate
 */
export function reuseOf(
  found: Pick<HoldoutUseRecord, 'digest' | 'use' | 'recorded'>,
  correction: Correction,
  confidence: number,
): HoldoutReuse {
  const { use } = found;
  const level = correctedLevel(1 - confidence, use, correction);
  const own = 1 - Math.max(leastLevel, level);
  const corrected = (each: number): number =>
    each === confidence ? own : 1 - Math.max(leastLevel, correctedLevel(1 - each, use, correction));
  const worth = worthOf(use, correction, confidence);
  const wornOut = worth < wornOutAt;
  const record = {
    ...found,
    correction,
    confidence: correction === 'count' ? confidence : own,
    worth: Number(worth.toPrecision(6)),
    wornOut,
  };
  const exhausted =
    level < leastLevel
      ? `These rows have decided ${formatNumber(use)} times for this model, and cannot any more: take fresh hold-out rows`
      : undefined;
  return {
    use: correction === 'count' ? 1 : use,
    corrected: correction === 'count' ? (each) => each : corrected,
    record,
    note: timeOf(record, confidence),
    warnings: warningsOf(record),
    ...(exhausted !== undefined && { exhausted }),
  };
}

/** Fresh rows that would bound as tightly, as a share of these: with `count`, were the uses paid for by `spend`. */
function worthOf(use: number, correction: Correction, confidence: number): number {
  const paid = correctedLevel(1 - confidence, use, correction === 'count' ? 'spend' : correction);
  return (normalQuantile(confidence) / -normalQuantile(Math.max(paid, Number.MIN_VALUE))) ** 2;
}

function timeOf({ use, correction, confidence: each }: HoldoutUseRecord, confidence: number): string {
  const times = use === 1 ? 'for the first time' : `for the ${ordinal(use)} time`;
  const price =
    correction === 'count'
      ? 'that is counted, and not corrected for'
      : `each bound has ${formatPercent(each, 6)} confidence, so that all uses together have ${formatPercent(confidence)}`;
  return `The hold-out rows decide ${times} for this model; ${price}`;
}

function warningsOf({ use, worth, wornOut, recorded }: HoldoutUseRecord): string[] {
  return [
    ...(wornOut
      ? [
          `The hold-out set is exhausted: at the ${ordinal(use)} decision for this model it is worth no more than ${formatPercent(worth, 2)} as many unused rows. Use new hold-out rows`,
        ]
      : []),
    ...(recorded
      ? []
      : [
          'This use of the hold-out rows could not be recorded, and the next will be counted as this one: let the job have `contents: write`',
        ]),
  ];
}

function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${formatNumber(n)}${ending}`;
}
