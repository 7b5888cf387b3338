import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled } from '../../src/common/cancelled.js';
import { openEngine } from '../../src/engine/engine.js';
import { quoteText } from '../../src/engine/sql.js';
import { duckdbLibrary } from '../engine/library.js';
import { type Journey, csvOf, startJourney } from './journey.js';

const contractOf = (quality: string): string => `apiVersion: v3.1.0
kind: DataContract
id: t
version: 1.0.0
status: active
schema:
  - name: t
    quality:
${quality}
    properties:
      - { name: x, logicalType: integer }
      - { name: y, logicalType: number }
`;
const rules = {
  sql: `      - { type: sql, mustBe: 0, query: "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t" }`,
  join: `      - { type: sql, mustBe: 0, query: "SELECT count(*) FROM t a, t b, t c, t d WHERE a.x + b.x + c.x + d.x = -1" }`,
};
const files = (quality: string): Record<string, string> => ({
  'model.yml': `name: m
task: regression
data: { contract: contract.yaml, train: t.csv, holdout: t.csv }
train: { run: 'true' }
evaluate: { run: 'true', label: y, prediction: p, gates: [{ metric: mae, max: 1 }] }
`,
  'contract.yaml': contractOf(quality),
  't.csv': csvOf(
    ['x', 'y'],
    Array.from({ length: 3000 }, (_, i) => [i, i % 7]),
  ),
});

describe('SQL of a contract that has no end', () => {
  let journey: Journey;
  afterEach(() => journey.close());

  it.each(Object.entries(rules))(
    'is ended by the limit, which names the rule and its place: %s',
    async (_, rule) => {
      journey = startJourney(files(rule));
      const began = Date.now();
      await expect(journey.run('validate-data', { 'sql-time-limit': '1s' })).rejects.toThrow(
        /contract\.yaml:9:\d+: the SQL of the rule sql does not end within 1 ?s → .*`sql-time-limit`/,
      );
      expect(Date.now() - began).toBeLessThan(5000);
    },
  );

  it.each(Object.entries(rules))('is ended by a cancellation: %s', async (_, rule) => {
    journey = startJourney(files(rule));
    const controller = new AbortController();
    const reason = new Cancelled('SIGTERM');
    let cancelled = 0;
    setTimeout(() => {
      cancelled = Date.now();
      controller.abort(reason);
    }, 1500);
    await expect(journey.run('validate-data', {}, controller.signal)).rejects.toBe(reason);
    expect(Date.now() - cancelled).toBeLessThan(1500);
  });
});

describe('a data file that breaks after it was opened', () => {
  let journey: Journey;
  afterEach(() => journey.close());

  /** Bytes of the pages change; the footer, which says what is in the file, stays whole. */
  async function breakPages(folder: string, name: string): Promise<void> {
    const engine = await openEngine({
      library: duckdbLibrary,
      temp: join(folder, 'temp'),
      allowedFolders: [folder],
    });
    const file = join(folder, name);
    await engine.run(
      `COPY (SELECT range AS x, (range * 7919) % 1009 / 7.0 AS y FROM range(30000)) TO ${quoteText(file)} (FORMAT parquet)`,
    );
    await engine.close();
    const bytes = readFileSync(file);
    for (let i = 1000; i < 1400; i++) bytes[i]! ^= 0xff;
    writeFileSync(file, bytes);
  }

  it('is named by every action and by infer, with what to do', async () => {
    journey = startJourney(files(`      - { metric: rowCount, mustBeGreaterThan: 0 }`));
    const spec = files('')['model.yml']!.replace('train: t.csv', 'train: t.parquet');
    journey.write({ 'model.yml': spec });
    await breakPages(journey.folder, 't.parquet');
    const named = /t\.parquet: the file cannot be read.* → (copy or )?write it again/;
    await expect(journey.infer(['t.parquet'])).rejects.toThrow(named);
    const { result, failure } = await journey
      .run('validate-data')
      .catch((error: unknown) => ({ result: String(error), failure: String(error) }));
    expect(failure).toBeDefined();
    expect(JSON.stringify(result)).toMatch(/t\.parquet: the file cannot be read/);
    const drift = await journey
      .run('drift-check', { reference: 't.parquet', current: 't.csv' })
      .catch((error: unknown) => ({ result: String(error) }));
    expect(JSON.stringify(drift.result)).toMatch(/t\.parquet: the file cannot be read/);
    expect(JSON.stringify(drift.result)).not.toContain('defect');
  });
});
