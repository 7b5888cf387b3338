import type { Engine } from '../../engine/engine.js';
import { integerLiteral } from '../../engine/sql.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Feature } from '../../statistics/binning.js';
import type { Union } from '../tables.js';

export interface Choice {
  readonly columns: readonly string[];
  readonly excluded: readonly { readonly column: string; readonly reason: string }[];
}

const family = (type: ColumnType): string =>
  type === 'integer' ? 'number' : type === 'date' ? 'timestamp' : type;

/** Columns that both sides have and that can say something about a row, by their names and types alone. */
export function comparable(reference: Union, current: Union, ignore: readonly string[]): Choice {
  const names = new Set([...reference.columns, ...current.columns].map(({ name }) => name));
  const columns: string[] = [];
  const excluded: { column: string; reason: string }[] = [];
  for (const column of names) {
    const [ref, cur] = [reference, current].map((side) => side.columns.find(({ name }) => name === column));
    const reason = ignore.includes(column)
      ? 'the label, a prediction, an id, a time or a group, or ignored by model.yml'
      : ref === undefined
        ? 'the reference does not have it'
        : cur === undefined
          ? 'current data does not have it'
          : family(ref.type) !== family(cur.type)
            ? `${ref.type} in the reference, ${cur.type} now`
            : family(ref.type) === 'timestamp'
              ? 'a time, which only moves on'
              : undefined;
    if (reason === undefined) columns.push(column);
    else excluded.push({ column, reason });
  }
  return { columns, excluded };
}

/** Values that (nearly) all differ name rows instead of describing them. */
const ownShare = 0.95;
const enoughRows = 20;

/**
 * Why drawn values say nothing about a row, where they do not.
 * @returns `'counter?'` for whole numbers that may be numbers of rows: only all rows can tell
 */
export function uselessness(ref: Feature, cur: Feature): string | undefined {
  const [a, b] = [describe(ref), describe(cur)];
  if (a.present + b.present === 0) return 'no row has a value';
  if (a.missing + b.missing === 0 && new Set([...a.distinct, ...b.distinct]).size === 1) {
    return 'every row has the same value';
  }
  const isOwn = ({ present, distinct }: typeof a): boolean =>
    present >= enoughRows && distinct.size >= ownShare * present;
  if (!isOwn(a) || !isOwn(b)) return undefined;
  if (ref.kind === 'categorical') return 'nearly every row has a value of its own';
  if (!a.whole || !b.whole) return undefined;
  if (Math.max(a.max, b.max, -a.min, -b.min) > Number.MAX_SAFE_INTEGER) return 'it names the rows';
  // A measurement does not leave its whole range between two windows; what counts on does.
  if (a.max < b.min || b.max < a.min) return 'whole numbers that count on: names of rows, or a time';
  return 'counter?';
}

function describe(feature: Feature) {
  const values = Array.from<number | string | null>(feature.values).filter(
    (value) => value !== null && !Number.isNaN(value),
  );
  let [min, max, whole] = [Infinity, -Infinity, true];
  for (const x of feature.kind === 'numeric' ? (values as number[]) : []) {
    if (x < min) min = x;
    if (x > max) max = x;
    whole &&= Number.isInteger(x);
  }
  const missing = feature.values.length - values.length;
  return { present: values.length, missing, distinct: new Set(values), whole, min, max };
}

/** About this many values decide: repeated numbers fall into the same part by their hash. */
const looked = 200_000;
/** Repetitions that chance would have brought, none of which is there. */
const expectedPairs = 10;

/**
 * Which columns name the rows of a side: no value occurs twice, though in a range so narrow chance would have
 * repeated some (birthdays: n²/2 pairs over the range).
 * @param columns names of columns of whole numbers
 */
export async function counters(
  engine: Engine,
  union: Union,
  columns: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  const part = Math.max(1, Math.ceil(union.rows / looked));
  for (const name of columns) {
    const { values } = union.columns.find((column) => column.name === name)!;
    const all = union.tables.map(({ source }, t) => `SELECT ${values[t]!} AS x FROM ${source}`);
    const [row] = await engine.rows(
      `SELECT CAST(max(x) AS DOUBLE) - CAST(min(x) AS DOUBLE) + 1 AS range, count(x) AS n,
        count(x) FILTER (hash(x) % ${integerLiteral(part)} = 0) AS looked, count(DISTINCT x) FILTER (hash(x) % ${integerLiteral(part)} = 0) AS own
      FROM (${all.join(' UNION ALL ')})`,
    );
    const [n, part0, range] = [Number(row!.n), Number(row!.looked), Number(row!.range)];
    if (row!.looked === row!.own && (n * part0) / (2 * range) >= expectedPairs) found.add(name);
  }
  return found;
}
