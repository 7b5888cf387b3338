import type * as Api from '@duckdb/node-api';
import { UserError, messageOf } from '../common/errors.js';

/** Where the bundle's stand-in for `@duckdb/node-bindings` (scripts/build.mjs) finds the native part. */
const key = Symbol.for('mlops-actions.duckdb');

/**
 * The JavaScript side of DuckDB over the native library at `library`.
 * The native part is 70 MB and cannot be bundled, so the bundle asks for it here.
 * @throws UserError when this machine cannot load the library
 */
export async function loadApi(library: string): Promise<typeof Api> {
  (globalThis as Record<symbol, unknown>)[key] = () => {
    const native = { exports: {} };
    process.dlopen(native, library);
    return native.exports;
  };
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new UserError(
      {
        message: `DuckDB cannot be loaded on this machine (${messageOf(error)})`,
        where: { file: library },
        remedy:
          'DuckDB has libraries for Linux, macOS and Windows on x64 and arm64: use such a runner, or delete this file if the download was damaged',
      },
      { cause: error },
    );
  }
}
