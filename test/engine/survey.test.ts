import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../src/engine/engine.js';
import { inspectTable } from '../../src/engine/table.js';
import { duckdbLibrary } from './library.js';

describe('a survey', () => {
  it('of many columns stays within the memory that the engine is given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mlops-survey-'));
    const file = join(folder, 'wide.csv');
    const [columns, rows] = [400, 15_000];
    const row = Array.from({ length: columns }, (_, c) => `${c % 10}`).join(',');
    const header = Array.from({ length: columns }, (_, c) => `c${c}`).join(',');
    writeFileSync(file, `${header}\n${`${row}\n`.repeat(rows)}`);
    const engine = await openEngine({
      library: duckdbLibrary,
      temp: folder,
      allowedFolders: [folder],
      memoryLimit: '200MB',
      threads: 2,
    });
    try {
      const { table } = await inspectTable(engine, file, {}, { kept: 0 });
      expect(table).toMatchObject({ rows, rejected: 0 });
      expect(table!.columns).toHaveLength(columns);
    } finally {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
