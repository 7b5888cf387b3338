import * as v from 'valibot';
import { reasonsOf, testBehaviour, unrepeatedSentence } from '../../../src/evaluation/behaviour/behaviour.js';
import { behaviourSchema } from '../../../src/spec/sections/evaluate-behaviour.js';
import { type Bench, type Model, type Row, openBench } from './model.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

/** 100 rows: ages 20 to 69, each once of an F and once of an M; every fifth one lives in York. */
const rows: Row[] = Array.from({ length: 100 }, (_, i) => ({
  k: String(i + 1),
  age: String(20 + (i >> 1)),
  pay: (i * 1.5).toFixed(1),
  sex: i % 2 === 0 ? 'F' : 'M',
  city: i % 5 === 0 ? 'old York' : 'Rome',
  y: i >= 50 ? '1' : '0',
}));
/** Late from the age of 45 on; of an M six years sooner. The numbers are exact in binary. */
const model: Model = ({ age, sex }) => ({ p: (Number(age) + 19 + (sex === 'M' ? 6 : 0)) / 128 });
const run = async (tests: object, own: Model = model, evaluate: object = {}) => {
  const spec = v.parse(behaviourSchema, tests);
  return testBehaviour(spec, await bench.options(rows, own, { evaluate: { ...evaluate } }));
};
const test = async (...[tests, own, evaluate]: Parameters<typeof run>) =>
  (await run(tests, own, evaluate)).tests[0]!;
const invariance = (one: object, max = 0.2) => ({
  invariance: [{ columns: 'sex', 'max-share': max, ...one }],
});

describe('an invariance', () => {
  it('sets a value, and looks at the rows that it changes', async () => {
    const found = await test(invariance({ set: 'M' }));
    // Of the 50 rows of an F, those of 39 to 44 years change: six.
    expect(found).toMatchObject({
      ...{ name: 'sex: set to M', kind: 'invariance', columns: ['sex'], change: 'sex: set to M' },
      ...{ rows: 50, rule: 'max-share', limit: 0.2, seed: null, metric: null, verdict: 'inconclusive' },
      share: { value: 0.12 },
    });
    expect(found.reason).toMatch(
      /^sex: set to M: the answer changes in 12 % of 50 rows, between 5\.4 % and 22 % \(each bound with 95 % confidence\); 20 % is allowed, which these rows cannot settle; about \d+ would$/,
    );
    expect(found.witnesses).toHaveLength(5);
    expect(found.witnesses[0]).toEqual({
      place: 'holdout.csv:40',
      changes: [{ column: 'sex', before: 'F', after: 'M' }],
      before: '0 (0.4531)',
      after: '1 (0.5)',
    });
    expect((await test(invariance({ set: 'M' }, 0.3))).verdict).toBe('pass');
    expect((await test(invariance({ set: 'M' }, 0.05))).verdict).toBe('fail');
  });

  it('bounds how far a score may move', async () => {
    const found = await test(invariance({ set: 'M', tolerance: 0.04 }));
    expect(found.share!.value).toBe(1);
    expect(found.reason).toMatch(/the answer moves by more than 0\.04 in 100 % of 50 rows/);
    expect((await test(invariance({ set: 'M', tolerance: 0.05 }))).share!.value).toBe(0);
  });

  it('gives every row another of some values', async () => {
    const found = await test(invariance({ values: ['F', 'M'] }));
    expect(found).toMatchObject({ change: 'sex: another of F, M', rows: 100, seed: 2 });
    expect(found.share!.value).toBeCloseTo(0.12, 12);
  });

  it('replaces values, or words within them', async () => {
    const found = await test(invariance({ replace: { F: 'M' }, name: 'who it is' }));
    expect(found).toMatchObject({ name: 'who it is', change: 'sex: F → M', rows: 50, seed: null });
    const byCity: Model = ({ city }) => ({ p: city === 'old Leeds' ? 0.9 : 0.1 });
    const words = await test(
      invariance({ columns: 'city', 'replace-words': { York: 'Leeds', Oslo: 'Bergen' } }),
      byCity,
    );
    expect(words).toMatchObject({
      ...{ change: 'city: words York → Leeds, Oslo → Bergen', rows: 20, share: { value: 1 } },
    });
    expect(words.witnesses[0]!.changes).toEqual([{ column: 'city', before: 'old York', after: 'old Leeds' }]);
  });

  it('shuffles columns together', async () => {
    const found = await test(invariance({ columns: ['sex', 'age'], permute: true }));
    expect(found).toMatchObject({
      change: 'sex, age: shuffled among the rows',
      columns: ['sex', 'age'],
      seed: 2,
    });
    const pairs = bench.asked.map(({ sex, age }) => `${sex}${age}`);
    expect(new Set(pairs).size).toBe(100);
  });

  it('that changes no row tests nothing', async () => {
    expect(await test(invariance({ replace: { X: 'M' } }))).toMatchObject({
      ...{
        rows: 0,
        share: null,
        rule: 'max-share',
        verdict: 'inconclusive',
        rowsNeeded: null,
        witnesses: [],
      },
      reason: 'sex: X → M: no sampled row is changed by this, so nothing was tested',
    });
  });

  it('needs scores where it bounds their moves, and a column that is there', async () => {
    await expect(run(invariance({ columns: 'sx', set: 'M' }))).rejects.toThrow(
      'model.yml/behaviour/invariance/0/columns: the hold-out data have no column "sx" → did you mean "sex"?',
    );
    await expect(run(invariance({ columns: 'nothing', set: 'M' }))).rejects.toThrow(
      'they have: k, age, pay, sex, city, y',
    );
  });
});

