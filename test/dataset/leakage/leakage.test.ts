import { findLeakage } from '../../../src/dataset/leakage/leakage.js';
import type { LeakageReport } from '../../../src/formats/validation.js';
import type { LeakageSettings } from '../../../src/spec/sections/data.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { type Workbench, contractOf, csv, workbench } from '../sets.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
afterAll(() => bench.close());

let files = 0;
const leakage = async (
  contract: ReturnType<typeof contractOf>,
  train: string,
  holdout: string,
  settings: LeakageSettings = {},
  regression = false,
): Promise<LeakageReport> => {
  const id = ++files;
  const [a, b] = [bench.write(`train${id}.csv`, train), bench.write(`holdout${id}.csv`, holdout)];
  return findLeakage({
    engine: bench.engine,
    contract,
    train: await bench.open('train', [a], contract),
    holdout: await bench.open('holdout', [b], contract),
    regression,
    settings,
  });
};
const rules = ({ findings }: LeakageReport): string[] =>
  findings.map((f) => `${f.rule}${f.column === undefined ? '' : ` ${f.column}`}: ${f.severity}`).sort();
const found = (report: LeakageReport, rule: string) => report.findings.find((f) => f.rule === rule);

/** Rows of independent columns: two numbers, a category, a coin as the label. */
const plain = contractOf({
  id: ['integer', 'id'],
  x: 'number',
  y: 'number',
  city: 'string',
  label: ['string', 'label'],
});
const header = ['id', 'x', 'y', 'city', 'label'];
const random = seededRandom(3);
const gauss = (): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
const pick = (n: number): number => random.below(n);
const row = (i: number): (string | number)[] => [
  i,
  gauss(),
  gauss() * 10,
  `city${pick(20)}`,
  pick(3) === 0 ? 'yes' : 'no',
];
const rowsOf = (n: number, from = 0): (string | number)[][] =>
  Array.from({ length: n }, (_, i) => row(from + i));
const text = (rows: readonly (readonly (string | number)[])[]): string =>
  csv(header, rows.length, (i) => rows[i]!);

describe('rows in both sets', () => {
  it('are found with both places, whatever their ids', async () => {
    const train = rowsOf(2000);
    const holdout = rowsOf(500, 5000);
    for (const i of [3, 40, 77, 100, 200, 321]) holdout[i] = [9000 + i, ...train[i * 2]!.slice(1)];
    const report = await leakage(plain, text(train), text(holdout));
    expect(rules(report)).toEqual(['overlap: error']);
    const overlap = found(report, 'overlap')!;
    expect(overlap.count).toBe(6);
    expect(overlap.message).toMatch(/^6 rows of holdout \(1\.2 %\) are also in train, equal in every column/);
    expect(overlap.examples).toHaveLength(5);
    const pairs = overlap.examples.map(({ line, twin }) => [line! - 2, (twin!.line! - 2) / 2]);
    for (const [mine, other] of pairs) expect(other).toBe(mine);
  });

  it('weigh less where they are few', async () => {
    const train = rowsOf(2000);
    const holdout = rowsOf(500, 5000);
    holdout[7] = [9000, ...train[9]!.slice(1)];
    expect(rules(await leakage(plain, text(train), text(holdout)))).toEqual(['overlap: warning']);
  });

  it('are no finding where rows say too little to be told apart', async () => {
    const coins = contractOf({ a: 'integer', b: 'boolean', c: 'string', label: ['string', 'label'] });
    const make = (n: number): string =>
      csv(['a', 'b', 'c', 'label'], n, () => [pick(5), pick(10) > 0, 'abc'[pick(3)], pick(2)]);
    const report = await leakage(coins, make(3000), make(800));
    expect(rules(report)).toEqual([]);
    expect(report.bestAccuracy).toBeGreaterThan(0.5);
    expect(report.bestAccuracy).toBeLessThan(0.65);
  });

  it('are no finding where neighbours by nature share most columns', async () => {
    // A route fixes the distance; flights of a route differ in their delay, yet some have the same.
    const flights = contractOf({
      from: 'string',
      to: 'string',
      miles: 'integer',
      delay: 'integer',
      late: ['boolean', 'label'],
    });
    const make = (n: number): string =>
      csv(['from', 'to', 'miles', 'delay', 'late'], n, () => {
        const [from, to] = [pick(12), pick(12)];
        const delay = Math.round(Math.exp(gauss() * 0.8 + 2));
        return [`A${from}`, `B${to}`, 100 + from * 31 + to * 57, delay, delay > 15];
      });
    const report = await leakage(flights, make(8000), make(2000));
    expect(rules(report).filter((r) => !r.startsWith('giveaway'))).toEqual([]);
  });
});

