import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { type CheckSkewOptions, type SkewSettings, checkSkew } from '../../../src/drift/skew/check-skew.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { type SkewResult, skewSchema } from '../../../src/formats/drift-skew.js';
import { duckdbLibrary } from '../../engine/library.js';

const folder = mkdtempSync(join(tmpdir(), 'skew-'));
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

type Row = Record<string, string | number | null | undefined>;
let files = 0;

function file(rows: readonly Row[], columns = Object.keys(rows[0] ?? { id: 0 })): string {
  const path = join(folder, `${++files}.csv`);
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  writeFileSync(path, `${[columns.join(','), ...lines].join('\n')}\n`);
  return path;
}

const settings: SkewSettings = {
  alpha: 0.05,
  id: ['id'],
  ignore: [],
  tolerance: 0.01,
  numbers: { relative: 1e-6, absolute: 1e-9 },
  minCoverage: 0.5,
  pointInTime: [],
};

async function check(
  training: string[],
  serving: string[],
  more: Partial<SkewSettings> = {},
  options: Partial<CheckSkewOptions> = {},
): Promise<SkewResult> {
  const result = await checkSkew({
    engine,
    training,
    serving,
    types: {},
    settings: { ...settings, ...more },
    ...options,
  });
  v.parse(skewSchema, JSON.parse(JSON.stringify(result)));
  return result;
}

const base = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    id: i + 1,
    km: 1 + ((i * 37) % 101) / 10,
    stops: i % 7,
    kind: ['ride', 'tour', 'bus'][i % 3],
    seen: `2024-03-${String(1 + (i % 28)).padStart(2, '0')}`,
  }));
const change = (rows: readonly Row[], how: (row: Row, i: number) => Row): Row[] =>
  rows.map((row, i) => ({ ...row, ...how(row, i) }));
const column = (result: SkewResult, name: string) => result.columns.find((found) => found.name === name)!;

