import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitHub } from '../../../src/github/types.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { many, normal, seeded } from '../../drift/profiles.js';
import { Project, specOf } from './project.js';

const contract = `fields:
  - { name: zip, type: string }
  - { name: customer, type: integer, mlops: { role: id } }
  - { name: seen_at, type: datetime, mlops: { role: timestamp } }
  - { name: household, type: string, mlops: { role: group } }
  - { name: income, type: number }
  - { name: debt, type: number, missingValues: ["", "-999"] }
  - { name: late, type: integer, mlops: { role: label } }
`;
const nobody = (): GitHub => {
  throw new Error('GitHub is not asked');
};
const raw = { issue: 'false', history: 'false', retrain: 'false' };
const drift = 'current: data/now.csv\nreference: data/before.csv\nmultivariate: false';

describe('drift-check and the contract', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drift-contract-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const rows = 1_500;
  /** Rows whose ids, times and households go on, and nothing else. */
  const table = (from: number, write: (zip: number) => string, seed: number): string => {
    const random = seeded(seed);
    const lines = many(rows, () => '').map((_, i) => {
      const [zip, income] = [400 + Math.floor(80 * random() ** 2), Math.round(100 * normal(random))];
      const time = new Date(Date.UTC(2026, 0, 1) + 60_000 * (from + i)).toISOString();
      const debt = random() < 0.2 ? -999 : Math.round(100 * normal(random));
      return `${write(zip)},${from + i},${time},h${Math.floor((from + i) / 3)},${income},${debt}`;
    });
    return `zip,customer,seen_at,household,income,debt\n${lines.join('\n')}\n`;
  };
  const padded = (zip: number): string => String(zip).padStart(5, '0');
  const project = (now: (zip: number) => string, files: Readonly<Record<string, string>>, more = drift) =>
    new Project(folder, join(folder, 'temp'), {
      'model.yml': specOf(more),
      'data/before.csv': table(0, padded, 1),
      'data/now.csv': table(50_000, now, 2),
      ...files,
    });

  it('takes types, missing values and roles from it, and lists what it did not test', async () => {
    const found = await project(padded, { 'c.yaml': contract }).check(1, nobody, raw);
    const verdicts = new Map(found.result.columns.map(({ name, verdict }) => [name, verdict]));
    expect([...verdicts]).toEqual([
      ['zip', 'ok'],
      ['customer', 'ignored'],
      ['seen_at', 'ignored'],
      ['household', 'ignored'],
      ['income', 'ok'],
      ['debt', 'ok'],
    ]);
    expect(found.outputs.verdict).toBe('pass');
    const debt = found.result.columns.find(({ name }) => name === 'debt')!;
    expect(debt.reference!.missing).toBeGreaterThan(200);
    const text = renderMarkdown(found.report!, { budget: 60_000 });
    expect(text).toContain('Not tested: 3 columns');
    expect(text).toContain('the contract says that it is an id');
    expect(text).toContain('drift.columns.customer.test: true tests it');
  });

  it('tests an id where model.yml asks for it by name', async () => {
    const asked = `${drift}\ncolumns: { customer: { test: true } }`;
    const found = await project(padded, { 'c.yaml': contract }, asked).check(1, nobody, raw);
    const customer = found.result.columns.find(({ name }) => name === 'customer')!;
    expect(customer.verdict).not.toBe('ignored');
  });

  it.each([
    ['a contract that calls them text', contract, 'drift'],
    ['no contract: they are written with leading zeros', undefined, 'drift'],
  ])('finds postcodes that lost their zeros, by %s', async (_, text, verdict) => {
    const files: Record<string, string> = text === undefined ? {} : { 'c.yaml': text };
    const found = await project(String, files).check(1, nobody, raw);
    expect(found.result.columns.find(({ name }) => name === 'zip')).toMatchObject({ verdict, alarm: true });
    if (text === undefined) expect(found.logger.text()).toContain('there is no contract c.yaml');
  });

  it('finds postcodes that lost their zeros although nearly all differ', async () => {
    const wide = (seed: number, write: (zip: number) => string): string => {
      const random = seeded(seed);
      return `zip\n${many(2_000, () => write(Math.floor(99_000 * random()))).join('\n')}\n`;
    };
    const own = project(padded, { 'c.yaml': contract });
    own.write('data/before.csv', wide(1, padded));
    own.write('data/now.csv', wide(2, padded));
    expect((await own.check(1, nobody, raw)).result.columns[0]!.verdict).toBe('id');
    own.write('data/now.csv', wide(2, String));
    const lost = (await own.check(2, nobody, raw)).result.columns[0]!;
    expect(lost).toMatchObject({ verdict: 'drift', alarm: true });
    expect(lost.reason).toContain('of the values are shorter than any in the reference (5 characters)');
  });

  it('compares predictions although they are ignored as inputs', async () => {
    const random = seeded(6);
    const log = (shift: number): string =>
      `p,late\n${many(2_000, () => Math.min(1, random() * (1 - shift) + shift))
        .map((p) => `${p.toFixed(4)},${random() < p ? 1 : 0}`)
        .join('\n')}\n`;
    const spec = `${drift}
columns: { p: { ignore: true } }
performance: { predictions: log.csv, reference: known.csv }`;
    const own = project(padded, { 'c.yaml': contract, 'log.csv': log(0), 'known.csv': log(0) }, spec);
    const same = await own.check(1, nobody, raw);
    expect(same.result.performance!.predictions).toMatchObject({ verdict: 'pass' });
    own.write('log.csv', log(0.3));
    const moved = await own.check(2, nobody, raw);
    expect(moved.result.performance!.predictions!.reasons[0]).toMatch(/^The model’s p changed/);
  });

  it('says where a contract is broken, instead of guessing', async () => {
    const broken = project(padded, { 'c.yaml': 'kind: x\n' }).check(1, nobody, raw);
    await expect(broken).rejects.toThrow(/c\.yaml/);
  });
});
