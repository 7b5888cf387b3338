import { quoteText } from '../../../src/engine/sql.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { mergeProfiles } from '../../../src/dataset/profile/merge.js';
import { inspectTable } from '../../../src/engine/table.js';
import { contractOf, csv, workbench } from '../sets.js';
import { findLeakage } from '../../../src/dataset/leakage/leakage.js';
import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** Ids that one DOUBLE stands for. */
const near = (i: number): string => String(12_345_678_901_234_567_000n + BigInt(i));
const rows = Array.from({ length: 150 }, (_, i) => near(i));
const contract = (type: string, options = ''): string => `${head}schema:
  - name: rows
    properties:
      - { name: id, logicalType: ${type}, unique: true, required: true${options} }
      - { name: y, logicalType: integer }
`;

describe('ids that a DOUBLE does not tell apart', () => {
  for (const type of ['integer', 'number'] as const) {
    for (const large of [false, true]) {
      it(`are unique, and doubled where they are (${type}${large ? ', a large file' : ''})`, async () => {
        // A large file is surveyed: beyond 20 MB.
        const padding = large ? 'x'.repeat(150_000) : 'x';
        const text = (ids: readonly string[]): string =>
          `id,y,pad\n${ids.map((id, i) => `${id},${i},${padding}`).join('\n')}\n`;
        const described = `${contract(type)}      - { name: pad, logicalType: string }\n`;
        place.write('ids.csv', text(rows));
        expect(await place.check(described, ['ids.csv'])).toEqual([]);
        expect(await place.check(described, ['ids.csv'], { profile: false })).toEqual([]);
        place.write('ids.csv', text([...rows, near(3)]));
        expect(await place.check(described, ['ids.csv'])).toEqual([`unique 1 ids.csv:152=${near(3)}`]);
      });
    }
  }

  it('are unique in Parquet: DECIMAL, UBIGINT, and BIGINT read as numbers', async () => {
    for (const [sqlType, type] of [
      ['DECIMAL(38, 0)', 'number'],
      ['DECIMAL(38, 0)', 'integer'],
      ['UBIGINT', 'integer'],
      ['BIGINT', 'number'],
    ] as const) {
      const shift = sqlType === 'BIGINT' ? '9007199254740992' : near(0);
      const copy = (sql: string): Promise<void> =>
        place.engine.run(`COPY (${sql}) TO ${quoteText(`${place.folder}/ids.parquet`)}`);
      const ids = `SELECT CAST(CAST(${quoteText(shift)} AS HUGEINT) + i AS ${sqlType}) AS id, i AS y FROM range(150) t(i)`;
      await copy(ids);
      expect([sqlType, await place.check(contract(type), ['ids.parquet'])]).toEqual([sqlType, []]);
      await copy(`${ids} UNION ALL SELECT CAST(CAST(${quoteText(shift)} AS HUGEINT) + 3 AS ${sqlType}), 0`);
      const [finding] = await place.findings(contract(type), ['ids.parquet']);
      expect(finding).toMatchObject({ rule: 'unique', count: 1 });
    }
  });

  it('are told apart in references, compound keys and lists of values', async () => {
    const text = `${head}schema:
  - name: rows
    quality:
      - { metric: duplicateValues, mustBe: 0, arguments: { properties: [id, y] } }
    properties:
      - name: id
        logicalType: integer
        relationships: [{ to: known.key }]
        quality: [{ metric: invalidValues, mustBe: 0, arguments: { validValues: ['${near(0)}', '${near(1)}'] } }]
      - { name: y, logicalType: integer }
  - name: known
    customProperties: [{ property: path, value: known.csv }]
    properties: [{ name: key, logicalType: integer }]
`;
    place.write('known.csv', `key\n${near(0)}\n${near(1)}\n`);
    place.write('some.csv', `id,y\n${near(0)},1\n${near(1)},1\n${near(2)},1\n${near(1)},1\n`);
    const found = await place.check(text, ['some.csv']);
    expect(found.sort()).toEqual(
      [
        `duplicateValues 1 some.csv:5=${near(1)}, 1`,
        `relationships 1 some.csv:4=${near(2)}`,
        `validValues 1 some.csv:4=${near(2)}`,
      ]
        .map((line) => line.replace('validValues', 'invalidValues'))
        .sort(),
    );
  });

  it('are counted as different, in one file and in several', async () => {
    const profileOf = async (name: string, ids: readonly string[]) => {
      const path = place.write(name, `id,y\n${ids.map((id) => `${id},1`).join('\n')}\n`);
      const { table } = await inspectTable(place.engine, path, { id: 'integer', y: 'integer' });
      return profileTables(place.engine, [table!]);
    };
    const [a, b] = [
      await profileOf('a.csv', rows),
      await profileOf('b.csv', [...rows.slice(100), near(999)]),
    ];
    expect(a.columns[0]!.distinct).toEqual({ value: 150, exact: true });
    const both = mergeProfiles(a, b).columns[0]!.distinct;
    expect(both.exact).toBe(false);
    expect(Math.abs(both.value - 151)).toBeLessThanOrEqual(2);
  });
});

