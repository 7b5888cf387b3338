import * as v from 'valibot';
import { testBehaviour } from '../../../src/evaluation/behaviour/behaviour.js';
import { behaviourSchema } from '../../../src/spec/sections/evaluate-behaviour.js';
import { type Bench, type Model, type Row, openBench } from './model.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const rows: Row[] = Array.from({ length: 40 }, (_, i) => ({
  ...{ age: String(20 + i), city: 'Rome', y: i >= 20 ? 'late' : 'early' },
}));
const binary: Model = ({ age }) => ({ p: Number(age) / 100 });
const judge = async (
  text: string,
  one: object = {},
  about: { task?: 'regression'; evaluate?: object } = {},
  model = binary,
) => {
  bench.write('cases.csv', text);
  const spec = v.parse(behaviourSchema, { 'minimum-functionality': [{ file: 'cases.csv', ...one }] });
  const evaluate = about.task === 'regression' ? { score: undefined, prediction: 'p' } : { positive: 'late' };
  const of = about.task === 'regression' ? rows.map((row) => ({ ...row, y: row.age! })) : rows;
  const { tests } = await testBehaviour(
    spec,
    await bench.options(of, model, { ...about, evaluate: { ...evaluate, ...about.evaluate } }),
  );
  return tests[0]!;
};

describe('cases that a model must get right', () => {
  const text = `age,expected,expected_min,expected_max,case
60,late,,,sixty
40,late,,,forty
30,,0.3,0.3,exact
30,early,0.35,0.4,
90,,,0.5,ninety
`;

  it('are counted, and shown where they are answered otherwise', async () => {
    expect(await judge(text)).toEqual({
      name: 'cases.csv',
      kind: 'minimum-functionality',
      columns: ['age'],
      change: 'cases.csv',
      rows: 5,
      share: { value: 0.4, lower: 0.4, upper: 0.4 },
      metric: null,
      rule: 'min-share',
      limit: 1,
      verdict: 'fail',
      reason: 'cases.csv: 2 of 5 cases are answered as expected; all must be',
      rowsNeeded: null,
      seed: null,
      witnesses: [
        {
          place: 'cases.csv:3',
          changes: [{ column: 'case', before: null, after: 'forty' }],
          ...{ before: 'late', after: 'early (0.4)' },
        },
        {
          place: 'cases.csv:5',
          changes: [],
          before: 'early, at least 0.35, at most 0.4',
          after: 'early (0.3)',
        },
        {
          place: 'cases.csv:6',
          changes: [{ column: 'case', before: null, after: 'ninety' }],
          ...{ before: 'at most 0.5', after: 'late (0.9)' },
        },
      ],
    });
  });

  it('may be answered otherwise up to a share', async () => {
    expect(await judge(text, { 'min-share': 0.4, name: 'few' })).toMatchObject({
      ...{ name: 'few', verdict: 'pass', limit: 0.4 },
      reason: 'few: 2 of 5 cases are answered as expected; 40 % must be',
    });
    expect((await judge(text, { 'min-share': 0.41 })).verdict).toBe('fail');
  });

  it('show five at most', async () => {
    const found = await judge(`age,expected\n${'20,late\n'.repeat(7)}`);
    expect(found.witnesses.map(({ place }) => place)).toEqual(
      [2, 3, 4, 5, 6].map((line) => `cases.csv:${line}`),
    );
    expect(found.share!.value).toBe(0);
  });

  it('leave the columns empty that they do not name', async () => {
    await judge('age,expected\n60,late\n');
    expect(bench.asked.slice(40)).toEqual([{ age: '60', city: '', y: expect.any(String) as string }]);
  });

  it('of a number are right within a tolerance', async () => {
    const about = { task: 'regression' as const };
    const plain = (row: Row) => ({ p: Number(row.age) + 0.5 });
    const numbers = 'age,expected\n30,30.5\n30,30\n30,31.5\n30,29\n';
    const exact = await judge(numbers, {}, about, plain);
    expect(exact.share!.value).toBe(0.25);
    expect(exact.witnesses[0]).toMatchObject({ before: '30', after: '30.5' });
    const within = await judge(numbers, { tolerance: 1 }, about, plain);
    expect(within.share!.value).toBe(0.75);
    expect(within.witnesses).toMatchObject([{ before: '29 ± 1', after: '30.5' }]);
    await expect(judge('age,expected\n30,x\n', {}, about, plain)).rejects.toThrow(
      'cases.csv:2: "x" is no number',
    );
  });

  it.each<[string, string, string]>([
    [
      'name a column that the data have not',
      'agee,expected\n1,late\n',
      'cases.csv:1: the hold-out data have no column "agee" → did you mean "age"?',
    ],
    [
      'name one that is like none',
      'somewhere,expected\n1,late\n',
      'the hold-out data have no column "somewhere" → they have: age, city, y',
    ],
    [
      'ask for nothing',
      'age,case\n60,a\n',
      'cases.csv:1: these cases say nothing of what is expected → add a column `expected`, or `expected_min` and `expected_max`',
    ],
    [
      'ask for nothing in one row',
      'age,expected,expected_min\n60,late,\n60, ,\n',
      'cases.csv:3: this case says nothing of what is expected → fill in expected, expected_min or expected_max',
    ],
    ['bound by no number', 'age,expected_min\n60,much\n', 'cases.csv:2: "much" is no number'],
    [
      'name a class that there is not',
      'age,expected\n60,lat\n',
      'cases.csv:2: "lat" is no class of this model → did you mean "late"?',
    ],
    [
      'name one that is like none',
      'age,expected\n60,zzz\n',
      '"zzz" is no class of this model → there are late, early',
    ],
  ])('are refused where they %s', async (_, cases, message) => {
    await expect(judge(cases)).rejects.toThrow(message);
  });

  it('tell of ten that ask for nothing, not of all', async () => {
    await expect(judge(`age,expected\n${'60,\n'.repeat(12)}`)).rejects.toMatchObject({
      problems: { length: 10 },
    });
  });

  it('are up to 10,000', async () => {
    await expect(judge(`age,expected\n${'60,late\n'.repeat(10_001)}`)).rejects.toThrow(
      '10,001 cases are more than 10,000: these are data, no cases',
    );
    expect((await judge(`age,expected\n${'60,late\n'.repeat(10_000)}`)).verdict).toBe('pass');
  });
});
