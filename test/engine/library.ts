import { RecordingLogger } from '../../src/common/logger.js';
import { locateDuckdb } from '../../src/runtime/duckdb.js';

/** DuckDB's library, found as the actions find it. */
export const duckdbLibrary = await locateDuckdb({
  roots: [process.cwd()],
  env: process.env,
  logger: new RecordingLogger(),
});
