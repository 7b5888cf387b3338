import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { countDoubled, writeKeys } from '../../../src/dataset/shards/keys.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { inspectTable } from '../../../src/engine/table.js';
import { duckdbLibrary } from '../../engine/library.js';

const contract = parseContract(
  `apiVersion: v3.1.0
kind: DataContract
id: x
version: 1.0.0
status: active
schema:
  - name: rows
    quality: [{ type: library, metric: duplicateValues, arguments: { properties: [a, b] }, mustBe: 0 }]
    properties:
      - { name: a, logicalType: integer }
      - { name: b, logicalType: string }
`,
  'contract.yaml',
);

describe('keys of shards', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({
      library: duckdbLibrary,
      temp: join(folder, 'tmp'),
      allowedFolders: [folder],
    });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('that come more than once are counted, wherever they are, and those without a part are not', async () => {
    const row = fc.tuple(fc.option(fc.nat(6), { nil: undefined }), fc.constantFrom('x', 'y', '"a,b"'));
    const shards = fc.array(fc.array(row, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shards, async (all) => {
        const files: string[] = [];
        for (const [s, rows] of all.entries()) {
          const own = join(folder, `shard-${s}`);
          mkdirSync(own, { recursive: true });
          // A row more, of its own, since a file without rows is none.
          const lines = [...rows, [1000 + s, 'x'] as const].map(([a, b]) => `${a ?? ''},${b}`);
          writeFileSync(join(own, 'data.csv'), `a,b\n${lines.join('\n')}\n`);
          const { table } = await inspectTable(engine, join(own, 'data.csv'), { a: 'integer', b: 'string' });
          const [key, ...others] = await writeKeys(engine, contract, [table!], own);
          expect(others).toEqual([]);
          expect(key).toMatchObject({ check: '#0', rows: 1 + rows.filter(([a]) => a !== undefined).length });
          files.push(join(own, key!.file));
        }
        const keys = all.flatMap((rows, s) =>
          rows.flatMap(([a, b]) => (a === undefined ? [] : [{ key: `${a} ${b}`, s }])),
        );
        const times = new Map<string, number>();
        for (const { key } of keys) times.set(key, (times.get(key) ?? 0) + 1);
        const { count, places } = await countDoubled(engine, files);
        expect(count).toBe(keys.length - times.size);
        const holders = new Set(keys.filter(({ key }) => times.get(key)! > 1).map(({ s }) => s));
        expect(new Set(places.map(({ shard }) => shard))).toEqual(holders);
      }),
      { numRuns: 12 },
    );
  });
});