describe('a direction', () => {
  const direction = (one: object) => ({
    direction: [{ column: 'age', answer: 'not-lower', 'max-share': 0.1, ...one }],
  });

  it('passes where the answer goes that way', async () => {
    const found = await test(direction({ add: 10 }));
    expect(found).toMatchObject({
      ...{ name: 'age + 10', kind: 'direction', columns: ['age'], rows: 100, verdict: 'pass', seed: null },
      ...{ share: { value: 0 }, limit: 0.1, witnesses: [], rowsNeeded: null },
    });
    expect(found.reason).toMatch(/^age \+ 10: the answer falls in 0 % of 100 rows, at most 3 %/);
    expect(bench.asked.slice(100).map(({ age }) => Number(age))).toEqual(
      rows.map(({ age }) => Number(age) + 10),
    );
  });

  it('fails where it goes the other way, shown by the rows where it goes furthest', async () => {
    const found = await test(direction({ multiply: 1.25, answer: 'not-higher' }));
    expect(found).toMatchObject({ name: 'age × 1.25', verdict: 'fail', share: { value: 1 } });
    expect(found.reason).toMatch(/^age × 1\.25: the answer rises in 100 % of 100 rows, at least 97 %/);
    expect(found.witnesses[0]).toEqual({
      place: 'holdout.csv:94',
      changes: [{ column: 'age', before: '66', after: '83' }],
      before: '1 (0.6641)',
      after: '1 (0.7969)',
    });
  });

  it('tolerates a little', async () => {
    const of = (tolerance: number) => test(direction({ add: -9, tolerance }));
    expect((await of(0.08)).share!.value).toBe(0);
    const found = await of(0.07);
    expect(found.share!.value).toBe(1);
    expect(found).toMatchObject({ name: 'age − 9' });
    expect(found.reason).toContain('the answer falls by more than 0.07 in 100 % of 100 rows');
  });

  it('leaves rows alone whose value would be beyond its ends', async () => {
    expect((await test(direction({ add: 10, max: 50 }))).rows).toBe(42);
    expect((await test(direction({ add: -10, min: 50 }))).rows).toBe(20);
    expect(await test(direction({ add: 100, max: 50, name: 'older' }))).toMatchObject({
      ...{ rows: 0, reason: 'older: no sampled row is changed by this, so nothing was tested' },
    });
  });

  it('is of a column of numbers', async () => {
    await expect(run(direction({ column: 'city', add: 1 }))).rejects.toThrow(
      'model.yml/behaviour/direction/0/column: direction changes numbers, and column "city" is of type string → name a column of numbers, or change its values by an invariance test',
    );
    await expect(run(direction({ add: 0.5 }))).rejects.toThrow(
      'model.yml/behaviour/direction/0/add: column "age" holds whole numbers, and add is 0.5 → add a whole number',
    );
    expect((await test(direction({ column: 'pay', add: 0.5 }))).rows).toBe(100);
  });

  it('names a class that there is', async () => {
    await expect(run(direction({ add: 1, class: '2' }))).rejects.toThrow(
      'the model answers no number for "2": there are 1 → write class: 1, for instance',
    );
  });
});

