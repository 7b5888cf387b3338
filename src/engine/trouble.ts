import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError, messageOf } from '../common/errors.js';
import type { Connection } from './connection.js';
import { EngineError, engineErrorOf } from './errors.js';

/** A file that queries read again and again, as it is read. */
export interface ReadFile {
  readonly path: string;
  /** FROM item. */
  readonly source: string;
}

/** Errors of the SQL itself; no file is to blame for them. */
const ofSql = ['Parser', 'Syntax', 'Binder', 'Catalog', 'INTERRUPT', 'Connection'];

/**
 * What a user can do about an error of the engine: which file is broken, or what the machine lacks.
 * @param files that queries read
 * @param open makes another database: this one may have ended with its error
 * @returns the error as it was where nothing is wrong but the query
 */
export async function explainTrouble(
  error: unknown,
  files: readonly ReadFile[],
  open: () => Promise<Connection>,
): Promise<unknown> {
  if (!(error instanceof EngineError) || ofSql.includes(error.type)) return error;
  if (error.type === 'Out of Memory') {
    return new UserError(
      {
        message: `the data engine has too little memory or disk space (${firstLine(error)})`,
        remedy: 'use a runner with more of both, or check fewer rows or columns at a time',
      },
      { cause: error },
    );
  }
  const broken = await findBroken(files, open);
  if (broken !== undefined) return broken;
  if (error.type !== 'IO') return error;
  const remedy = 'see that the disk has room, and that its folders may be read and written';
  return new UserError(
    { message: `the data engine cannot read or write (${firstLine(error)})`, remedy },
    { cause: error },
  );
}

/** Reads every value of one file after the other. */
async function findBroken(
  files: readonly ReadFile[],
  open: () => Promise<Connection>,
): Promise<UserError | undefined> {
  for (const { path, source } of files) {
    // A broken file may end the database that reads it.
    const { connection, close } = await open();
    try {
      const reason = await brokenBy(connection, source);
      if (reason === undefined) continue;
      return new UserError(
        {
          message: `the file cannot be read to its end (${firstLine(reason)})`,
          where: { file: path },
          remedy: 'copy or write it again: it is damaged, or written in a way that DuckDB does not read',
        },
        { cause: reason },
      );
    } finally {
      close();
    }
  }
  return undefined;
}

async function brokenBy(connection: DuckDBConnection, source: string): Promise<unknown> {
  try {
    await connection.run(`SELECT max(hash(t)) FROM ${source} AS t`);
    return undefined;
  } catch (error) {
    const found = engineErrorOf(error);
    return found instanceof EngineError && found.type === 'Out of Memory' ? undefined : found;
  }
}

const firstLine = (error: unknown): string => messageOf(error).split('\n')[0]!;
