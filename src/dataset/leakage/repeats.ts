import { formatPercent, plural } from '../../common/text.js';
import { rowCount } from '../data-set.js';
import type { Answer, Leak, LeakageContext } from './context.js';
import {
  type Sizes,
  areCopies,
  differByNature,
  excess,
  isCertain,
  poissonTail,
  surprise,
} from './evidence.js';
import { type Fingerprints, fingerprints, keptKey } from './fingerprints.js';
import { type Agreement, type Keys, collectKeys, dropKeys } from './keys.js';
import { twinExamples } from './twins.js';
import { integerLiteral } from '../../engine/sql.js';

/** From this share of the rows of holdout on, copies make what is measured on it wrong. */
const harmful = 0.01;
/** Pairs that agree roughly, of which so many by nature also agree closely: see nearDuplicates. */
const neighbours = 0.1;

/** Rows that are in train and in holdout, as they are or almost, and rows that differ in nothing but their label. */
export async function findRepeats(context: LeakageContext): Promise<Answer> {
  const prints = fingerprints(context);
  if (prints.content.length === 0) return { leaks: [] };
  const sizes: Sizes = {
    train: rowCount(context.train),
    holdout: rowCount(context.holdout),
    scale: prints.scale,
  };
  try {
    const keys = await collectKeys(context, prints);
    const parts = [
      await overlap(context, prints, keys, sizes),
      await nearDuplicates(context, prints, keys, sizes),
      await conflictingLabels(context, prints, keys, sizes),
    ];
    const best = await bestAccuracy(context, prints);
    return { leaks: parts.flat(), ...(best !== undefined && { bestAccuracy: best }) };
  } finally {
    await dropKeys(context, prints);
  }
}

type Values = readonly (string | null)[];
const equal = (a: Values, b: Values): boolean => a.every((value, i) => value === b[i]);
/** Where every key was looked at a count is exact. */
const about = (scale: number): string => (scale === 1 ? '' : 'about ');
const matchedKeys = (level: number): string =>
  `SELECT k FROM keys_holdout SEMI JOIN keys_train USING (j, k, y) WHERE j = ${integerLiteral(level)}`;

async function overlap(
  context: LeakageContext,
  prints: Fingerprints,
  keys: Keys,
  sizes: Sizes,
): Promise<Leak[]> {
  const { train, holdout } = context;
  const level = prints.levels.exact;
  const { matched, rows } = keys.between[level]!;
  if (matched === 0) return [];
  const copies = areCopies(keys, level, sizes);
  const beyond = excess(keys, level);
  if (!copies && !isCertain(beyond)) return [];
  const share = matched / rows;
  const count = Math.round(matched * sizes.scale(level));
  const own = shareOf(keys.within[level]!);
  return [
    {
      rule: 'overlap',
      severity: (copies ? share : beyond.share) >= harmful ? 'error' : 'warning',
      message: `${about(sizes.scale(level))}${plural(count, 'row')} of ${holdout.name} (${formatPercent(share)}) ${count === 1 ? 'is' : 'are'} also in ${train.name}, equal in every column; of ${train.name}, ${formatPercent(own)} of the rows occur more than once`,
      remedy: `remove them from ${train.name}; where copies were made before the split, remove them before it`,
      count,
      share,
      examples: await twinExamples(context, prints, {
        level,
        first: holdout,
        second: train,
        chosen: matchedKeys(level),
        agree: equal,
      }),
    },
  ];
}

const shareOf = ({ matched, rows }: Agreement): number => (rows === 0 ? 0 : matched / rows);

/**
 * Rows of holdout that are almost in train. Two ways of being so:
 * - all columns but one (in wide tables: but those of one of 32 groups) are equal, for more rows of holdout than chance
 *   and train's own repeats explain;
 * - all are equal once tidied. Neighbours in a space of one dimension or more get 30 times fewer with 1.5 digits less
 *   tolerance; copies do not.
 */
