import type { Finding } from '../../formats/validation.js';
import { batchesOf } from '../../engine/batches.js';
import { type DataSet, examplesAt, rowsOf } from '../data-set.js';
import type { LeakageContext } from './context.js';
import type { Fingerprints } from './fingerprints.js';
import { integerLiteral, integerLiterals } from '../../engine/sql.js';

export const keptTwins = 5;

type Example = Finding['examples'][number];

interface Found {
  readonly key: string;
  readonly table: number;
  readonly row: number;
  readonly values: readonly (string | null)[];
}

/**
 * Rows that agree at a level, as pairs: a row of `first` and its twin in `second`. Hashes only find them; that the
 * values do agree is looked up.
 * @param chosen SQL of keys (k) and labels (y) to show, as unsigned numbers
 * @param agree whether two rows are what is looked for, by the texts of their columns (the label is the last)
 */
export async function twinExamples(
  context: LeakageContext,
  prints: Fingerprints,
  options: {
    level: number;
    first: DataSet;
    second: DataSet;
    chosen: string;
    agree: (a: readonly (string | null)[], b: readonly (string | null)[]) => boolean;
  },
): Promise<Example[]> {
  const { engine } = context;
  const keys = await engine.rows(
    `SELECT DISTINCT CAST(k AS VARCHAR) AS k FROM (${options.chosen}) ORDER BY k LIMIT ${integerLiteral(keptTwins * 2)}`,
  );
  const wanted = keys.map(({ k }) => String(k));
  if (wanted.length === 0) return [];
  const [ours, theirs] = [
    await lookUp(context, prints, options.level, options.first, wanted),
    options.first === options.second
      ? undefined
      : await lookUp(context, prints, options.level, options.second, wanted),
  ];
  const examples: Example[] = [];
  for (const key of wanted) {
    const pair = firstPair(
      ours.filter((row) => row.key === key),
      (theirs ?? ours).filter((row) => row.key === key),
      theirs === undefined,
      options.agree,
    );
    if (pair === undefined) continue;
    const [mine, other] = pair;
    const [example] = await examplesAt(options.first, [
      { table: mine.table, row: mine.row, value: excerpt(mine.values) },
    ]);
    const [twin] = await examplesAt(options.second, [{ table: other.table, row: other.row }]);
    examples.push({ ...example!, twin: twin! });
    if (examples.length === keptTwins) break;
  }
  return examples;
}

function firstPair(
  ours: readonly Found[],
  theirs: readonly Found[],
  same: boolean,
  agree: (a: readonly (string | null)[], b: readonly (string | null)[]) => boolean,
): [Found, Found] | undefined {
  for (const [i, mine] of ours.entries()) {
    for (const other of same ? theirs.slice(i + 1) : theirs) {
      if (agree(mine.values, other.values)) return [mine, other];
    }
  }
  return undefined;
}

const excerpt = (values: readonly (string | null)[]): string =>
  values
    .map((value) => value ?? '')
    .join(', ')
    .slice(0, 200);

async function lookUp(
  { engine, label }: LeakageContext,
  prints: Fingerprints,
  level: number,
  set: DataSet,
  keys: readonly string[],
): Promise<Found[]> {
  // Of each key a few rows of each label: enough to find a pair that agrees.
  const places = await engine.rows(
    `SELECT t, n, CAST(k AS VARCHAR) AS k FROM (SELECT t, n, y, ${prints.key(level)} AS k FROM ${prints.placedRows(set)})
     WHERE k IN (${integerLiterals(keys)})
     QUALIFY row_number() OVER (PARTITION BY k, y ORDER BY t, n) <= 3 ORDER BY t, n`,
  );
  const found = places.map((row) => ({
    key: String(row.k),
    table: Number(row.t),
    row: Number(row.n),
    values: [] as (string | null)[],
  }));
  if (found.length === 0) return [];
  const chosen = found
    .map(({ table, row }) => `(${integerLiteral(table)}, ${integerLiteral(row)})`)
    .join(', ');
  const columns = label === undefined ? prints.content : [...prints.content, label];
  for (const some of batchesOf(columns)) {
    const texts = some.map((_, i) => `left(CAST(v${i} AS VARCHAR), 2000) AS v${i}`);
    const rows = await engine.rows(
      `SELECT ${texts.join(', ')} FROM ${rowsOf(set, some, { place: true })} WHERE (t, n) IN (${chosen}) ORDER BY t, n`,
    );
    rows.forEach((row, r) => found[r]!.values.push(...some.map((_, i) => row[`v${i}`] as string | null)));
  }
  return found;
}
