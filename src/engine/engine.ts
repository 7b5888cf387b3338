import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Column, readAsIs, readColumns, streamNumbers } from './columns.js';
import { loadApi } from './load.js';
import { quoteText } from './sql.js';

export type Cell = null | boolean | number | string;
export type Row = Readonly<Record<string, Cell>>;

/** DuckDB, kept to its memory and to the folders it was given. Not more than one query at a time each. */
export interface Engine {
  /** `duckdb 1.5.5`, as profiles record it. */
  readonly version: string;
  /** A folder of this engine alone, which it may read and write, and which `close` removes. */
  readonly temp: string;
  /** Result as objects. Integers are numbers, times are ISO 8601 texts in UTC (midnight as the date alone). For small results. */
  rows(sql: string, params?: readonly (null | boolean | number | string)[]): Promise<Row[]>;
  /**
   * Result by columns, for large results: numbers, dates and timestamps (seconds since 1970, UTC) as
   * Float64Array with NaN for NULL; everything else as texts with null.
   */
  columns(sql: string): Promise<{ readonly names: readonly string[]; readonly columns: readonly Column[] }>;
  /** The same of a query whose columns are all DOUBLE, without NULLs, or VARCHAR: a third faster for small results. */
  columnsAsIs(sql: string): Promise<readonly Column[]>;
  /** Hands a result of numbers on as it comes, a few thousand rows at a time, by columns; NaN for NULL. */
  stream(sql: string, each: (columns: readonly Float64Array[]) => void): Promise<void>;
  /** Runs a statement whose result nobody reads. */
  run(sql: string): Promise<void>;
  /** Ends the instance and removes its files; can be called twice. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Path of duckdb.node, as `dependencies.duckdb()` finds it. */
  readonly library: string;
  /** Folder for files that do not fit into memory; made when it is not there. */
  readonly temp: string;
  /** Folders that queries may read. Everything else, and the network, is closed. */
  readonly allowedFolders: readonly string[];
  /** Default `600MB`; the process takes up to about 400 MB more. */
  readonly memoryLimit?: string;
  /** Default: every core. */
  readonly threads?: number;
}

/**
 * Opens DuckDB in memory.
 * @throws UserError when the native library cannot be loaded
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { library, allowedFolders, memoryLimit = '600MB', threads = availableParallelism() } = options;
  const api = await loadApi(library);
  await mkdir(options.temp, { recursive: true });
  const temp = await mkdtemp(join(resolve(options.temp), 'duckdb-'));
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  const close = async (): Promise<void> => {
    connection?.closeSync();
    instance?.closeSync();
    [connection, instance] = [undefined, undefined];
    await rm(temp, { recursive: true, force: true });
  };
  try {
    instance = await api.DuckDBInstance.create(':memory:', {
      // Else DuckDB reaches for its extension server.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: memoryLimit,
      threads: String(threads),
      temp_directory: join(temp, 'spill'),
    });
    connection = await instance.connect();
    const folders = [temp, ...allowedFolders.map((folder) => resolve(folder))].map(quoteText);
    await connection.run(`SET allowed_directories = [${folders.join(', ')}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run("SET TimeZone = 'UTC'");
    // Geometries stay bytes, so that a file with broken metadata about them is read all the same.
    await connection.run('SET enable_geoparquet_conversion = false');
    await connection.run('SET lock_configuration = true');
  } catch (error) {
    await close();
    throw error;
  }
  const open = (): DuckDBConnection => {
    if (connection === undefined) throw new Error('the engine is closed');
    return connection;
  };
  return {
    version: `duckdb ${api.version().replace(/^v/, '')}`,
    temp,
    async rows(sql, params) {
      const result = await open().run(sql, params === undefined ? undefined : [...params]);
      const names = result.deduplicatedColumnNames();
      const rows = await result.getRowsJS();
      return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, toCell(value)])));
    },
    columns: (sql) => readColumns(open(), sql),
    columnsAsIs: (sql) => readAsIs(open(), sql),
    stream: (sql, each) => streamNumbers(open(), sql, each),
    async run(sql) {
      await open().run(sql);
    },
    close,
  };
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  return JSON.stringify(value, (_k, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));
}
