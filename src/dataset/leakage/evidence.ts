import { betaInc, gammaInc } from '../../statistics/special.js';
import type { Agreement, Keys } from './keys.js';

/** How surely rows that agree are copies, and not what chance or the nature of the data brings about. */
export const surprise = 1e-4;
/** A column that more than half of all pairs of rows agree in says nothing of copies. */
const informative = 0.5;
/** Twins that chance cannot explain still do no harm below this share of the rows. */
const negligible = 0.001;

export interface Sizes {
  readonly train: number;
  readonly holdout: number;
  /** One key in so many was looked at, by level. */
  scale(level: number): number;
}

/**
 * Whether rows that agree in every column are copies. They are not where rows say little: two coins fall alike.
 * 1. Were the columns independent, so many pairs would come about with a chance below 1 in 10,000: a Poisson number
 *    with the product of the columns' collision probabilities as its rate.
 * 2. Columns do depend on each other; so of the pairs that agree in all columns but one, at least half must agree in
 *    that one, too, whichever one it is: of neighbours that differ by nature, most would differ there.
 * @param exact the level of all columns
 * @param anyLabel compare the rows without their label
 * @param among pairs of holdout and train, or of train alone
 */
export function areCopies(
  keys: Keys,
  exact: number,
  sizes: Sizes,
  { anyLabel = false, among = 'between' }: { anyLabel?: boolean; among?: 'between' | 'within' } = {},
): boolean {
  const levels = keys[among];
  const pairsAt = (level: number): number =>
    (anyLabel ? levels[level]!.anyLabel : levels[level]!.pairs) * sizes.scale(level);
  const seen = pairsAt(exact) / sizes.scale(exact);
  if (seen === 0) return false;
  const { bands, label } = keys.collision;
  if ([...bands, ...(anyLabel ? [] : [label])].every((chance) => chance >= informative)) return false;
  const possible = among === 'between' ? sizes.train * sizes.holdout : (sizes.train * (sizes.train - 1)) / 2;
  const chance = bands.reduce((product, c) => product * c, anyLabel ? 1 : label);
  if (poissonTail(seen, (possible * chance) / sizes.scale(exact)) >= surprise) return false;
  return !differByNature(keys, exact, sizes, anyLabel, among);
}

/** Whether there is a column that most pairs differ in though they agree in all others: see areCopies. */
export function differByNature(
  keys: Keys,
  exact: number,
  sizes: Sizes,
  anyLabel = false,
  among: 'between' | 'within' = 'between',
): boolean {
  const levels = keys[among];
  const count = (agreement: Agreement): number => (anyLabel ? agreement.anyLabel : agreement.pairs);
  const whole = count(levels[exact]!) * sizes.scale(exact);
  for (let band = 0; band < exact; band++) {
    if (keys.collision.bands[band]! >= informative) continue;
    if (whole < count(levels[band]!) * sizes.scale(band) * 0.5) return true;
  }
  const { pairs, anyLabel: any } = levels[exact]!;
  return !anyLabel && keys.collision.label < informative && pairs < any * 0.5;
}

/** P(X ≥ seen) of a Poisson number; 1 where nothing was seen. */
export function poissonTail(seen: number, rate: number): number {
  return seen <= 0 ? 1 : gammaInc(seen, rate);
}

export interface Excess {
  /** Share of the rows of holdout with a twin in train, beyond the share of rows of train with one. */
  readonly share: number;
  /** Chance of so many or more, if both were drawn from one source. */
  readonly p: number;
}

/**
 * Twins of holdout in train beyond those that train has in itself: drawn from the same source, both have as many. Rows
 * with one key count as one draw; the two numbers of draws are compared given their sum (Przyborowski & Wilenski 1940).
 * @param without another level: what agrees there agrees here, too, and is not counted
 */
export function excess(keys: Keys, level: number, without?: number): Excess {
  const ours = twins(keys.between, level, without);
  const own = twins(keys.within, level, without);
  const share =
    (ours.rows === 0 ? 0 : ours.matched / ours.rows) - (own.rows === 0 ? 0 : own.matched / own.rows);
  if (ours.matched <= 0) return { share, p: 1 };
  const [mine, theirs] = [draws(ours, 1), draws(own, 2)];
  const chance = mine.possible / (mine.possible + theirs.possible);
  return { share, p: betaInc(chance, mine.seen, theirs.seen + 1) };
}

type Twins = Pick<Agreement, 'matched' | 'rows' | 'spread'>;

function twins(agreements: readonly Agreement[], level: number, without?: number): Twins {
  const { matched, rows, spread } = agreements[level]!;
  const nested = without === undefined ? undefined : agreements[without]!;
  if (nested === undefined || nested.rows === 0) return { matched, rows, spread };
  // Another part of the keys may have been looked at there.
  const part = rows / nested.rows;
  return {
    matched: Math.max(0, matched - nested.matched * part),
    rows,
    spread: Math.max(0, spread - nested.spread * part),
  };
}

/** @param usual rows of one draw where none was seen: a twin within a set has another one beside it */
function draws({ matched, rows, spread }: Twins, usual: number): { seen: number; possible: number } {
  const size = matched > 0 ? Math.max(1, spread / matched) : usual;
  return { seen: matched / size, possible: rows / size };
}

export const isCertain = ({ share, p }: Excess): boolean => p < surprise && share >= negligible;
