import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RecordingLogger } from '../common/logger.js';
import { type Engine, openEngine } from '../engine/engine.js';
import { locateDuckdb } from '../runtime/duckdb.js';

/**
 * Opens an engine that may read these files, and closes it after the work.
 * @param project checkout whose DuckDB is used
 */
export async function withEngine<T>(
  { files, project, signal }: { files: readonly string[]; project: string; signal?: AbortSignal | undefined },
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const library = await locateDuckdb({ roots: [project], env: process.env, logger: new RecordingLogger() });
  const temp = await mkdtemp(join(tmpdir(), 'mlops-'));
  try {
    const engine = await openEngine({
      library,
      temp,
      allowedFolders: [...new Set(files.map((file) => dirname(resolve(file))))],
      ...(signal && { signal }),
    });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}
