import { plural } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { quoteText } from '../../engine/sql.js';
import type { Finding } from '../../formats/validation.js';
import { type DataSet, columnOf, examplesAt, rowsOf } from '../data-set.js';
import { decimalComma } from './decimal-comma.js';

/**
 * The label of a regression must be a number: as texts, each value would count as a class of its own. That of a binary
 * classification has two classes.
 * @param label name of its column, which the contract may describe or not
 * @param task of model.yml
 */
export async function labelTypeFindings(
  engine: Engine,
  set: DataSet,
  label: string,
  task: string,
): Promise<Finding[]> {
  if (task === 'regression') return noNumber(engine, set, label);
  return task === 'binary-classification' ? tooManyClasses(engine, set, label) : [];
}

async function tooManyClasses(engine: Engine, set: DataSet, label: string): Promise<Finding[]> {
  const type = set.tables.flatMap((table) => columnOf(table, label)?.type ?? [])[0];
  if (type === undefined) return [];
  const tables = set.tables.filter((table) => columnOf(table, label)?.type === type);
  const rows = rowsOf({ ...set, tables }, [{ name: label, type }], { identity: true });
  const classes = await engine.rows(
    `SELECT x0 AS name, count(*) AS n FROM ${rows} WHERE v0 IS NOT NULL GROUP BY x0 ORDER BY n DESC, name LIMIT 6`,
  );
  if (classes.length <= 2) return [];
  const names = classes.map(({ name }) => String(name));
  return [
    {
      rule: 'label-type',
      severity: 'error',
      column: label,
      message: `${label}: the label of a binary classification has more than two classes in ${set.name}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`,
      remedy: 'join the classes into two, or correct task in model.yml',
      count: 1,
      share: 1,
      examples: [],
    },
  ];
}

async function noNumber(engine: Engine, set: DataSet, label: string): Promise<Finding[]> {
  const types = new Set(set.tables.flatMap((table) => columnOf(table, label)?.type ?? []));
  const other = [...types].find((type) => type !== 'integer' && type !== 'number');
  if (other === undefined) return [];
  const columns = [{ name: label, type: other }];
  const there = set.tables.filter((table) => columnOf(table, label)?.type === other);
  const rows = rowsOf({ ...set, tables: there }, columns, { place: true });
  const found = await engine.rows(
    `SELECT t, n, left(CAST(v0 AS VARCHAR), 200) AS shown FROM ${rows} WHERE v0 IS NOT NULL ORDER BY t, n LIMIT 5`,
  );
  const [counted] = await engine.rows(
    `SELECT count(v0) AS n, count(*) FILTER (regexp_full_match(CAST(v0 AS VARCHAR), ${quoteText(decimalComma)})) AS commas FROM ${rows}`,
  );
  const [count, commas] = [Number(counted?.n ?? 0), Number(counted?.commas ?? 0)];
  const total = set.tables.reduce((sum, table) => sum + table.rows, 0);
  const written = count > 0 && commas === count;
  return [
    {
      rule: 'label-type',
      severity: 'error',
      column: label,
      message: `${label}: the label of a regression is not a number: it is ${other} in ${plural(count, 'row')} of ${set.name}${written ? ', written with a decimal comma' : ''}`,
      remedy: written
        ? 'write the numbers with a point, or describe them in a Table Schema with decimalChar'
        : `write numbers and call the column a number in the contract, or correct task in model.yml if ${label} is a class`,
      count,
      share: total === 0 ? 0 : Math.min(1, count / total),
      examples: await examplesAt(
        { ...set, tables: there },
        found.map(({ t, n, shown }) => ({ table: Number(t), row: Number(n), value: String(shown) })),
      ),
    },
  ];
}
