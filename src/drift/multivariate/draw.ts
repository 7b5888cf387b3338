import type { Engine } from '../../engine/engine.js';
import { integerLiteral } from '../../engine/sql.js';
import type { Feature } from '../../statistics/binning.js';
import type { Union } from '../tables.js';

/**
 * Draws rows by chance, without repetition, the same for the same data and seed: a hash of a row's place decides,
 * never of its values, since equal rows would all be in or all be out.
 * @param columns names of columns of the union
 * @returns as many rows as asked for, or all; numbers as numbers, everything else as categories
 */
export async function drawRows(
  engine: Engine,
  { tables, columns: all, rows }: Union,
  columns: readonly string[],
  wanted: number,
  seed: number,
): Promise<Feature[]> {
  const chosen = columns.map((name) => all.find((column) => column.name === name)!);
  let before = 0;
  const parts = tables.map((table, t) => {
    const values = chosen.map(({ values }, i) => `${values[t]!} AS c${i}`);
    const place = `hash(CAST(${table.rowNumber} AS BIGINT) + ${integerLiteral(before)}, ${integerLiteral(seed)})`;
    before += table.rows;
    return `SELECT ${[`${place} AS place`, ...values].join(', ')} FROM ${table.source}`;
  });
  // Most rows need not be sorted: those beyond the share that is sure to hold enough are passed over.
  const share = Math.min(1, (wanted + 10 * Math.sqrt(wanted) + 100) / Math.max(1, rows));
  const limit =
    share < 1 ? `WHERE place <= ${integerLiteral(BigInt(Math.floor(share * 2 ** 53)) * 2048n)}` : '';
  const names = chosen.map((_, i) => `c${i}`).join(', ');
  const drawn = await engine.columns(
    `SELECT ${names} FROM (${parts.join(' UNION ALL ')}) ${limit} ORDER BY place LIMIT ${integerLiteral(wanted)}`,
  );
  return drawn.columns.map((values) =>
    values instanceof Float64Array
      ? // An infinity is no value that a model can use.
        { kind: 'numeric', values: values.map((x) => (Number.isFinite(x) ? x : NaN)) }
      : { kind: 'categorical', values },
  );
}