describe('robustness', () => {
  const robustness = (one: object) => ({ robustness: [{ columns: 'age', ...one }] });

  it('against values that are taken away, by the share of answers that change', async () => {
    const found = await test(robustness({ missing: 0.4, 'max-share': 0.9 }), ({ age }) => ({
      p: age === '' ? 0 : Number(age) / 90,
    }));
    expect(found).toMatchObject({
      ...{ name: 'age: empty in 40 % of rows', kind: 'robustness', rows: 40, seed: 2, rule: 'max-share' },
    });
    const emptied = bench.asked.slice(100);
    expect(emptied.every(({ age }) => age === '')).toBe(true);
    const late = emptied.filter(({ k }) => Number(k) > 0).length;
    expect(late).toBe(40);
  });

  it('against noise, by a metric', async () => {
    const found = await test(robustness({ noise: 0.5, metric: 'accuracy', 'max-drop': 0.5 }));
    expect(found).toMatchObject({
      ...{
        name: 'age: noise of 0.5 standard deviations',
        rows: 100,
        share: null,
        rule: 'max-drop',
        limit: 0.5,
      },
      ...{ verdict: 'pass', metric: { name: 'accuracy', title: 'Accuracy' } },
    });
    expect(found.metric!.before).toBeCloseTo(0.94, 12);
    expect(found.metric!.after).toBeLessThan(0.94);
    expect(found.reason).toMatch(
      /^age: noise of 0\.5 standard deviations: Accuracy is .*that of the same rows unchanged 0\.94/,
    );
    const moved = bench.asked.slice(100).map(({ age }, i) => Number(age) - Number(rows[i]!.age));
    expect(moved.every(Number.isInteger)).toBe(true);
    const variance = moved.reduce((sum, move) => sum + move ** 2, 0) / 100;
    // Half of the deviation of the ages, 14.5, within five standard errors of 100 rows; and 1/12 of rounding.
    expect(Math.abs(Math.sqrt(variance) - 7.25)).toBeLessThan((5 * 7.25) / Math.sqrt(200));
  });

  it('against typos in texts', async () => {
    const found = await test(robustness({ columns: 'city', typos: 1, 'max-share': 0.5 }));
    expect(found).toMatchObject({ name: 'city: a typo in each', share: { value: 0 }, verdict: 'pass' });
    const two = await test(robustness({ columns: 'city', typos: 2, 'max-share': 0.5 }));
    expect(two.name).toBe('city: 2 typos in each');
    await expect(run(robustness({ typos: 1, 'max-share': 0.5 }))).rejects.toThrow(
      'typos change texts, and column "age" is of type integer → name a column of texts, or use noise',
    );
    await expect(run(robustness({ columns: 'city', noise: 1, 'max-share': 0.5 }))).rejects.toThrow(
      'noise changes numbers, and column "city" is of type string',
    );
  });
});

describe('the record', () => {
  it('has the worst verdict, and reasons with the failed tests first', async () => {
    const record = await run({
      ...invariance({ set: 'M', name: 'open' }),
      direction: [{ column: 'age', add: -5, answer: 'not-lower', 'max-share': 0.1, name: 'wrong' }],
    });
    expect(record).toMatchObject({ verdict: 'fail', rows: 100, confidence: 0.95, seed: 1 });
    expect(record.repeated).toEqual({ rows: 100, changed: 0 });
    expect(reasonsOf(record).map((reason) => reason.slice(0, 5))).toEqual(['wrong', 'open:']);
    const passed = await run(invariance({ set: 'M' }, 0.5));
    expect(reasonsOf(passed)).toEqual(['1 behaviour test passed']);
  });

  it('tells of a model that does not repeat itself', async () => {
    let calls = 0;
    const record = await run(invariance({ set: 'M' }, 0.9), (row) => ({
      p: row.k === '3' && ++calls > 1 ? 0.9 : (model(row).p as number),
    }));
    expect(record.repeated).toEqual({ rows: 100, changed: 1 });
    expect(reasonsOf(record)[1]).toBe(
      'Asked again about 100 unchanged rows, the model answers 1 otherwise: it is random, or looks at other rows of the file, and that is part of what was measured',
    );
    expect(unrepeatedSentence({ rows: 1, changed: 0 })).toBeUndefined();
  });

  it('gives copies ids of their own, since predictions are matched by them', async () => {
    const withId: Model = (row) => ({ k: row.k!, ...model(row) });
    await run(invariance({ set: 'M' }, 0.9), withId, { id: 'k' });
    const ids = bench.asked.map(({ k }) => Number(k));
    expect(ids.slice(0, 100)).toEqual(rows.map(({ k }) => Number(k)));
    expect(ids.slice(100)).toEqual(Array.from({ length: 50 }, (_, i) => 101 + i));
  });
});
