import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseContract } from '../../src/dataset/contract/load.js';
import { histogram, quantile, topValues } from '../../src/dataset/profile/derive.js';
import { profileTables } from '../../src/dataset/profile/profile.js';
import { validateDataset } from '../../src/dataset/checks/validate.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { inspectTable } from '../../src/engine/table.js';
import type { Profile } from '../../src/formats/profile.js';
import { duckdbLibrary } from '../engine/library.js';

const parquet = resolve('node_modules/vega-datasets/data/flights-3m.parquet');
const folder = mkdtempSync(join(tmpdir(), 'flights-'));
const csv = join(folder, 'flights.csv');
let engine: Engine;
let profile: Profile;
beforeAll(async () => {
  engine = await openEngine({
    library: duckdbLibrary,
    temp: folder,
    allowedFolders: [folder, resolve('node_modules/vega-datasets/data')],
  });
  await engine.run(`COPY (SELECT * FROM '${parquet}') TO '${csv}' (HEADER)`);
  const { table } = await inspectTable(engine, parquet);
  profile = await profileTables(engine, [table!]);
}, 120_000);
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});
const column = (name: string) => profile.columns.find((c) => c.name === name)!;

describe('three million flights', () => {
  it('have a profile that the engine’s own aggregates confirm', async () => {
    const [own] = await engine.rows(
      `SELECT count(*) AS n, avg(delay) AS mean, stddev_pop(delay) AS sd, min(delay) AS lo, max(delay) AS hi,
              count(DISTINCT delay) AS delays, count(DISTINCT origin) AS origins, count(DISTINCT date) AS dates,
              quantile_disc(delay, 0.9) AS q90, quantile_disc(epoch(date), 0.5) AS median_date FROM '${parquet}'`,
    );
    const { moments, distinct, count, values } = column('delay');
    expect(profile.rows).toBe(own!.n);
    expect(values.kind).toBe('exact');
    expect([count, distinct.value, moments!.min, moments!.max]).toEqual([
      own!.n,
      own!.delays,
      own!.lo,
      own!.hi,
    ]);
    expect(moments!.mean).toBeCloseTo(Number(own!.mean), 9);
    expect(Math.sqrt(moments!.m2! / count)).toBeCloseTo(Number(own!.sd), 8);
    expect(quantile(column('delay'), 0.9)).toBe(own!.q90);
    expect(column('origin').distinct).toEqual({ value: own!.origins, exact: true });
    const date = column('date');
    expect(date.values.kind).toBe('grid');
    // An estimate from registers.
    expect(Math.abs(date.distinct.value / Number(own!.dates) - 1)).toBeLessThan(0.03);
    const day = 86_400;
    expect(Math.abs(quantile(date, 0.5)! - Number(own!.median_date))).toBeLessThan(day / 4);
    expect(histogram(column('delay'), 10).reduce((sum, bin) => sum + bin.count, 0)).toBe(own!.n);
    const [top] = await engine.rows(
      `SELECT origin, count(*) AS n FROM '${parquet}' GROUP BY 1 ORDER BY 2 DESC LIMIT 1`,
    );
    expect(topValues(column('origin'), 1)).toEqual([[top!.origin, top!.n]]);
  });

  it('have the same profile as CSV', async () => {
    const types = {
      date: 'timestamp',
      delay: 'integer',
      distance: 'integer',
      origin: 'string',
      destination: 'string',
    } as const;
    const { table, defects } = await inspectTable(engine, csv, types);
    expect(defects).toEqual([]);
    const fromCsv = await profileTables(engine, [table!]);
    expect(fromCsv.columns.map((c) => c.values)).toEqual(profile.columns.map((c) => c.values));
  });

  it('keep a contract, and break a stricter one in the rows that do', async () => {
    const contract = parseContract(
      `apiVersion: v3.1.0
kind: DataContract
id: flights
version: 1.0.0
status: draft
schema:
  - name: flights
    properties:
      - { name: date, logicalType: timestamp, required: true }
      - { name: delay, logicalType: integer, logicalTypeOptions: { maximum: 1000 } }
      - { name: distance, logicalType: integer }
      - { name: origin, logicalType: string, logicalTypeOptions: { pattern: '^[A-Z]{3}$' } }
      - { name: destination, logicalType: string }
`,
      'contract.yaml',
    );
    const { set } = await validateDataset({ engine, contract, name: 'train', files: [csv], folder });
    const [own] = await engine.rows(`SELECT count(*) AS n FROM '${parquet}' WHERE delay > 1000`);
    const [first] = await engine.rows(
      `SELECT n + 2 AS line, delay FROM (SELECT file_row_number AS n, delay FROM read_parquet('${parquet}', file_row_number = true)) WHERE delay > 1000 ORDER BY n LIMIT 1`,
    );
    expect(set.rows).toBe(3_000_000);
    expect(set.findings.map((f) => [f.rule, f.column, f.count])).toEqual([['maximum', 'delay', own!.n]]);
    expect(set.findings[0]!.examples[0]).toEqual({
      file: 'flights.csv',
      line: first!.line,
      value: String(first!.delay),
    });
  });
});
