import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Column, readAsIs, readColumns, streamNumbers } from './columns.js';
import { type Connection, openConnection } from './connection.js';
import { loadApi } from './load.js';
import { runQuery } from './query.js';
import { type ReadFile, explainTrouble } from './trouble.js';

export type Cell = null | boolean | number | string;
export type Row = Readonly<Record<string, Cell>>;

/**
 * DuckDB, kept to its memory and to the folders it was given. Not more than one query at a time each. A query that
 * fails because a file is broken, or memory ends, throws a UserError; any other an EngineError.
 */
export interface Engine {
  /** `duckdb 1.5.5`, as profiles record it. */
  readonly version: string;
  /** A folder of this engine alone, which it may read and write, and which `close` removes. */
  readonly temp: string;
  /** Result as objects. Integers are numbers, times are ISO 8601 texts in UTC (midnight as the date alone). For small results. */
  rows(
    sql: string,
    params?: readonly (null | boolean | number | string)[],
    /** Milliseconds that the query may take. */
    limitMs?: number,
  ): Promise<Row[]>;
  /**
   * Result by columns, for large results: numbers, dates and timestamps (seconds since 1970, UTC) as
   * Float64Array with NaN for NULL; everything else as texts with null.
   */
  columns(sql: string): Promise<{ readonly names: readonly string[]; readonly columns: readonly Column[] }>;
  /** The same of a query whose columns are all DOUBLE or VARCHAR: a third faster for small results. */
  columnsAsIs(sql: string): Promise<readonly Column[]>;
  /** Hands a result of numbers on as it comes, a few thousand rows at a time, by columns; NaN for NULL. */
  stream(sql: string, each: (columns: readonly Float64Array[]) => void): Promise<void>;
  /** Runs a statement whose result nobody reads. */
  run(sql: string): Promise<void>;
  /** Adds a file that later queries read: when one of them fails, the engine looks for the cause in it. */
  remember(file: ReadFile): void;
  /** Removes a file that is being opened again: its reader reports what is wrong with it. */
  forget(path: string): void;
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
  /** Ends the query that runs, and refuses those that follow. */
  readonly signal?: AbortSignal;
}

/**
 * Opens DuckDB in memory.
 * @throws UserError when the native library cannot be loaded
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const {
    library,
    allowedFolders,
    memoryLimit = '600MB',
    threads = availableParallelism(),
    signal,
  } = options;
  const api = await loadApi(library);
  await mkdir(options.temp, { recursive: true });
  const temp = await mkdtemp(join(resolve(options.temp), 'duckdb-'));
  const connect = (): Promise<Connection> =>
    openConnection(api, { temp, allowedFolders, memoryLimit, threads });
  let opened: Connection | undefined;
  const close = async (): Promise<void> => {
    opened?.close();
    opened = undefined;
    await rm(temp, { recursive: true, force: true });
  };
  try {
    opened = await connect();
  } catch (error) {
    await close();
    throw error;
  }
  const files = new Map<string, ReadFile>();
  const ask = async <T>(run: (connection: DuckDBConnection) => Promise<T>, limitMs?: number): Promise<T> => {
    if (opened === undefined) throw new Error('the engine is closed');
    try {
      return await runQuery(opened.connection, run, { signal, limitMs });
    } catch (error) {
      throw await explainTrouble(error, [...files.values()], connect);
    }
  };
  return {
    version: `duckdb ${api.version().replace(/^v/, '')}`,
    temp,
    rows: (sql, params, limitMs) =>
      ask(async (connection) => {
        const result = await connection.run(sql, params === undefined ? undefined : [...params]);
        const names = result.deduplicatedColumnNames();
        const rows = await result.getRowsJS();
        return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, toCell(value)])));
      }, limitMs),
    columns: (sql) => ask((connection) => readColumns(connection, sql)),
    columnsAsIs: (sql) => ask((connection) => readAsIs(connection, sql)),
    stream: (sql, each) => ask((connection) => streamNumbers(connection, sql, each)),
    run: (sql) => ask(async (connection) => void (await connection.run(sql))),
    remember: (file) => void files.set(file.path, file),
    forget: (path) => void files.delete(path),
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