describe('training held against serving', () => {
  it('is the same where it is the same, in whatever order, format and precision', async () => {
    const rows = base(1000);
    const parquet = join(folder, 'served.parquet');
    const half = file(rows.slice(500).reverse());
    await engine.run(
      `COPY (SELECT id, CAST(km AS FLOAT) AS km, stops, kind, seen FROM read_csv('${half}')) TO '${parquet}'`,
    );
    const served = file(change(rows.slice(0, 500), ({ km }) => ({ km: Number(km) + 1e-12 })).reverse());
    const result = await check([file(rows)], [served, parquet]);
    expect(result).toMatchObject({
      verdict: 'pass',
      coverage: 1,
      rows: { training: 1000, serving: 1000, joined: 1000, unmatched: 0, ambiguous: 0, withoutId: 0 },
    });
    expect(result.columns.map(({ name, differing }) => [name, differing])).toEqual([
      ['km', 0],
      ['stops', 0],
      ['kind', 0],
      ['seen', 0],
    ]);
    expect(result.reasons).toEqual([
      '4 columns of 1,000 rows are the same in training and serving, within the tolerance',
    ]);
  });

  it('differs by units, defaults, shifts and lost values, and each is named with witnesses', async () => {
    const rows = base(1000);
    const served = change(rows, ({ km, stops }, i) => ({
      km: Number(km) * 1.609344,
      stops: i % 4 === 0 ? -1 : stops,
      kind: i % 10 === 0 ? undefined : rows[i]!.kind,
      seen: i < 4 ? '2020-01-01' : rows[i]!.seen,
    }));
    const result = await check([file(rows)], [file(served)]);
    expect(result.verdict).toBe('fail');
    expect(column(result, 'km')).toMatchObject({
      verdict: 'fail',
      differing: 1000,
      share: 1,
      pattern: 'serving is 1.609 times training',
    });
    expect(column(result, 'stops').pattern).toBe('serving has −1 in all of them');
    expect(column(result, 'kind')).toMatchObject({
      verdict: 'fail',
      onlyTraining: 100,
      pattern: 'serving has no value in any of them',
    });
    // 4 of 1,000 is at most 0.92 % with 95 % confidence.
    expect(column(result, 'seen')).toMatchObject({ verdict: 'pass', differing: 4 });
    expect(column(result, 'seen').upper).toBeCloseTo(0.00913, 4);
    const [first] = column(result, 'km').examples;
    expect(Number(first!.serving)).toBeCloseTo(Number(first!.training) * 1.609344, 9);
    expect(rows[Number(first!.id[0]) - 1]!.km).toBe(Number(first!.training));
    expect(column(result, 'km').examples).toHaveLength(3);
    expect(result.reasons[0]).toBe(
      'km: other values in 1,000 of 1,000 rows (100 %), at least 99.6 % where 1 % may: serving is 1.609 times training',
    );
  });

  it('cannot tell from few rows, nor where few of the logged rows are known', async () => {
    const rows = base(100);
    const few = await check([file(rows)], [file(rows)]);
    expect(few.verdict).toBe('inconclusive');
    expect(column(few, 'km').reason).toMatch(/0 of 100 rows .* 299 equal rows would be enough/);
    const many = base(1000);
    const logged = change(many, ({ id }, i) => ({ id: i < 400 ? id : Number(id) + 5000 }));
    const thin = await check([file(many)], [file(logged)]);
    expect(thin).toMatchObject({ verdict: 'inconclusive', coverage: 0.4 });
    expect(thin.rows).toMatchObject({ joined: 400, unmatched: 600 });
    expect(thin.unmatchedExamples).toHaveLength(3);
    for (const [id] of thin.unmatchedExamples) expect(Number(id)).toBeGreaterThan(5000);
    expect(thin.reasons[0]).toBe(
      'only 40 % of 1,000 logged rows could be compared, and 50 % are asked for: 600 are not in the training data',
    );
  });

  it('takes rows as they are where none may differ', async () => {
    const rows = base(50);
    const zero = { tolerance: 0 };
    expect((await check([file(rows)], [file(rows)], zero)).verdict).toBe('pass');
    const served = change(rows, (_row, i) => (i === 7 ? { stops: 99 } : {}));
    expect((await check([file(rows)], [file(served)], zero)).verdict).toBe('fail');
  });

  it('leaves out ids that are not of one row, and counts them', async () => {
    const rows = base(600);
    const training = [...rows, { ...rows[5]!, km: 99 }];
    const served = [...rows, rows[9]!, rows[9]!, { ...rows[0]!, id: undefined }];
    const result = await check([file(training)], [file(served)]);
    // Id 6 twice in training; id 10 three times in the logs; one row without.
    expect(result.rows).toEqual({
      training: 601,
      serving: 603,
      joined: 598,
      unmatched: 0,
      ambiguous: 4,
      withoutId: 1,
    });
    expect(result.ambiguousExamples).toEqual([['10'], ['6']]);
    expect(result.verdict).toBe('pass');
  });

  it('joins by several columns together', async () => {
    const rows = base(800).map((row) => ({
      ...row,
      id: Number(row.id) % 100,
      day: Math.floor(Number(row.id) / 100),
    }));
    const served = change(rows, ({ stops }, i) => ({ stops: i === 4 ? 6 - Number(stops) : stops }));
    const result = await check([file(rows)], [file(served)], { id: ['day', 'id'] });
    expect(result.rows.joined).toBe(800);
    const changed = column(result, 'stops');
    expect(changed.differing).toBe(1);
    expect(changed.examples[0]!.id).toEqual(['0', '5']);
  });

  it('compares numbers with texts by their value, and says that the kinds differ', async () => {
    const rows = base(500);
    const served = change(rows, ({ stops, km }, i) => ({
      stops: i === 0 ? 'many' : stops,
      km: Number(km).toFixed(3),
    }));
    const result = await check([file(rows)], [file(served)], { ignore: ['seen'] });
    expect(column(result, 'km').differing).toBe(0);
    expect(column(result, 'stops')).toMatchObject({ differing: 1 });
    expect(column(result, 'stops').reason).toMatch(/integer in training and string now/);
    expect(column(result, 'stops').examples).toEqual([{ id: ['1'], training: '0', serving: 'many' }]);
    expect(result.excluded).toEqual([{ column: 'seen', reason: 'ignored by model.yml' }]);
  });

  it('cuts what is long, and takes names and values for what they are', async () => {
    const evil = `') OR 1=1 -- "`;
    const header = `id,"${evil.replaceAll('"', '""')}"`;
    const write = (values: string[]): string => {
      const path = join(folder, `${++files}.csv`);
      writeFileSync(path, `${[header, ...values.map((value, i) => `o'${i},"${value}"`)].join('\n')}\n`);
      return path;
    };
    const values = Array.from({ length: 400 }, () => `${'x'.repeat(200)}`);
    const result = await check([write(values)], [write(values.map(() => `<b>'${'y'.repeat(200)}`))]);
    const [found] = result.columns;
    expect(found!.name).toBe(evil);
    expect(found!.examples[0]!.id[0]).toMatch(/^o'\d+$/);
    expect(found!.examples[0]!.training).toBe(`${'x'.repeat(80)}…`);
  });

  it('names every column that is asked for and not there', async () => {
    const rows = base(20);
    const asked = check([file(rows)], [file(rows, ['id', 'km', 'kind'])], {
      id: ['ids'],
      columns: ['km', 'stop'],
    });
    await expect(asked).rejects.toThrow(/no column "ids".*did you mean "id"/);
    await expect(asked).rejects.toThrow(/training data has no column "stop".*did you mean "stops"/);
    await expect(asked).rejects.toThrow(/serving logs have no column "stop"/);
  });

  it('counts as a plain comparison does, whatever the rows', async () => {
    const value = fc.option(fc.constantFrom(0, 1, 2.5, 1e9, -3), { nil: null });
    const row = fc.record({ id: fc.option(fc.nat(12), { nil: null }), x: value, y: value });
    const side = fc.array(row, { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(side, side, async (training, serving) => {
        const result = await check(
          [file(training)],
          [file(serving)],
          {},
          {
            types: { id: 'integer', x: 'number', y: 'number' },
          },
        );
        const once = (rows: readonly Row[], id: unknown) => rows.filter((found) => found.id === id).length;
        const known = serving.filter(({ id }) => id !== null);
        const single = known.filter(({ id }) => once(serving, id) === 1 && once(training, id) <= 1);
        const joined = single.filter(({ id }) => once(training, id) === 1);
        expect(result.rows).toEqual({
          training: training.length,
          serving: serving.length,
          joined: joined.length,
          unmatched: single.length - joined.length,
          ambiguous: known.length - single.length,
          withoutId: serving.length - known.length,
        });
        for (const name of ['x', 'y'] as const) {
          const pairs = joined.map((row) => [row[name], training.find(({ id }) => id === row.id)![name]]);
          const found = column(result, name);
          expect(found.differing).toBe(pairs.filter(([s, t]) => s !== t).length);
          expect(found.onlyServing).toBe(pairs.filter(([s, t]) => s !== null && t === null).length);
          expect(found.onlyTraining).toBe(pairs.filter(([s, t]) => s === null && t !== null).length);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('times of what a row knows', () => {
  const rule = (grace = 0) => ({
    id: ['id'],
    pointInTime: [{ column: 'known_at', notAfter: 'predicted_at', graceMs: grace }],
  });
  const at = (minute: number): string => `2024-05-31T10:${String(minute).padStart(2, '0')}:00`;
  const timed = (n: number, known: (i: number) => string): Row[] =>
    Array.from({ length: n }, (_, i) => ({ id: i, x: i % 5, known_at: known(i), predicted_at: at(30) }));

  it('must not be after it: every row that is, is counted, and the worst are named by file and line', async () => {
    const training = file(
      timed(500, (i) => (i === 8 ? at(50) : i === 300 ? at(45) : i === 9 ? '' : at(i % 30))),
    );
    const result = await check([training], [file(timed(500, () => at(1)))], rule(), {
      show: (path) => path.replace(`${folder}/`, ''),
    });
    expect(result.verdict).toBe('fail');
    const [first, second] = result.pointInTime;
    expect(first).toMatchObject({
      data: 'training',
      verdict: 'fail',
      rows: 499,
      unknown: 1,
      violations: 2,
      worst: 1200,
    });
    expect(first!.examples).toEqual([
      {
        file: training.replace(`${folder}/`, ''),
        line: 10,
        id: ['8'],
        time: '2024-05-31 10:50:00',
        notAfter: '2024-05-31 10:30:00',
      },
      expect.objectContaining({ line: 302, id: ['300'] }),
    ]);
    expect(second).toMatchObject({ data: 'serving', verdict: 'pass', violations: 0, worst: 0, examples: [] });
    expect(result.reasons[0]).toBe(
      'training data: known_at is later than predicted_at in 2 of 499 rows (0.401 %), by up to 20 min: the model knows what it could not have known; 1 row lacks one of the two times',
    );
  });

  it('bears clocks that differ, and days that stand for all of their hours', async () => {
    const late = file(timed(500, () => at(31)));
    const plain = file(timed(500, () => at(1)));
    expect((await check([plain], [late], rule(60_000), {})).pointInTime[1]!.verdict).toBe('pass');
    expect((await check([plain], [late], rule(59_000), {})).pointInTime[1]!.violations).toBe(500);
    const days = file(
      change(
        timed(500, () => at(59)),
        () => ({ predicted_at: '2024-05-31' }),
      ),
    );
    expect((await check([days], [days], rule())).pointInTime.map(({ verdict }) => verdict)).toEqual([
      'pass',
      'pass',
    ]);
  });

  it('need columns that hold times, on one side at least', async () => {
    const rows = file(timed(20, (i) => String(i)));
    await expect(check([rows], [rows], rule())).rejects.toThrow(
      /"known_at" of the training data is integer, not a time/,
    );
    const none = file(base(20));
    await expect(check([none], [none], rule())).rejects.toThrow(/no column "predicted_at"/);
  });
});