describe('rows that are almost in both sets', () => {
  it('are found where one column was changed', async () => {
    const train = rowsOf(2000);
    const holdout = rowsOf(500, 5000);
    for (let i = 0; i < 30; i++)
      holdout[i * 3] = [9000 + i, train[i]![1]!, train[i]![2]!, 'elsewhere', train[i]![4]!];
    const report = await leakage(plain, text(train), text(holdout));
    expect(rules(report)).toEqual(['near-duplicate city: error']);
    expect(found(report, 'near-duplicate')!.examples[0]!.twin!.file).toMatch(/^train/);
  });

  it('are found where numbers were rounded and texts written otherwise', async () => {
    const train = rowsOf(2000);
    const holdout = rowsOf(500, 5000);
    for (let i = 0; i < 12; i++) {
      const [, x, y, city, label] = train[i * 5]!;
      holdout[i] = [
        9000 + i,
        Number(x) * (1 + 1e-6),
        Number(y) * (1 - 1e-6),
        String(city).toUpperCase(),
        label!,
      ];
    }
    const report = await leakage(plain, text(train), text(holdout));
    expect(rules(report)).toEqual(['near-duplicate: error']);
  });

  it('are found where long texts were edited', async () => {
    const posts = contractOf({ post: 'string', label: ['string', 'label'] });
    const sentence = (): string => Array.from({ length: 30 }, () => `w${pick(5000)}`).join(' ');
    const train = Array.from({ length: 400 }, () => [sentence(), pick(2)] as const);
    const holdout = Array.from({ length: 100 }, () => [sentence(), pick(2)] as const);
    const clean = [...holdout];
    holdout[5] = [`${train[17]![0]} indeed`, 1];
    const made = (rows: readonly (readonly unknown[])[]): string =>
      csv(['post', 'label'], rows.length, (i) => rows[i]!);
    expect(rules(await leakage(posts, made(train), made(clean)))).toEqual([]);
    const report = await leakage(posts, made(train), made(holdout));
    expect(rules(report)).toEqual(['similar-text post: warning']);
    expect(found(report, 'similar-text')!.examples[0]).toMatchObject({ line: 7, twin: { line: 19 } });
  });
});

describe('members of both sets', () => {
  it('are found by the values of ids and groups', async () => {
    const contract = contractOf({
      id: ['string', 'id'],
      patient: ['integer', 'group'],
      x: 'number',
      label: ['string', 'label'],
    });
    const make = (n: number, from: number): string =>
      csv(['id', 'patient', 'x', 'label'], n, (i) => [`r${from + i}`, from + (i % 50), gauss(), pick(2)]);
    expect(rules(await leakage(contract, make(500, 0), make(200, 1000)))).toEqual([]);
    const report = await leakage(contract, make(500, 0), make(200, 490));
    expect(rules(report)).toEqual(['same-id id: error']);
    expect(found(report, 'same-id')!.count).toBe(10);
    const groups = await leakage(contract, make(500, 0), make(200, 45), {
      'same-id': { severity: 'off', reason: 'numbers start anew in each file' },
    });
    expect(rules(groups)).toEqual(['same-group patient: error']);
    expect(found(groups, 'same-group')).toMatchObject({ count: 20, share: 0.1 });
    expect(found(groups, 'same-group')!.message).toMatch(/5 groups/);
    expect(groups.checks.find(({ check }) => check === 'same-id')).toEqual({
      check: 'same-id',
      outcome: 'off',
      reason: 'numbers start anew in each file',
    });
  });
});

describe('time', () => {
  it('goes from train to holdout', async () => {
    const contract = contractOf({ at: ['date', 'timestamp'], x: 'number', label: ['string', 'label'] });
    const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    const make = (n: number, from: number): string =>
      csv(['at', 'x', 'label'], n, (i) => [day(from + (i % 60)), gauss(), pick(2)]);
    expect(rules(await leakage(contract, make(300, 0), make(300, 59)))).toEqual([]);
    const report = await leakage(contract, make(300, 0), make(300, 40));
    expect(rules(report)).toEqual(['time-order at: error']);
    const finding = found(report, 'time-order')!;
    expect(finding.count).toBe(95);
    expect(finding.message).toContain('older than the newest of train, 2024-02-29');
    expect(finding.examples[0]).toMatchObject({
      line: 2,
      value: '2024-02-10',
      twin: { value: '2024-02-29' },
    });
  });
});

