import { safeParse } from 'valibot';
import { dataSchema } from '../../../src/spec/sections/data.js';

const parse = (extra: object) =>
  safeParse(dataSchema, { contract: 'c.yaml', train: 'a.csv', holdout: 'b.csv', ...extra });
const problems = (extra: object): string[] => (parse(extra).issues ?? []).map((issue) => issue.message);

describe('data.leakage', () => {
  it('takes more weight as it is, and less with a reason', () => {
    const { output, success } = parse({
      leakage: {
        'similar-text': 'error',
        'time-order': { severity: 'warning', reason: 'sampled at random on purpose' },
        'same-id': { severity: 'off', reason: 'numbers start anew' },
      },
    });
    expect(success).toBe(true);
    expect(output).toMatchObject({ leakage: { 'same-id': { severity: 'off' } } });
  });

  it.each([
    ['off without a reason', { overlap: 'off' }],
    ['less weight without a reason', { overlap: { severity: 'warning' } }],
    ['an empty reason', { overlap: { severity: 'off', reason: '' } }],
    [
      'columns of a check whose findings name none',
      { overlap: { severity: 'off', columns: ['a'], reason: 'r' } },
    ],
    ['an empty list of columns', { giveaway: { severity: 'off', columns: [], reason: 'r' } }],
    ['a check that there is not', { duplicates: 'error' }],
  ])('refuses %s', (_, leakage) => {
    expect(problems({ leakage })).not.toEqual([]);
  });

  it('says what is wanted', () => {
    expect(problems({ leakage: { overlap: 'off' } })[0]).toMatch(/reason: … }/);
  });
});

describe('data.outliers', () => {
  it('has a budget of 1 % unless it says otherwise', () => {
    expect(parse({}).output).toMatchObject({
      leakage: {},
      outliers: { budget: 0.01, severity: 'warning', z: 6, iqr: 3, columns: {} },
    });
    expect(
      parse({ outliers: { budget: '2%', columns: { a: { budget: '5%' }, b: { ignore: true } } } }).output,
    ).toMatchObject({ outliers: { budget: 0.02, columns: { a: { budget: 0.05 }, b: { ignore: true } } } });
  });

  it.each([{ z: 0 }, { budget: '120%' }, { columns: { a: {} } }, { columns: { a: { ignore: false } } }])(
    'refuses %j',
    (outliers) => {
      expect(problems({ outliers })).not.toEqual([]);
    },
  );
});
