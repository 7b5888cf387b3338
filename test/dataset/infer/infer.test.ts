import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { validateDataset } from '../../../src/dataset/checks/validate.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { gatherFacts } from '../../../src/dataset/infer/facts.js';
import { type ContractFormat, writeContract } from '../../../src/dataset/infer/write.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { type Place, openPlace } from '../checks/harness.js';
import { officialProblems } from '../contract/official.js';
import { duckdbLibrary } from '../../engine/library.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const infer = async (
  files: readonly string[],
  format: ContractFormat = 'odcs',
  engine: Engine = place.engine,
) => writeContract(await gatherFacts(engine, files), 'rows', format);
const inferText = (text: string, format?: ContractFormat) => infer([place.write('i.csv', text)], format);
const errorsOf = async (contract: string, files: readonly string[], engine: Engine = place.engine) => {
  const { set } = await validateDataset({
    ...{ engine, name: 'd', files, folder: '/' },
    contract: parseContract(contract, '/c.yaml'),
  });
  return set.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
};
const csv = (header: string, rows: number, row: (i: number) => unknown): string =>
  `${header}\n${Array.from({ length: rows }, (_, i) => String(row(i))).join('\n')}\n`;
const hash = (i: number): number => ((i * 2_654_435_761) >>> 0) / 2 ** 32;

describe('an inferred contract', () => {
  it('is what a colleague would write', async () => {
    const kinds = ['gold', 'silver', 'bronze'];
    const text = csv(
      'customer_id,order_id,age,price,discount_pct,tier,zip,email,delay,label,created_at,temp',
      1200,
      (i) =>
        [
          `c${Math.floor(i / 4)}`,
          1000 + i * 7,
          18 + Math.floor(hash(i) * 70),
          (0.99 + -Math.log(1 - hash(i + 1)) * 20).toFixed(2),
          Math.floor(hash(i + 2) * 40),
          kinds[i % 3],
          String(1000 + (i % 900)).padStart(5, '0'),
          i % 10 === 0 ? '' : `u${i}@example.org`,
          (Math.tan(Math.PI * (hash(i + 3) - 0.5)) * 10).toFixed(1),
          i % 2,
          `2024-01-01 00:00:${String(i % 60).padStart(2, '0')}`,
          i % 20 === 0 ? 'NA' : (20 + 5 * hash(i + 4)).toFixed(1),
        ].join(','),
    );
    const contract = await inferText(text);
    expect(contract.slice(contract.indexOf('    properties:'))).toMatchSnapshot();
    expect(officialProblems(contract)).toEqual([]);
    expect(await errorsOf(contract, [join(place.folder, 'i.csv')])).toEqual([]);
  });

  it('says little of few rows', async () => {
    const contract = await inferText('x,y\n1,a\n2,b\n');
    expect(contract).not.toMatch(/required: |minimum|validValues/);
    expect(contract).toMatch(/So few rows do not tell/);
  });

  it('refuses broken data, and takes the columns of all files', async () => {
    const one = place.write('one.csv', 'a,b\n1,2\n');
    const other = place.write('other.csv', 'a,c\n1,2\n');
    const broken = place.write('broken.csv', 'a,b\n1,2\n3\n');
    await expect(infer([one, broken])).rejects.toThrow(/broken\.csv:3: .*/);
    for (const format of ['odcs', 'frictionless'] as const) {
      const union = await infer([one, other], format);
      expect(union).toContain('# optional: 1 of 2 files have the column');
      expect(await errorsOf(union, [one, other])).toEqual([]);
      expect(parseContract(union, '/c.yaml').columns.map(({ name, optional }) => [name, optional])).toEqual([
        ['a', undefined],
        ['b', true],
        ['c', true],
      ]);
    }
  });

  it('has the type that fits all files', async () => {
    const one = place.write(
      'n1.csv',
      csv('a,b', 120, (i) => `${i},2001-01-01`),
    );
    const two = place.write(
      'n2.csv',
      csv('a,b', 120, (i) => `${i}.5,2001-01-01 10:00:00`),
    );
    const { columns } = parseContract(await infer([one, two]), 'c.yaml');
    expect(columns.map(({ type }) => type)).toEqual(['number', 'timestamp']);
  });

  it.each(['odcs', 'frictionless'] as const)(
    'of real data (%s) passes the standard and the data',
    async (format) => {
      const folder = resolve('node_modules/vega-datasets/data');
      const engine = await openEngine({
        library: duckdbLibrary,
        temp: place.folder,
        allowedFolders: [folder],
      });
      try {
        for (const name of ['seattle-weather', 'zipcodes', 'airports', 'stocks', 'species']) {
          const file = join(folder, `${name}.csv`);
          const contract = await infer([file], format, engine);
          expect([name, officialProblems(contract)]).toEqual([name, []]);
          expect([name, await errorsOf(contract, [file], engine)]).toEqual([name, []]);
        }
      } finally {
        await engine.close();
      }
    },
    60_000,
  );
});