describe('columns that give the label away', () => {
  const contract = contractOf({
    x: 'number',
    copy: 'number',
    code: 'string',
    outcome: { type: 'number', environments: ['training'] },
    label: ['string', 'label'],
  });
  const make = (n: number, noise: number): string =>
    csv(['x', 'copy', 'code', 'outcome', 'label'], n, () => {
      const label = pick(2);
      const copy = random.uniform() < noise ? gauss() : label * 4 - 2 + gauss() * 0.2;
      return [gauss(), copy, `c${random.uniform() < noise ? pick(40) : label * 20 + pick(20)}`, label, label];
    });

  it('are found by numbers and by categories, but not where they are absent when serving', async () => {
    const report = await leakage(contract, make(4000, 0), make(500, 0));
    expect(rules(report)).toEqual(['giveaway code: error', 'giveaway copy: error']);
    expect(found(report, 'giveaway')!.message).toMatch(
      /copy alone tells the label exactly: sorted by it, the labels are sorted, too, in 4,000 rows/,
    );
    expect(report.features).toEqual(['x', 'copy', 'code']);
  });

  it('are suspected where they are almost the label', async () => {
    expect(rules(await leakage(contract, make(4000, 0.15), make(500, 0.15)))).toEqual([
      'giveaway code: warning',
      'giveaway copy: warning',
    ]);
    expect(rules(await leakage(contract, make(4000, 0.7), make(500, 0.7)))).toEqual([]);
  });

  it('are found for quantities', async () => {
    const prices = contractOf({ x: 'number', cents: 'number', price: ['number', 'label'] });
    const rows = (n: number): string =>
      csv(['x', 'cents', 'price'], n, () => {
        const price = Math.exp(gauss());
        return [gauss() * 4 + price, price * 100 + gauss() * 0.01, price];
      });
    expect(rules(await leakage(prices, rows(3000), rows(500), {}, true))).toEqual(['giveaway cents: error']);
  });

  it('are found in a hundred rows where the label follows from them exactly', async () => {
    const prices = contractOf({ x: 'number', z: 'number', price: ['number', 'label'] });
    const rows = (n: number, z: (price: number) => number): string =>
      csv(['x', 'z', 'price'], n, () => {
        const price = Math.round(gauss() * 1000) / 1000;
        return [gauss(), z(price), price];
      });
    for (const z of [(y: number) => 2 * y + 1, (y: number) => -(y ** 3), (y: number) => Math.exp(y)]) {
      const report = await leakage(prices, rows(100, z), rows(100, z), {}, true);
      expect(rules(report)).toEqual(['giveaway z: error']);
    }
    const noisy = (y: number): number => y + gauss() * 3;
    expect(rules(await leakage(prices, rows(100, noisy), rows(100, noisy), {}, true))).toEqual([]);
    const classes = contractOf({ code: 'string', score: 'number', label: ['string', 'label'] });
    const labelled = csv(['code', 'score', 'label'], 100, (i) => {
      const label = i % 3;
      return [`c${label}${pick(4)}`, label + random.uniform() * 0.9, `l${label}`];
    });
    const exact = await leakage(classes, labelled, labelled);
    expect(rules(exact).filter((rule) => rule.startsWith('giveaway'))).toEqual([
      'giveaway code: error',
      'giveaway score: error',
    ]);
    // It can be waived, with a reason.
    const waived = await leakage(classes, labelled, labelled, {
      giveaway: { severity: 'warning', reason: 'a measured score' },
    });
    expect(rules(waived)).toContain('giveaway score: warning');
  });

  it('can be waived one by one, with a reason that the report shows', async () => {
    const [train, holdout] = [make(4000, 0), make(500, 0)];
    const waiving = (columns: string[]) =>
      leakage(contract, train, holdout, {
        giveaway: { severity: 'off', columns, reason: 'a code of ours' },
      });
    const one = await waiving(['code']);
    expect(rules(one)).toEqual(['giveaway copy: error']);
    const check = one.checks.find((each) => each.check === 'giveaway');
    expect(check).toEqual({ check: 'giveaway', outcome: 'found', reason: 'code: a code of ours' });
    const both = await waiving(['code', 'copy']);
    expect(rules(both)).toEqual([]);
    expect(both.checks.find((each) => each.check === 'giveaway')).toEqual({
      check: 'giveaway',
      outcome: 'clean',
      reason: 'code, copy: a code of ours',
    });
  });

  it('are looked for where the contract does not list them', async () => {
    const listed = contractOf({ x: 'number', label: ['integer', 'label'] });
    const rows = (n: number): string =>
      csv(['x', 'paid_back', 'other', 'label'], n, () => {
        const label = pick(2);
        return [gauss(), label === 1 ? 'yes' : 'no', gauss(), label];
      });
    const report = await leakage(listed, rows(300), rows(200));
    expect(rules(report)).toEqual(['giveaway paid_back: error']);
    expect(found(report, 'giveaway')!.message).toContain(
      'paid_back, which the contract does not list, alone tells',
    );
    expect(report.features).toEqual(['x', 'paid_back', 'other']);
  });

  it('cannot be told from few rows, which the report says', async () => {
    const rare = contractOf({ x: 'number', label: ['integer', 'label'] });
    const rows = (n: number): string => csv(['x', 'label'], n, () => [gauss(), pick(2)]);
    const outcome = (report: LeakageReport, check: string) =>
      report.checks.find((one) => one.check === check)!;
    const few = outcome(await leakage(rare, rows(60), rows(60)), 'giveaway');
    expect(few.outcome).toBe('cannot-tell');
    expect(few.reason).toMatch(
      /^train has 60 rows with a label, .*; a strong one shows from [12]\d\d rows on$/,
    );
    expect(outcome(await leakage(rare, rows(400), rows(60)), 'giveaway')).toEqual({
      check: 'giveaway',
      outcome: 'clean',
    });
    const none = csv(['x', 'label'], 50, () => [gauss(), '']);
    for (const check of ['giveaway', 'rare-label', 'single-label']) {
      expect(outcome(await leakage(rare, none, none), check).outcome).toBe('cannot-tell');
    }
  });

  it('may be the order of the rows', async () => {
    const sorted = contractOf({ x: 'number', label: ['string', 'label'] });
    const rows = (n: number): string => csv(['x', 'label'], n, (i) => [gauss(), i < n / 2 ? 'a' : 'b']);
    expect(rules(await leakage(sorted, rows(1000), rows(400)))).toEqual(['row-order: warning']);
  });
});

