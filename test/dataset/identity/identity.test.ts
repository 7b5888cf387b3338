import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { dvcDigests, dvcFolderDigest, md5OfFile } from '../../../src/dataset/identity/dvc.js';
import { logicalIdentity, mergeLogical } from '../../../src/dataset/identity/logical.js';
import type { LogicalIdentity } from '../../../src/formats/validation.js';
import type { ColumnType } from '../../../src/formats/profile.js';
import { type Workbench, contractOf, workbench } from '../sets.js';

type Cell = null | boolean | number | string | readonly ['!', string];
const reference = JSON.parse(
  readFileSync(new URL('../../reference/identity.json', import.meta.url), 'utf8'),
) as {
  dvc: { files: Record<string, string>; folder: string; file: { name: string; md5: string } };
  logical: { columns: Record<string, ColumnType>; rows: Record<string, Cell>[]; digest: string; sum: string };
};

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
afterAll(() => bench.close());

describe('the digest of DVC', () => {
  it('is what dvc add records, for a file and a folder', async () => {
    const { files, folder, file } = reference.dvc;
    const root = join(bench.folder, 'data');
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(root, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    });
    expect(await md5OfFile(join(root, file.name))).toBe(file.md5);
    const digests = await dvcDigests(paths);
    expect(digests).toMatchObject({ folder: root, digest: folder });
    expect(digests.md5[Object.keys(files).indexOf(file.name)]).toBe(file.md5);
  });

  it('does not depend on the order of the files', () => {
    const [a, b] = [
      { path: 'b', md5: '2' },
      { path: 'a', md5: '1' },
    ];
    expect(dvcFolderDigest([a!, b!])).toBe(dvcFolderDigest([b!, a!]));
  });
});

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const csvCell = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell === 'object') return quoted(cell[1]);
  return typeof cell === 'string' ? quoted(cell) : String(cell);
};
let made = 0;
const identify = async (
  columns: Readonly<Record<string, ColumnType>>,
  parts: readonly (readonly Readonly<Record<string, Cell>>[])[],
  names = Object.keys(columns),
): Promise<LogicalIdentity> => {
  const contract = contractOf(columns);
  const files = parts.map((rows) => {
    const lines = rows.map((row) => names.map((name) => csvCell(row[name]!)).join(','));
    return bench.write(`part${++made}.csv`, `${[names.join(','), ...lines].join('\n')}\n`);
  });
  const { tables } = await bench.open('train', files, contract);
  return logicalIdentity(bench.engine, tables, contract.columns);
};

describe('the logical digest', () => {
  const { columns, rows, digest, sum } = reference.logical;

  it('is that of its definition', async () => {
    expect(await identify(columns, [rows])).toMatchObject({ digest, sum, rows: rows.length });
  });

  it('stays the same whatever the order of rows and columns, and however the files are cut', async () => {
    const order = fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length });
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.shuffledSubarray(Object.keys(columns), { minLength: 6 }),
        fc.integer({ min: 1, max: rows.length - 1 }),
        async (shuffled, names, cut) => {
          const whole = await identify(columns, [shuffled.slice(0, cut), shuffled.slice(cut)], names);
          expect(whole.digest).toBe(digest);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('stays the same when CSV becomes Parquet or JSONL', async () => {
    const good = rows.filter((row) =>
      Object.values(row).every((cell) => cell === null || typeof cell !== 'object'),
    );
    const contract = contractOf(columns);
    const text = await identify(columns, [good]);
    const csvFile = `part${made}.csv`;
    const { tables } = await bench.open('train', [csvFile], contract);
    const list = tables[0]!.columns.map(({ name, value }) => `${value} AS "${name}"`).join(', ');
    for (const [kind, options] of [
      ['parquet', '(FORMAT parquet)'],
      ['jsonl', '(FORMAT json)'],
    ] as const) {
      const file = join(bench.folder, `same.${kind}`);
      await bench.engine.run(`COPY (SELECT ${list} FROM ${tables[0]!.source}) TO '${file}' ${options}`);
      const other = await bench.open('train', [`same.${kind}`], contract);
      expect(await logicalIdentity(bench.engine, other.tables, contract.columns)).toEqual(text);
    }
  });

  it('takes a 32-bit float for the decimal that it is written as', async () => {
    const file = join(bench.folder, 'float.parquet');
    await bench.engine.run(
      `COPY (SELECT unnest([0.1, 2.5, 1e10, -3])::FLOAT AS x) TO '${file}' (FORMAT parquet)`,
    );
    const contract = contractOf({ x: 'number' });
    const { tables } = await bench.open('train', ['float.parquet'], contract);
    const floats = await logicalIdentity(bench.engine, tables, contract.columns);
    const texts = await identify({ x: 'number' }, [[{ x: 0.1 }, { x: 2.5 }, { x: '1e10' }, { x: -3 }]]);
    expect(floats).toEqual(texts);
  });

  it('changes with any value, any row more or less, a name or a type', async () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.string({ maxLength: 4 }).filter((s) => !/[\r\n\0]/.test(s)),
    );
    const table = fc.array(fc.record({ a: cell, b: cell }), { minLength: 1, maxLength: 5 });
    const key = (list: readonly Record<string, Cell>[]): string =>
      JSON.stringify(list.map((row) => JSON.stringify([row.a, row.b])).sort());
    await fc.assert(
      fc.asyncProperty(table, table, async (one, two) => {
        const columns: Record<string, ColumnType> = { a: 'string', b: 'string' };
        const [first, second] = [await identify(columns, [one]), await identify(columns, [two])];
        expect(first.digest === second.digest).toBe(key(one) === key(two));
        const twice = await identify(columns, [[...one, one[0]!]]);
        expect(twice.digest).not.toBe(first.digest);
      }),
      { numRuns: 15 },
    );
    const base = await identify({ a: 'integer' }, [[{ a: 1 }, { a: 2 }]]);
    const typed = await identify({ a: 'number' }, [[{ a: 1 }, { a: 2 }]]);
    const named = await identify({ b: 'integer' }, [[{ b: 1 }, { b: 2 }]]);
    expect(new Set([base, typed, named].map((x) => x.digest)).size).toBe(3);
  });

  it('of parts adds up to that of the whole', async () => {
    const whole = await identify(columns, [rows]);
    const parts: LogicalIdentity[] = [];
    for (const part of [rows.slice(0, 5), rows.slice(5, 6), rows.slice(6)]) {
      parts.push(await identify(columns, [part]));
    }
    expect(mergeLogical(parts)).toEqual(whole);
    const other = await identify({ size: 'integer' }, [[{ size: 1 }]]);
    expect(mergeLogical([whole, other])).toBeUndefined();
  });
});