async function nearDuplicates(
  context: LeakageContext,
  prints: Fingerprints,
  keys: Keys,
  sizes: Sizes,
): Promise<Leak[]> {
  const { train, holdout } = context;
  const { bands, exact, tidy, coarse } = prints.levels;
  const leaks: Leak[] = [];
  const [worst] = bands
    .map((columns, level) => ({ columns, level, more: excess(keys, level, exact) }))
    .filter(({ more }) => isCertain(more))
    .sort((a, b) => b.more.share - a.more.share);
  if (worst !== undefined) {
    const { level, columns } = worst;
    const share = shareOf(keys.between[level]!) - shareOf(keys.between[exact]!);
    const left = columns.map((column) => column.name);
    leaks.push({
      rule: 'near-duplicate',
      severity: worst.more.share >= harmful ? 'error' : 'warning',
      ...(left.length === 1 && { column: left[0]! }),
      message: `about ${formatPercent(share)} of the rows of ${holdout.name} are in ${train.name} but for ${left.length === 1 ? `the value of ${left[0]!}` : `${plural(left.length, 'column')} (${left.slice(0, 3).join(', ')}, …)`}; among the rows of ${train.name} itself that is so for ${formatPercent(Math.max(0, shareOf(keys.within[level]!) - shareOf(keys.within[exact]!)))}`,
      remedy: `keep all versions of a row on one side of the split`,
      count: Math.round(share * sizes.holdout),
      share,
      examples: await twinExamples(context, prints, {
        level,
        first: holdout,
        second: train,
        // What is equal as a whole has a finding of its own.
        chosen: `SELECT k FROM keys_holdout AS h SEMI JOIN keys_train USING (j, k, y) WHERE j = ${integerLiteral(level)}`,
        agree: (a, b) => !equal(a, b) && a.filter((value, i) => value !== b[i]).length <= left.length,
      }),
    });
  }
  if (tidy === undefined || coarse === undefined) return leaks;
  if (!areTidied(keys, prints, sizes)) return leaks;
  const share = shareOf(keys.between[tidy]!) - shareOf(keys.between[exact]!);
  const count = Math.max(1, Math.round(share * sizes.holdout));
  const examples = await twinExamples(context, prints, {
    level: tidy,
    first: holdout,
    second: train,
    chosen: matchedKeys(tidy),
    agree: (a, b) => !equal(a, b),
  });
  if (examples.length === 0) return leaks;
  leaks.push({
    rule: 'near-duplicate',
    severity: share >= harmful ? 'error' : 'warning',
    message: `${about(sizes.scale(tidy))}${plural(count, 'row')} of ${holdout.name} (${formatPercent(share)}) ${count === 1 ? 'is' : 'are'} also in ${train.name} but for how they are written: numbers equal to 3 digits, times to the minute, texts but for case, blanks and punctuation`,
    remedy: `keep all versions of a row on one side of the split`,
    count,
    share,
    examples,
  });
  return leaks;
}

/** Pairs that agree once tidied: more than the pairs that agree roughly let expect of neighbours. */
function areTidied(keys: Keys, { levels }: Fingerprints, sizes: Sizes): boolean {
  const { exact, tidy, coarse } = levels;
  const [scale, of] = [sizes.scale(tidy!), keys.between];
  const equalPairs = (of[exact]!.pairs * sizes.scale(exact)) / scale;
  // What is equal is taken off; where only some keys were looked at, how many of these were equal is estimated.
  const uncertain = scale === sizes.scale(exact) ? 0 : 4 * Math.sqrt(equalPairs);
  const close = of[tidy!]!.pairs - equalPairs - uncertain;
  const rough = of[coarse!]!.pairs - equalPairs;
  if (close < 1 || close < rough / 2 || differByNature(keys, exact, sizes)) return false;
  return poissonTail(close, rough * neighbours) < surprise;
}

async function conflictingLabels(
  context: LeakageContext,
  prints: Fingerprints,
  keys: Keys,
  sizes: Sizes,
): Promise<Leak[]> {
  const { engine, train, label, classes } = context;
  const level = prints.levels.exact;
  const { pairs, anyLabel } = keys.within[level]!;
  // If the features cannot distinguish the rows, conflicting labels are expected and not an error.
  const copies = areCopies(keys, level, sizes, { anyLabel: true, among: 'within' });
  if (label === undefined || !classes || anyLabel <= pairs || !copies) return [];
  const [found] = await engine.rows(
    `SELECT sum(n) AS n FROM (SELECT sum(n) AS n FROM keys_train WHERE j = ${integerLiteral(level)} GROUP BY k HAVING count(*) > 1)`,
  );
  const scale = sizes.scale(level);
  const count = Number(found?.n ?? 0) * scale;
  const share = count / sizes.train;
  const examples = await twinExamples(context, prints, {
    level,
    first: train,
    second: train,
    chosen: `SELECT k FROM keys_train WHERE j = ${integerLiteral(level)} GROUP BY k HAVING count(*) > 1`,
    agree: (a, b) => equal(a.slice(0, -1), b.slice(0, -1)) && a.at(-1) !== b.at(-1),
  });
  if (examples.length === 0) return [];
  return [
    {
      rule: 'conflicting-labels',
      severity: 'warning',
      column: label.name,
      message: `${about(scale)}${plural(count, 'row')} of ${train.name} (${formatPercent(share)}) agree with another in every column but have another ${label.name}`,
      remedy: 'correct the labels that are wrong, or add the column that tells these rows apart',
      count,
      share: Math.min(1, share),
      examples,
    },
  ];
}

async function bestAccuracy(
  { engine, classes, label }: LeakageContext,
  prints: Fingerprints,
): Promise<number | undefined> {
  if (label === undefined || !classes) return undefined;
  const [row] = await engine.rows(
    `SELECT sum(n)::DOUBLE AS n, sum(best)::DOUBLE AS best FROM (SELECT sum(n) AS n, max(n) AS best FROM keys_train
       WHERE j = ${integerLiteral(prints.levels.exact)} AND ${keptKey('k', prints.conflictScale)} GROUP BY k)`,
  );
  const rows = Number(row?.n ?? 0);
  return rows === 0 ? undefined : Number(row?.best) / rows;
}
