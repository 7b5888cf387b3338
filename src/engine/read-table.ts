import { type Problem, UserError } from '../common/errors.js';
import { listNames, nearest } from '../common/text.js';
import type { ColumnType } from '../formats/profile.js';
import { batchesOf } from './batches.js';
import type { Defect } from './defects.js';
import type { Engine } from './engine.js';
import { identityText } from './exact.js';
import { quoteName } from './sql.js';
import { type Table, type TableColumn, inspectTable, sourceOf } from './table.js';
import { type WantedTypes, wantedType } from './types.js';

export interface DataTable {
  /** FROM item: every file's rows one after another, columns by their own names, typed. */
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: number;
  readonly tables: readonly Table[];
}

/**
 * Opens data files for reading, as one table. For data that must be whole: anything wrong with it is an error.
 * @param options.types types of columns; others are inferred from all their values
 * @param options.columns only these columns; without it, those that the first file has
 * @param options.required columns that must be among them
 * @param options.identities columns whose values are only to be told apart, ids and groups: they come as texts that
 * are equal for equal values only, whatever the size of a number
 * @throws UserError naming every file and line that cannot be read, every column that is missing
 */
export async function readTable(
  engine: Engine,
  files: string | readonly string[],
  options: {
    types?: WantedTypes;
    columns?: readonly string[];
    required?: readonly string[];
    identities?: readonly string[];
  } = {},
): Promise<DataTable> {
  const tables: Table[] = [];
  const problems: Problem[] = [];
  let types = options.types ?? {};
  for (const file of typeof files === 'string' ? [files] : files) {
    const { table, defects } = await inspectTable(engine, file, types);
    problems.push(...defects.filter((d) => !d.harmless).flatMap((defect) => problemsOf(file, defect)));
    if (table === undefined) continue;
    problems.push(...table.columns.filter((c) => c.mismatch).map((c) => mismatchProblem(file, c)));
    // What the first file's values are, the others' must be too.
    types = { ...Object.fromEntries(table.columns.map((c) => [c.name, c.type])), ...types };
    tables.push(table);
  }
  const names = options.columns ?? tables[0]?.columns.map((c) => c.name) ?? [];
  const expected = [...new Set([...(options.required ?? []), ...names])];
  for (const table of tables) problems.push(...missingColumns(table, expected));
  if (problems.length > 0) throw new UserError(problems);
  const parts = tables.map((table) => {
    const named = new Map([...table.columns].reverse().map((column) => [column.name, column]));
    const chosen = names.map((name) => named.get(name)!);
    const values = chosen.map((column, i) => {
      const name = names[i]!;
      const value = options.identities?.includes(name) ? readIdentity(column) : column.value;
      return `${value} AS ${quoteName(name)}`;
    });
    return `SELECT ${values.join(', ')} FROM ${sourceOf(table, chosen)}`;
  });
  await refuseBadValues(engine, tables, names);
  return {
    sql: `(${parts.join(' UNION ALL ')})`,
    columns: names.map((name) => ({
      name,
      type: options.identities?.includes(name) ? 'string' : (wantedType(types, name) ?? 'string'),
    })),
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    tables,
  };
}

/** A whole number is one id in every file, also where the others of its column have a fraction. */
function readIdentity(column: TableColumn): string {
  const text = identityText(column);
  return column.type === 'number' ? `regexp_replace(${text}, '^(-?[0-9]+)[.]0$', '\\1')` : text;
}

function problemsOf(file: string, { message, remedy, examples }: Defect): Problem[] {
  const lines = examples.length === 0 ? [undefined] : [examples[0]!.line];
  return lines.map((line) => ({ message, remedy, where: { file, ...(line !== undefined && { line }) } }));
}

function mismatchProblem(file: string, column: TableColumn): Problem {
  return {
    message: `column "${column.name}" is ${column.fileType ?? 'something else'} in the file, not ${column.type}`,
    where: { file },
    remedy: 'write it with that type, or change the type that is expected',
  };
}

function missingColumns(table: Table, names: readonly string[]): Problem[] {
  const there = table.columns.map((c) => c.name);
  const known = new Set(there);
  return names
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = nearest(name, there);
      return {
        message: `there is no column "${name}"`,
        where: { file: table.file, line: 1 },
        remedy: near === undefined ? `the file has: ${listNames(there)}` : `did you mean "${near}"?`,
      };
    });
}

/** A value that is not of its column's type must not become a missing one. */
async function refuseBadValues(
  engine: Engine,
  tables: readonly Table[],
  names: readonly string[],
): Promise<void> {
  const problems: Problem[] = [];
  const wanted = new Set(names);
  for (const table of tables) {
    const asked = table.columns.filter((c) => wanted.has(c.name) && c.raw !== c.value);
    const bad = (c: TableColumn): string => `${c.raw} IS NOT NULL AND (${c.value}) IS NULL`;
    const counted = new Map<TableColumn, number>();
    for (const some of batchesOf(asked)) {
      const counts = some.map((c, i) => `count(*) FILTER (${bad(c)}) AS n${i}`);
      const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${sourceOf(table, some)}`);
      some.forEach((column, i) => row?.[`n${i}`] !== 0 && counted.set(column, Number(row?.[`n${i}`])));
    }
    for (const [column, count] of counted) {
      const [first] = await engine.rows(
        `SELECT n, CAST(raw AS VARCHAR) AS raw FROM (SELECT ${table.rowNumber} AS n, ${column.raw} AS raw, ${bad(column)} AS bad FROM ${sourceOf(table, [column])}) WHERE bad ORDER BY n LIMIT 1`,
      );
      const [line] = await table.linesOf([Number(first?.n ?? 0)]);
      problems.push({
        message: `column "${column.name}": ${JSON.stringify(first?.raw)} is not of type ${column.type}${count > 1 ? `, nor are ${count - 1} more` : ''}`,
        where: { file: table.file, ...(line !== undefined && { line }) },
        remedy: 'correct the values, or leave them empty where there is none',
      });
    }
  }
  if (problems.length > 0) throw new UserError(problems);
}
