import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expandGlobs } from '../common/files.js';
import { plural } from '../common/text.js';
import { gatherFacts } from '../dataset/infer/facts.js';
import { writeContract } from '../dataset/infer/write.js';
import { withEngine } from './engine.js';
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
  await withEngine({ files, project, signal }, async (engine) => {
    const facts = await gatherFacts(engine, files);
    const contract = writeContract(facts, table ?? tableName(files[0]!), format);
    if (out === undefined) return write(contract);
    await writeFile(out, contract, { flag: 'wx' });
    const read = `${plural(facts.rows, 'row')}, ${plural(facts.columns.length, 'column')}`;
    write(`${out}: a draft from ${read}; look for "unsure" in it\n`);
  });
}

/** `data/2001-01 flights.csv.gz` → `flights`: letters, digits and _, as SQL and ODCS like names best. */
export function tableName(file: string): string {
  const name = basename(file)
    .replace(/\..*$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^[0-9_]+|_+$/g, '');
  return name === '' ? 'data' : name;
}
