import { join, resolve } from 'node:path';
import type * as Api from '@duckdb/node-api';
import { quoteText } from './sql.js';

export interface ConnectionOptions {
  /** Folder of its own, for what does not fit into memory. */
  readonly temp: string;
  readonly allowedFolders: readonly string[];
  readonly memoryLimit: string;
  readonly threads: number;
}

export interface Connection {
  readonly connection: Api.DuckDBConnection;
  close(): void;
}

/** A database in memory, kept to its folders: from then on nothing can open the network or other files to it. */
export async function openConnection(
  api: typeof Api,
  { temp, allowedFolders, memoryLimit, threads }: ConnectionOptions,
): Promise<Connection> {
  const instance = await api.DuckDBInstance.create(':memory:', {
    // Else DuckDB reaches for its extension server.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: memoryLimit,
    threads: String(threads),
    temp_directory: join(temp, 'spill'),
  });
  try {
    const connection = await instance.connect();
    const folders = [temp, ...allowedFolders.map((folder) => resolve(folder))].map(quoteText);
    await connection.run(`SET allowed_directories = [${folders.join(', ')}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run("SET TimeZone = 'UTC'");
    // Geometries stay bytes, so that a file with broken metadata about them is read all the same.
    await connection.run('SET enable_geoparquet_conversion = false');
    // Without it, every query reads the metadata of every column of a Parquet file again.
    await connection.run('SET parquet_metadata_cache = true');
    // The system keeps files in memory already.
    await connection.run('SET enable_external_file_cache = false');
    // Errors then say of what kind they are.
    await connection.run('SET errors_as_json = true');
    await connection.run('SET lock_configuration = true');
    return {
      connection,
      close: () => {
        connection.closeSync();
        instance.closeSync();
      },
    };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
