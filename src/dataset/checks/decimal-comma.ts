import { batchesOf } from '../../engine/batches.js';
import type { Engine } from '../../engine/engine.js';
import { quoteText } from '../../engine/sql.js';
import { type Table, type TableColumn, sourceOf } from '../../engine/table.js';
import type { Finding } from '../../formats/validation.js';

/** A number as texts have it where a comma stands before the fraction: `1,5`, `-1.234,50`. Whole numbers have none. */
export const decimalComma = '\\s*[+-]?([0-9]+|[0-9]{1,3}([.][0-9]{3})+)(,[0-9]+)?([eE][+-]?[0-9]+)?\\s*';
/** Rows that are looked at. */
const looked = 1_000;

/**
 * Columns of texts in a CSV file that are numbers with a decimal comma, every one of the first values: they keep a
 * contract that asks for texts, and no program takes them for numbers.
 * @param path the file's path as people see it
 */
export async function decimalCommaFindings(engine: Engine, table: Table, path: string): Promise<Finding[]> {
  if (table.format !== 'csv') return [];
  const texts = table.columns.filter(
    ({ type, text, name }) => type === 'string' && text !== undefined && name !== '',
  );
  const findings: Finding[] = [];
  for (const all of batchesOf(texts)) {
    // Most texts have no comma anywhere.
    const some = await thoseWithComma(engine, table, all);
    if (some.length === 0) continue;
    const parts = some.map(
      ({ value }, i) =>
        `count(nullif(${value}, '')) AS n${i}, count(*) FILTER (regexp_full_match(${value}, ${quoteText(decimalComma)})) AS m${i}, count(*) FILTER (contains(${value}, ',')) AS c${i}, min(${value}) FILTER (contains(${value}, ',')) AS e${i}`,
    );
    const [row] = await engine.rows(
      `SELECT ${parts.join(', ')} FROM (SELECT * FROM ${sourceOf(table, some)} LIMIT ${looked})`,
    );
    for (const [i, { name }] of some.entries()) {
      if (row![`n${i}`] === 0 || row![`m${i}`] !== row![`n${i}`] || row![`c${i}`] === 0) continue;
      findings.push({
        rule: 'decimal-comma',
        severity: 'warning',
        column: name,
        message: `${path}: column "${name}" is a text, and every value of its first rows is a number with a decimal comma`,
        remedy:
          'write the numbers with a point, or describe the column in a Table Schema as number with decimalChar',
        count: 1,
        share: 1,
        examples: [{ file: path, line: 1, value: String(row![`e${i}`]) }],
      });
    }
  }
  return findings;
}

async function thoseWithComma(
  engine: Engine,
  table: Table,
  columns: readonly TableColumn[],
): Promise<TableColumn[]> {
  const tests = columns.map(({ value }, i) => `bool_or(contains(${value}, ',')) AS c${i}`);
  const [row] = await engine.rows(
    `SELECT ${tests.join(', ')} FROM (SELECT * FROM ${sourceOf(table, columns)} LIMIT ${looked})`,
  );
  return columns.filter((_, i) => row?.[`c${i}`] === true);
}