describe('integers of 64 and 128 bits', () => {
  const limits = {
    i64: ['-9223372036854775808', '9223372036854775807'],
    u64: ['0', '18446744073709551615'],
    i128: ['-170141183460469231731687303715884105728', '170141183460469231731687303715884105727'],
    u128: ['0', '340282366920938463463374607431768211455'],
  } as const;
  const beyond = {
    i64: ['-9223372036854775809', '9223372036854775808'],
    u64: ['-1', '18446744073709551616'],
    i128: ['-170141183460469231731687303715884105729', '170141183460469231731687303715884105728'],
    u128: ['-1', '340282366920938463463374607431768211456'],
  } as const;
  for (const format of ['i64', 'u64', 'i128', 'u128'] as const) {
    it(`are what ${format} allows, and no more`, async () => {
      const text = contract('integer', `, logicalTypeOptions: { format: ${format} }`);
      place.write(
        'w.csv',
        `id,y\n${[...limits[format], ...beyond[format]].map((id) => `${id},1`).join('\n')}\n`,
      );
      const [finding, ...more] = await place.findings(text, ['w.csv']);
      expect(more).toEqual([]);
      expect(finding).toMatchObject({ rule: 'format', count: 2 });
      expect(finding!.message).toContain(`that ${format} does not hold (${limits[format].join(' … ')})`);
      expect(finding!.examples.map(({ value }) => value)).toEqual(beyond[format]);
    });
  }

  it('may have any size where the contract names none', async () => {
    place.write('n.csv', `id,y\n${'9'.repeat(60)},1\n-${'9'.repeat(60)},2\n1,3\n`);
    expect(await place.check(contract('integer'), ['n.csv'])).toEqual([]);
    place.write('n.csv', `id,y\n${'9'.repeat(60)},1\n1.5,2\nx,3\n`);
    expect(await place.check(contract('integer'), ['n.csv'])).toEqual(['type 2 n.csv:3=1.5 n.csv:4=x']);
  });
});

describe('leakage between ids and groups that a DOUBLE does not tell apart', () => {
  it('is found where they are equal, and not where they are near', async () => {
    const bench = await workbench();
    try {
      const described = contractOf({
        id: ['integer', 'id'],
        g: ['number', 'group'],
        x: 'number',
        y: ['integer', 'label'],
      });
      const settings = { engine: bench.engine, contract: described, regression: false, settings: {} };
      const found = async (shift: number) => {
        const text = (from: number): string =>
          csv(['id', 'g', 'x', 'y'], 200, (i) => [
            near(from + i),
            near(5000 + from + i),
            ((i * 7919 + from) % 1000) / 7,
            i % 2,
          ]);
        const train = await bench.open('train', [bench.write('t.csv', text(0))], described);
        const holdout = await bench.open('holdout', [bench.write('h.csv', text(shift))], described);
        const { findings } = await findLeakage({ ...settings, train, holdout });
        return findings
          .filter(({ rule }) => rule.startsWith('same'))
          .map(({ rule, count, examples }) => [rule, count, examples.length]);
      };
      expect(await found(200)).toEqual([]);
      expect(await found(199)).toEqual([
        ['same-id', 1, 1],
        ['same-group', 1, 1],
      ]);
    } finally {
      await bench.close();
    }
  });
});
