import type { Engine } from '../../engine/engine.js';
import { type DataSet, rowCount } from '../data-set.js';
import type { LeakageContext } from './context.js';
import { type Fingerprints, keptKey } from './fingerprints.js';

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

/** Makes the tables `keys_train` and `keys_holdout` (level, key, label, rows) by one scan of each set. */
export async function collectKeys(context: LeakageContext, prints: Fingerprints): Promise<Keys> {
  const { engine, train, holdout } = context;
  await makeTable(engine, train, prints);
  await makeTable(engine, holdout, prints);
  const count = prints.levels.exact + (prints.levels.tidy === undefined ? 1 : 3);
  return {
    between: await agreements(
      engine,
      count,
      `SELECT j, sum(h.n * coalesce(t.n, 0)) AS pairs, sum(h.n * coalesce(a.n, 0)) AS any_label,
         sum(CASE WHEN t.n IS NOT NULL THEN h.n ELSE 0 END) AS matched, sum(h.n) AS rows,
         sum(CASE WHEN t.n IS NOT NULL THEN h.n * h.n ELSE 0 END) AS spread
       FROM keys_holdout AS h LEFT JOIN keys_train AS t USING (j, k, y)
       LEFT JOIN (SELECT j, k, sum(n) AS n FROM keys_train GROUP BY j, k) AS a USING (j, k) GROUP BY j`,
    ),
    within: await agreements(
      engine,
      count,
      `SELECT j, sum(n * (n - 1) / 2) AS pairs, sum(n * (all_n - 1) / 2) AS any_label,
         sum(CASE WHEN n > 1 THEN n ELSE 0 END) AS matched, sum(n) AS rows, sum(CASE WHEN n > 1 THEN n * n ELSE 0 END) AS spread
       FROM (SELECT j, n, sum(n) OVER (PARTITION BY j, k) AS all_n FROM keys_train) GROUP BY j`,
    ),
    collision: await collisions(engine, train, prints),
  };
}

export async function dropKeys({ engine }: LeakageContext): Promise<void> {
  await engine.run('DROP TABLE IF EXISTS keys_train');
  await engine.run('DROP TABLE IF EXISTS keys_holdout');
}

async function makeTable(engine: Engine, set: DataSet, prints: Fingerprints): Promise<void> {
  const count = prints.levels.exact + (prints.levels.tidy === undefined ? 1 : 3);
  const levels = Array.from({ length: count }, (_, j) => j);
  const kept = levels.map((j) => keptKey(`k${j}`, prints.scale(j)));
  const list = levels.map((j) => `CASE WHEN ${kept[j]!} THEN k${j} END`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE keys_${set.name} AS
     SELECT j, k, y, count(*) AS n FROM (
       SELECT unnest([${levels.map((j) => `${j}::UTINYINT`).join(', ')}]) AS j, unnest([${list.join(', ')}]) AS k, y
       FROM (SELECT ${levels.map((j) => `${prints.key(j)} AS k${j}`).join(', ')}, y FROM ${prints.keyedRows(set)})
       WHERE ${kept.join(' OR ')})
     WHERE k IS NOT NULL GROUP BY j, k, y`,
  );
}

async function agreements(engine: Engine, count: number, sql: string): Promise<Agreement[]> {
  const rows = await engine.rows(
    `SELECT j, pairs::DOUBLE AS pairs, any_label::DOUBLE AS any_label, matched::DOUBLE AS matched, rows::DOUBLE AS rows,
       spread::DOUBLE AS spread FROM (${sql})`,
  );
  return Array.from({ length: count }, (_, level) => {
    const row = rows.find(({ j }) => Number(j) === level);
    const of = (name: string): number => Number(row?.[name] ?? 0);
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
  const scale = 2 ** Math.max(0, Math.ceil(Math.log2(rowCount(train) / collisionRows)));
  const names = Array.from({ length: bands }, (_, b) => `b${b}`);
  const parts = [...names, 'y'].map(
    (name, i) => `SELECT ${i} AS i, sum(n * (n - 1)) AS same, sum(n) AS n FROM
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
