import { ownValue } from '../../common/own.js';
import type { Engine } from '../../engine/engine.js';
import { integerLiteral } from '../../engine/sql.js';
import { type DataSet, rowCount } from '../data-set.js';
import type { LeakageContext } from './context.js';
import { type Fingerprints, keptKey, powerOfTwo } from './fingerprints.js';

/** How many rows and pairs agree at a level, in a sample of one key in `scale`. */
export interface Agreement {
  /** Pairs of rows, one of each set, with one label / with any. */
  readonly pairs: number;
  readonly anyLabel: number;
  /** Rows of holdout that have a twin of the same label in train, of the rows looked at. */
  readonly matched: number;
  readonly rows: number;
  /** Sum of squares of the numbers of rows that share a key: the variance of `matched`, if twins come by chance. */
  readonly spread: number;
}

export interface Keys {
  /** By level: holdout against train. */
  readonly between: readonly Agreement[];
  /** By level: each row of train against the other rows of train. */
  readonly within: readonly Agreement[];
  /**
   * Chance that two rows of train agree in a band, and in the label; where no two were seen to, that of half a pair.
   */
  readonly collision: { readonly bands: readonly number[]; readonly label: number };
}

const collisionRows = 20_000;

/** Makes the tables `keys_train` and `keys_holdout` (level, key, label, rows). */
export async function collectKeys(context: LeakageContext, prints: Fingerprints): Promise<Keys> {
  const { engine, train, holdout } = context;
  for (const set of [train, holdout]) {
    for (const sql of prints.made(set)) await engine.run(sql);
    await makeTable(engine, set, prints);
  }
  const count = levelCount(prints);
  // Most keys are one row's alone: what is joined and grouped is only what both sets have, and a part of the labels.
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE both_holdout AS SELECT * FROM keys_holdout SEMI JOIN keys_train USING (j, k)`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE both_train AS SELECT * FROM keys_train SEMI JOIN both_holdout USING (j, k)`,
  );
  const exact = prints.levels.exact;
  const looked = prints.conflictScale;
  const within = `(SELECT * FROM keys_train WHERE j <> ${integerLiteral(exact)} OR ${keptKey('k', looked)})`;
  const all = `SELECT j, k, sum(n) AS n FROM`;
  const keys: Omit<Keys, 'collision'> = {
    between: await agreements(
      engine,
      count,
      `SELECT j, rows, pairs, any_label, matched, spread FROM (SELECT j, sum(n) AS rows FROM keys_holdout GROUP BY j)
       LEFT JOIN (SELECT j, sum(h.n * t.n) AS pairs, sum(h.n) AS matched, sum(h.n * h.n) AS spread
         FROM both_holdout AS h JOIN both_train AS t USING (j, k, y) GROUP BY j) USING (j)
       LEFT JOIN (SELECT j, sum(h.n * t.n) AS any_label
         FROM (${all} both_holdout GROUP BY j, k) AS h JOIN (${all} both_train GROUP BY j, k) AS t USING (j, k)
         GROUP BY j) USING (j)`,
    ),
    within: await agreements(
      engine,
      count,
      `SELECT j, rows, pairs, pairs + coalesce(other, 0) * CASE WHEN j = ${integerLiteral(exact)} THEN ${integerLiteral(looked)} ELSE 1 END AS any_label,
         matched, spread
       FROM (SELECT j, sum(n) AS rows, sum(n * (n - 1) / 2) AS pairs, coalesce(sum(n) FILTER (n > 1), 0) AS matched,
         coalesce(sum(n * n) FILTER (n > 1), 0) AS spread FROM keys_train GROUP BY j)
       LEFT JOIN (SELECT j, sum(n * (n - 1) / 2 - same) AS other FROM (SELECT j, k, sum(n) AS n,
         sum(n * (n - 1) / 2) AS same FROM ${within} GROUP BY j, k HAVING count(*) > 1) GROUP BY j) USING (j)`,
    ),
  };
  await engine.run('DROP TABLE both_holdout; DROP TABLE both_train');
  return {
    ...keys,
    collision: await collisions(engine, train, prints),
  };
}

const levelCount = ({ levels }: Fingerprints): number => levels.exact + (levels.tidy === undefined ? 1 : 3);

export async function dropKeys({ engine }: LeakageContext, { leftOver }: Fingerprints): Promise<void> {
  for (const table of ['keys_train', 'keys_holdout', ...leftOver]) {
    await engine.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

async function makeTable(engine: Engine, set: DataSet, prints: Fingerprints): Promise<void> {
  const { exact } = prints.levels;
  const rows = prints.keyedRows(set);
  const table = `keys_${set.name}`;
  const counted = (level: number, from: string, key: string): string =>
    `SELECT ${integerLiteral(level)}::UTINYINT AS j, ${key} AS k, y, count(*) AS n FROM ${from}
     WHERE ${keptKey(key, prints.scale(level))} GROUP BY k, y`;
  // All rows have a key of all columns; of the others most are passed over, so only those that are not are kept.
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${counted(exact, rows, prints.key(exact))}`);
  const others = Array.from({ length: levelCount(prints) }, (_, level) => level).filter((j) => j !== exact);
  if (others.length === 0) return;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM
       (SELECT ${others.map((j) => `${prints.key(j)} AS k${j}`).join(', ')}, y FROM ${rows})
     WHERE ${others.map((j) => keptKey(`k${j}`, prints.scale(j))).join(' OR ')}`,
  );
  for (const level of others)
    await engine.run(`INSERT INTO ${table} ${counted(level, 'chosen', `k${level}`)}`);
  await engine.run('DROP TABLE chosen');
}

async function agreements(engine: Engine, count: number, sql: string): Promise<Agreement[]> {
  const rows = await engine.rows(
    `SELECT j, pairs::DOUBLE AS pairs, any_label::DOUBLE AS any_label, matched::DOUBLE AS matched, rows::DOUBLE AS rows,
       spread::DOUBLE AS spread FROM (${sql})`,
  );
  return Array.from({ length: count }, (_, level) => {
    const row = rows.find(({ j }) => Number(j) === level);
    const of = (name: string): number => Number(ownValue(row, name) ?? 0);
    return {
      pairs: of('pairs'),
      anyLabel: of('any_label'),
      matched: of('matched'),
      rows: of('rows'),
      spread: of('spread'),
    };
  });
}

async function collisions(engine: Engine, train: DataSet, prints: Fingerprints): Promise<Keys['collision']> {
  const bands = Math.max(1, prints.levels.bands.length);
  const scale = powerOfTwo(rowCount(train) / collisionRows);
  const names = Array.from({ length: bands }, (_, b) => `b${b}`);
  const parts = [...names, 'y'].map(
    (name, i) => `SELECT ${integerLiteral(i)} AS i, sum(n * (n - 1)) AS same, sum(n) AS n FROM
      (SELECT count(*) AS n FROM sampled GROUP BY ${name})`,
  );
  const rows = await engine.rows(
    `WITH sampled AS MATERIALIZED (SELECT ${names.join(', ')}, y FROM ${prints.keyedRows(train)}
       WHERE ${keptKey(prints.key(prints.levels.exact), scale)}) ${parts.join(' UNION ALL ')}`,
  );
  const chance = (i: number): number => {
    const row = rows.find((r) => Number(r.i) === i);
    const n = Number(row?.n ?? 0);
    if (n < 2) return 1;
    return Math.min(1, Math.max(Number(row?.same ?? 0), 1) / (n * (n - 1)));
  };
  return { bands: names.map((_, b) => chance(b)), label: chance(bands) };
}