describe('a contract of half of the data', () => {
  const normal = (u: number, w: number): number =>
    Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * w);
  /** Columns as data has them: what each row draws from two numbers between 0 and 1. */
  const kinds: Readonly<Record<string, (u: number, w: number, i: number, scale: number) => unknown>> = {
    normal: (u, w, _, scale) => (scale * (normal(u, w) + 3)).toFixed(4),
    lognormal: (u, w) => Math.exp(normal(u, w)).toFixed(4),
    pareto: (u, _, __, scale) => (scale / (1 - u)).toFixed(3),
    uniform: (u, _, __, scale) => (u * scale).toFixed(6),
    count: (u) => Math.floor(-Math.log(1 - u) * 3),
    integers: (u, w, _, scale) => Math.round(scale * 1000 * normal(u, w)),
    stars: (u) => 1 + Math.floor(u * 5),
    category: (u) => 'abcdefgh'[Math.floor(u * u * 8)],
    zipf: (u) => `w${Math.floor(1 / (1 - u) ** 0.8)}`,
    code: (u, w) => `${String.fromCharCode(65 + Math.floor(u * 26))}${100 + Math.floor(w * 900)}`,
    gaps: (u, w) => (u < 0.3 ? '' : w.toFixed(3)),
    flag: (u) => (u < 0.4 ? 'true' : 'false'),
    day: (u) => new Date(Date.UTC(2001, 0, 1 + Math.floor(u * 300))).toISOString().slice(0, 10),
    row_id: (_, __, i) => i,
    share_percent: (u) => (u * 30).toFixed(2),
  };
  const names = Object.keys(kinds);

  it('passes the other half', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          scale: fc.constantFrom(0.01, 1, 250),
          rows: fc.constantFrom(1000, 2000),
        }),
        async ({ seed, scale, rows }) => {
          const random = generator(seed);
          const half = (part: number): string =>
            csv(names.join(','), rows, (i) =>
              names.map((name) => kinds[name]!(random(), random(), part * rows + i, scale)).join(','),
            );
          const [one, other] = [place.write('one.csv', half(0)), place.write('other.csv', half(1))];
          const contract = await infer([one]);
          expect(officialProblems(contract)).toEqual([]);
          expect(await errorsOf(contract, [one])).toEqual([]);
          expect(await errorsOf(contract, [other])).toEqual([]);
          // It is no empty contract either.
          expect(contract.match(/required: true/g)).toHaveLength(names.length - 1);
          expect(contract).toMatch(/pattern: \^\[A-Z\]\[0-9\]\{3\}\$/);
        },
      ),
      { numRuns: 3, seed: 3, endOnFailure: true },
    );
  }, 60_000);

  it('passes it of the flights, by months and by chance', async () => {
    const flights = resolve('node_modules/vega-datasets/data/flights-3m.parquet');
    const engine = await openEngine({
      library: duckdbLibrary,
      temp: place.folder,
      allowedFolders: [place.folder, resolve('node_modules/vega-datasets/data')],
    });
    const halves = {
      months: ["date < TIMESTAMP '2001-03-15'", "date >= TIMESTAMP '2001-03-15'"],
      chance: ['hash(date, delay, origin) % 2 = 0', 'hash(date, delay, origin) % 2 = 1'],
    };
    try {
      for (const [name, conditions] of Object.entries(halves)) {
        const files = conditions.map((_, i) => join(place.folder, `${name}-${i}.parquet`));
        for (const [i, condition] of conditions.entries()) {
          await engine.run(
            `COPY (SELECT * FROM '${flights}' WHERE hash(date, distance, delay) % 8 = 3 AND ${condition}) TO '${files[i]!}' (FORMAT parquet)`,
          );
        }
        for (const [from, to] of [files, [...files].reverse()]) {
          const contract = await infer([from!], 'odcs', engine);
          expect(await errorsOf(contract, [to!], engine)).toEqual([]);
          expect(contract).toMatch(/maximum: [15]0000/);
        }
      }
    } finally {
      await engine.close();
    }
  }, 120_000);
});

/** mulberry32: the same numbers on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
