import { dirname, join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { type ProfiledColumn, profileTables } from '../../dataset/profile/profile.js';
import { openEngine } from '../../engine/engine.js';
import { type Table, type TableColumn, type WantedTypes, inspectTable } from '../../engine/table.js';
import type { ColumnType, Profile } from '../../formats/profile.js';
import type { Dependencies } from '../dependencies.js';

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
    const tables = found.map(({ table }) => table!);
    return await profileTables(engine, tables, columnsOf(tables));
  } finally {
    await engine.close();
  }
}

/** Every column that any file has, as one type; a file that lacks it has no values of it. */
function columnsOf(tables: readonly Table[]): ProfiledColumn[] {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  return names.map((name) => {
    const found = tables.map(({ columns }) => columns.find((column) => column.name === name));
    const type = commonType(found.flatMap((column) => (column === undefined ? [] : [column.type])));
    const values = found.map((column) => {
      if (column === undefined) return 'NULL';
      return column.type === type ? column.value : cast(column, type);
    });
    return { name, type, values };
  });
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
