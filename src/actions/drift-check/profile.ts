import { dirname, join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { type Engine, openEngine } from '../../engine/engine.js';
import { type Table, type TableColumn, type WantedTypes, inspectTable } from '../../engine/table.js';
import type { ColumnProfile, ColumnType, Profile } from '../../formats/profile.js';
import type { Dependencies } from '../dependencies.js';

/** Numbers with more different values than this are counted after rounding to 12 significant bits. */
const mostExact = 50_000;
const bits = 12;
/** Texts that are listed, the most frequent first. */
const mostTexts = 10_000;

/**
 * Profile of data files, read as one set.
 * @param types of columns by name; those of others are found out from their values
 * @throws UserError naming every file that cannot be read whole
 */
export async function profileFiles(
  files: readonly string[],
  types: WantedTypes,
  { duckdb, run }: Pick<Dependencies, 'duckdb' | 'run'>,
): Promise<Profile> {
  const engine = await openEngine({
    library: await duckdb(),
    temp: join(run.temp, 'drift-check'),
    allowedFolders: [...new Set(files.map((file) => dirname(file)))],
  });
  try {
    const found = [];
    for (const file of files) found.push(await inspectTable(engine, file, types));
    const problems = found.flatMap(({ defects }, i) =>
      defects
        .filter(({ harmless }) => !harmless)
        .map(({ message, remedy, examples: [first] }) => ({
          message,
          remedy,
          where: { file: files[i]!, ...(first !== undefined && { line: first.line }) },
        })),
    );
    if (problems.length > 0) throw new UserError(problems);
    return await profileTables(
      engine,
      found.map(({ table }) => table!),
    );
  } finally {
    await engine.close();
  }
}

async function profileTables(engine: Engine, tables: readonly Table[]): Promise<Profile> {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const columns: ColumnProfile[] = [];
  for (const name of names) columns.push(await profileColumn(engine, tables, name));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { kind: 'profile', schemaVersion: 1, engine: engine.version, rows, columns };
}

async function profileColumn(engine: Engine, tables: readonly Table[], name: string): Promise<ColumnProfile> {
  const found = tables.map(({ columns }) => columns.find((column) => column.name === name));
  const type = commonType(found.flatMap((column) => (column === undefined ? [] : [column.type])));
  const parts = tables.map(({ source }, i) => {
    const column = found[i];
    const value = column === undefined ? 'NULL' : column.type === type ? column.value : cast(column, type);
    return `SELECT ${value} AS v FROM ${source}`;
  });
  const all = `(${parts.join(' UNION ALL ')})`;
  const [totals] = await engine.rows(`SELECT count(*) AS rows, count(v) AS present FROM ${all}`);
  const [rows, present] = [Number(totals!.rows), Number(totals!.present)];
  const made = { name, type, count: present, nulls: rows - present };
  if (type === 'string' || type === 'boolean') return { ...made, ...(await texts(engine, all, present)) };
  return { ...made, ...(await numbers(engine, all, type === 'date' || type === 'timestamp')) };
}

async function texts(
  engine: Engine,
  all: string,
  present: number,
): Promise<Pick<ColumnProfile, 'distinct' | 'values'>> {
  const groups = `SELECT CAST(v AS VARCHAR) AS v, CAST(count(*) AS DOUBLE) AS n FROM ${all} WHERE v IS NOT NULL GROUP BY 1`;
  const [size] = await engine.rows(`SELECT count(*) AS n FROM (${groups})`);
  const { columns } = await engine.columns(`${groups} ORDER BY n DESC, v LIMIT ${mostTexts}`);
  const [values, frequency] = columns as [string[], Float64Array];
  const counts = values.map((value, i): [string, number] => [value, frequency[i]!]);
  const others = present - counts.reduce((sum, [, n]) => sum + n, 0);
  return {
    distinct: { value: Number(size!.n), exact: true },
    values:
      others === 0
        ? { kind: 'exact', counts }
        : { kind: 'top', counts, others, error: counts.at(-1)?.[1] ?? 0 },
  };
}

async function numbers(
  engine: Engine,
  all: string,
  isTime: boolean,
): Promise<Pick<ColumnProfile, 'distinct' | 'values'>> {
  const number = isTime ? 'CAST(epoch(v) AS DOUBLE)' : 'CAST(v AS DOUBLE)';
  const finite = `(SELECT ${number} AS x FROM ${all} WHERE v IS NOT NULL AND isfinite(${number}))`;
  const grouped = async (value: string, limit: string): Promise<[number, number][]> => {
    const { columns } = await engine.columns(
      `SELECT ${value} AS v, CAST(count(*) AS DOUBLE) AS n FROM ${finite} GROUP BY 1 ORDER BY 1 ${limit}`,
    );
    const [values, counts] = columns as [Float64Array, Float64Array];
    return Array.from(values, (v, i): [number, number] => [v, counts[i]!]);
  };
  const exact = await grouped('x', `LIMIT ${mostExact + 1}`);
  if (exact.length <= mostExact) {
    return { distinct: { value: exact.length, exact: true }, values: { kind: 'exact', counts: exact } };
  }
  const [size] = await engine.rows(`SELECT count(DISTINCT x) AS n FROM ${finite}`);
  // Dekker's splitting keeps the leading bits of the mantissa.
  const factor = `(x * ${2 ** (53 - bits) + 1})`;
  return {
    distinct: { value: Number(size!.n), exact: true },
    values: { kind: 'rounded', bits, counts: await grouped(`${factor} - (${factor} - x)`, '') },
  };
}

/** The type that holds the values of all files; texts hold anything. */
function commonType(types: readonly ColumnType[]): ColumnType {
  const kinds = new Set(types);
  if (kinds.size === 1) return types[0]!;
  const within = (...wider: ColumnType[]): boolean => [...kinds].every((type) => wider.includes(type));
  if (within('integer', 'number')) return 'number';
  return within('date', 'timestamp') ? 'timestamp' : 'string';
}

function cast({ value, raw }: TableColumn, type: ColumnType): string {
  if (type === 'number') return `CAST(${value} AS DOUBLE)`;
  return type === 'timestamp' ? `CAST(${value} AS TIMESTAMP)` : `CAST(${raw} AS VARCHAR)`;
}