describe('labels', () => {
  const contract = contractOf({ x: 'number', y: 'number', label: ['string', 'label'] });
  const make = (labels: readonly string[]): string =>
    csv(['x', 'y', 'label'], labels.length, (i) => [gauss(), gauss(), labels[i]]);
  const many = (label: string, n: number): string[] => new Array<string>(n).fill(label);
  const shuffled = (labels: string[]): string[] =>
    labels
      .map((label) => ({ label, at: random.uniform() }))
      .sort((a, b) => a.at - b.at)
      .map(({ label }) => label);

  it('are named where one set lacks them or has few', async () => {
    const report = await leakage(
      contract,
      make(shuffled([...many('a', 500), ...many('b', 400), ...many('c', 3)])),
      make(shuffled([...many('a', 200), ...many('d', 4)])),
    );
    expect(rules(report)).toEqual([
      'absent-label label: warning',
      'rare-label label: warning',
      'unknown-label label: error',
    ]);
    expect(found(report, 'unknown-label')!.message).toMatch(/4 rows of holdout .*: d$/);
    expect(found(report, 'absent-label')!.message).toMatch(/the label b, which 400 rows/);
  });

  it('are nothing to learn from where there is but one', async () => {
    expect(rules(await leakage(contract, make(many('a', 50)), make(many('a', 20))))).toEqual([
      'single-label label: error',
    ]);
  });

  it('are in conflict where equal rows have different ones', async () => {
    const rows = Array.from(
      { length: 800 },
      () => [gauss(), gauss(), 'ab'[pick(2)]!] as [number, number, string],
    );
    for (let i = 0; i < 5; i++) rows[700 + i] = [rows[i]![0], rows[i]![1], rows[i]![2] === 'a' ? 'b' : 'a'];
    const text = csv(['x', 'y', 'label'], rows.length, (i) => rows[i]!);
    const report = await leakage(contract, text, make(shuffled([...many('a', 100), ...many('b', 100)])));
    expect(rules(report)).toEqual(['conflicting-labels label: warning']);
    const conflict = found(report, 'conflicting-labels')!;
    expect(conflict.count).toBe(10);
    expect(report.bestAccuracy).toBeCloseTo(1 - 5 / 800, 10);
    for (const { line, twin } of conflict.examples) expect(twin!.line! - line!).toBe(700);
  });
});

it('says of each check whether it was made', async () => {
  const nothing = contractOf({ x: 'number' });
  const report = await leakage(nothing, 'x\n1.5\n2.5\n', 'x\n3.5\n');
  const outcome = Object.fromEntries(report.checks.map(({ check, outcome }) => [check, outcome]));
  expect(outcome).toMatchObject({
    overlap: 'clean',
    'same-id': 'not-applicable',
    giveaway: 'not-applicable',
  });
  expect(report.checks.find(({ check }) => check === 'giveaway')!.reason).toMatch(/role label/);
});
