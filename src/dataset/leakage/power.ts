import { formatInteger, plural } from '../../common/text.js';
import type { LeakageCheck } from '../../spec/sections/data.js';
import { type Labels, fewestExact } from './predictors.js';

/** A check that found nothing and could not have: what it would need, as a sentence. */
export interface CannotTell {
  readonly check: LeakageCheck;
  readonly reason: string;
}

/** Squared errors have a spread worth the name from so many rows on. */
const fewestQuantities = 30;

/**
 * Rows from which on a column that tells every label is shown to take away a share `skill` of the errors: the bound of
 * Clopper & Pearson on no wrong answer in half of the rows.
 * @param chance that the bound is above the truth
 */
export function rowsToTell(labels: Labels, chance: number, skill: number): number {
  if (labels.kind === 'quantities') return fewestQuantities;
  const counts = new Map<number, number>();
  for (const code of labels.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const usual = Math.max(...counts.values()) / labels.codes.length;
  return Math.ceil((2 * Math.log(chance)) / Math.log1p(-(1 - skill) * (1 - usual)));
}

/** @returns undefined where there are rows enough */
export function tooFew(
  check: LeakageCheck,
  labels: Labels,
  chance: number,
  skill: number,
): CannotTell | undefined {
  const rows = labels.kind === 'classes' ? labels.codes.length : labels.values.length;
  const needed = rowsToTell(labels, chance, skill);
  if (rows >= needed) return undefined;
  const only =
    rows < fewestExact
      ? `an exact relation shows from ${fewestExact} rows on`
      : 'which show an exact relation only';
  return {
    check,
    reason: `train has ${plural(rows, 'row')} with a label, ${only}; a strong one shows from ${formatInteger(needed)} rows on`,
  };
}
