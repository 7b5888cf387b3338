import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenData, openData } from '../../src/actions/drift-check/profile.js';
import type { RunContext } from '../../src/actions/dependencies.js';
import { compareProfiles } from '../../src/drift/compare.js';
import type { CompareProfiles } from '../../src/drift/source.js';
import { seededRandom } from '../../src/statistics/random.js';
import { duckdbLibrary } from '../engine/library.js';

export interface Workplace {
  readonly folder: string;
  readonly data: OpenData;
  readonly compare: CompareProfiles;
  /** Writes rows as CSV and answers its path. */
  csv(name: string, rows: readonly Readonly<Record<string, string | number | null>>[]): string;
  close(): Promise<void>;
}

/** A folder of data files, an engine that may read them, and the comparison that main composes. */
export async function workplace(): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'drift-'));
  const run = { temp: join(folder, 'temp') } as RunContext;
  const data = await openData([join(folder, 'any.csv')], {
    duckdb: () => Promise.resolve(duckdbLibrary),
    run,
    signal: new AbortController().signal,
  });
  return {
    folder,
    data,
    compare: (reference, current) =>
      compareProfiles(reference, current, {
        alpha: 0.05,
        columns: new Map(),
        optional: [],
        random: seededRandom(1).uniform,
      }),
    csv: (name, rows) => {
      const names = Object.keys(rows[0]!);
      const lines = rows.map((row) => names.map((key) => row[key] ?? '').join(','));
      const path = join(folder, name);
      writeFileSync(path, `${names.join(',')}\n${lines.join('\n')}\n`);
      return path;
    },
    close: async () => {
      await data.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
