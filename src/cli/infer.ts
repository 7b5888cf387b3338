import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { expandGlobs } from '../common/files.js';
import { RecordingLogger } from '../common/logger.js';
import { plural } from '../common/text.js';
import { gatherFacts } from '../dataset/infer/facts.js';
import { writeContract } from '../dataset/infer/write.js';
import { openEngine } from '../engine/engine.js';
import { locateDuckdb } from '../runtime/duckdb.js';
import type { InferArguments } from './infer-options.js';

/**
 * @param project checkout whose DuckDB is used
 * @throws UserError where files are missing or broken
 */
export async function infer(
  { files: patterns, out, format, table }: InferArguments,
  { project, write, signal }: { project: string; write(text: string): void; signal?: AbortSignal },
): Promise<void> {
  const files = await expandGlobs(patterns, process.cwd());
  const library = await locateDuckdb({ roots: [project], env: process.env, logger: new RecordingLogger() });
  const temp = await mkdtemp(join(tmpdir(), 'mlops-infer-'));
  try {
    const engine = await openEngine({
      library,
      temp,
      allowedFolders: [...new Set(files.map((file) => dirname(resolve(file))))],
      ...(signal && { signal }),
    });
    try {
      const facts = await gatherFacts(engine, files);
      const contract = writeContract(facts, table ?? tableName(files[0]!), format);
      if (out === undefined) write(contract);
      else {
        await writeFile(out, contract, { flag: 'wx' });
        const read = `${plural(facts.rows, 'row')}, ${plural(facts.columns.length, 'column')}`;
        write(`${out}: a draft from ${read}; look for "unsure" in it\n`);
      }
    } finally {
      await engine.close();
    }
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

/** `data/2001-01 flights.csv.gz` → `flights`: letters, digits and _, as SQL and ODCS like names best. */
export function tableName(file: string): string {
  const name = basename(file)
    .replace(/\..*$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^[0-9_]+|_+$/g, '');
  return name === '' ? 'data' : name;
}
