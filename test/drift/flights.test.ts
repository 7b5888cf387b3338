import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { profileTables } from '../../src/dataset/profile/profile.js';
import { type Comparison, compareProfiles } from '../../src/drift/compare.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { inspectTable } from '../../src/engine/table.js';
import type { Profile } from '../../src/formats/profile.js';
import { seededRandom } from '../../src/statistics/random.js';
import { duckdbLibrary } from '../engine/library.js';

const parquet = resolve('node_modules/vega-datasets/data/flights-3m.parquet');
const folder = mkdtempSync(join(tmpdir(), 'flights-drift-'));
let engine: Engine;
const profiles = new Map<string, Profile>();

/** Of each part of 2001 every 20th row. */
const parts: Record<string, string> = {
  'January to March': 'month(date) <= 3',
  ...Object.fromEntries([4, 5, 6].map((month) => [`month ${month}`, `month(date) = ${month}`])),
  ...Object.fromEntries(
    [2, 4, 6].flatMap((month) => [
      [`odd days of ${month}`, `month(date) = ${month} AND day(date) % 2 = 1`],
      [`even days of ${month}`, `month(date) = ${month} AND day(date) % 2 = 0`],
      [`one half of ${month}`, `month(date) = ${month} AND hash(row_number) % 2 = 0`],
      [`other half of ${month}`, `month(date) = ${month} AND hash(row_number) % 2 = 1`],
    ]),
  ),
  'second half of May': 'month(date) = 5 AND day(date) > 15',
  'first half of May': 'month(date) = 5 AND day(date) <= 15',
};

beforeAll(async () => {
  engine = await openEngine({
    library: duckdbLibrary,
    temp: folder,
    allowedFolders: [folder, resolve('node_modules/vega-datasets/data')],
  });
  await engine.run(
    `CREATE TEMP TABLE sample AS SELECT * FROM (
       SELECT *, file_row_number AS row_number FROM read_parquet('${parquet}', file_row_number = true)
     ) WHERE row_number % 20 = 0`,
  );
  for (const [i, [name, where]] of Object.entries(parts).entries()) {
    const file = join(folder, `${i}.parquet`);
    await engine.run(
      `COPY (SELECT date, delay, distance, origin, destination FROM sample WHERE ${where}) TO '${file}' (FORMAT parquet)`,
    );
    const { table } = await inspectTable(engine, file);
    profiles.set(name, await profileTables(engine, [table!]));
  }
}, 120_000);
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const compare = (before: string, now: string): Comparison =>
  compareProfiles(profiles.get(before)!, profiles.get(now)!, {
    alpha: 0.05,
    columns: new Map(),
    optional: [],
    random: seededRandom(1).uniform,
  });
const drifted = ({ columns }: Comparison): string[] =>
  columns.filter(({ alarm }) => alarm).map(({ name }) => name);

describe('flights of 2001', () => {
  it('of May differ from those of January to March in their delay, and in nothing else', () => {
    const found = compare('January to March', 'month 5');
    expect(drifted(found)).toEqual(['delay']);
    // From 7.6 to 3.3 minutes on average, at a standard deviation of 33.
    expect(found.columns.find(({ name }) => name === 'delay')!.reason).toMatch(
      /^the values moved by 0\.1\d standard deviations: median .* mean 7\.\d+ → 3\.\d+/,
    );
  });

  it('of April and June moved too little to matter, and the report says which columns did', () => {
    for (const month of ['month 4', 'month 6']) {
      const found = compare('January to March', month);
      expect(found.verdict).toBe('pass');
      const certain = found.columns.filter(({ tests }) => tests.some(({ adjusted }) => adjusted <= 0.05));
      expect(certain.map(({ name }) => name)).toContain('delay');
      expect(certain.map(({ reason }) => reason).join()).toContain('too little to matter');
    }
  });

  it.each([2, 4, 6])('of one month, %i, are the same in random halves, and on odd and even days', (month) => {
    expect(compare(`one half of ${month}`, `other half of ${month}`).verdict).toBe('pass');
    expect(compare(`odd days of ${month}`, `even days of ${month}`).verdict).toBe('pass');
  });

  it('were more often late in the second half of May than in the first: a true change, and found', () => {
    const found = compare('first half of May', 'second half of May');
    expect(drifted(found)).toEqual(['delay']);
  });
});
