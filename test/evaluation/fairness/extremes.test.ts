import {
  contrastOf,
  contrastsOf,
  extreme,
  jointConfidence,
} from '../../../src/evaluation/fairness/extremes.js';
import { changeOf } from '../../../src/evaluation/fairness/change.js';
import { expectClose } from '../../statistics/reference.js';

const e = (value: number, half = 0.1) => ({ value, lower: value - half, upper: value + half });

describe('contrasts of groups', () => {
  it('are all ordered pairs of each metric, or each group', () => {
    expect(contrastsOf('difference', 3, 1)).toEqual(
      [
        [0, 1],
        [0, 2],
        [1, 0],
        [1, 2],
        [2, 0],
        [2, 1],
      ].map(([first, second]) => ({ metric: 0, first, second })),
    );
    expect(contrastsOf('ratio', 2, 2)).toEqual([
      { metric: 0, first: 0, second: 1 },
      { metric: 0, first: 1, second: 0 },
      { metric: 1, first: 0, second: 1 },
      { metric: 1, first: 1, second: 0 },
    ]);
    for (const transform of ['group_min', 'group_max'] as const)
      expect(contrastsOf(transform, 2, 1)).toEqual([
        { metric: 0, first: 0 },
        { metric: 0, first: 1 },
      ]);
  });

  it('of independent groups have Newcombe’s bounds', () => {
    const { value, lower, upper } = contrastOf(
      'difference',
      [[e(0.5, 0.03), e(0.3, 0.04)]],
      { metric: 0, first: 0, second: 1 },
      true,
    );
    // Newcombe 1998, method 10: the value ∓ √(0.03² + 0.04²).
    expectClose(value, 0.2, 1e-12);
    expectClose(lower, 0.15, 1e-12);
    expectClose(upper, 0.25, 1e-12);
  });

  it('of groups that share clusters have those of the worst case', () => {
    const { value, lower, upper } = contrastOf(
      'difference',
      [[e(0.5, 0.03), e(0.3, 0.04)]],
      { metric: 0, first: 0, second: 1 },
      false,
    );
    expectClose(value, 0.2, 1e-12);
    expectClose(lower, 0.13, 1e-12);
    expectClose(upper, 0.27, 1e-12);
  });

  it('of a ratio are differences of logarithms', () => {
    const contrast = { metric: 0, first: 1, second: 0 };
    const found = contrastOf(
      'ratio',
      [
        [
          { value: 0.2, lower: 0.1, upper: 0.4 },
          { value: 0.4, lower: 0.3, upper: 0.5 },
        ],
      ],
      contrast,
      false,
    );
    expectClose(found.value, Math.log(2), 1e-12);
    expectClose(found.lower, Math.log(0.3 / 0.4), 1e-12);
    expectClose(found.upper, Math.log(5), 1e-12);
  });

  it('of a rate of 0 keep their ends', () => {
    const zero = { value: 0, lower: -0.1, upper: 0.2 };
    const of = (first: number, second: number) =>
      contrastOf(
        'ratio',
        [[zero, { value: 0.5, lower: 0.4, upper: 0.6 }, zero]],
        { metric: 0, first, second },
        true,
      );
    expect(of(1, 0)).toEqual({ value: Infinity, lower: Math.log(0.4) - Math.log(0.2), upper: Infinity });
    expect(of(0, 2)).toMatchObject({ value: 0, lower: -Infinity, upper: Infinity });
  });

  it('of one group are the group itself, turned round for the lowest', () => {
    const estimates = [[{ value: 0.5, lower: 0.3, upper: 0.6 }]];
    expect(contrastOf('group_max', estimates, { metric: 0, first: 0 }, true)).toEqual(estimates[0]![0]);
    expect(contrastOf('group_min', estimates, { metric: 0, first: 0 }, true)).toEqual({
      ...{ value: -0.5, lower: -0.6, upper: -0.3 },
    });
  });
});

describe('the confidence that makes all contrasts hold together', () => {
  it('shares the error among groups, or among pairs where these are not independent', () => {
    expectClose(jointConfidence('group_min', 4, 1, 0.95, true), 1 - 0.05 / 4, 1e-12);
    expectClose(jointConfidence('group_max', 4, 2, 0.95, true), 1 - 0.025 / 4, 1e-12);
    expectClose(jointConfidence('difference', 4, 1, 0.95, false), 1 - 0.05 / 12, 1e-12);
    expectClose(jointConfidence('ratio', 3, 2, 0.95, false), 1 - 0.025 / 6, 1e-12);
  });

  it('is Tukey’s of independent groups', () => {
    // scipy 1.17.1: norm.cdf(studentized_range.ppf(0.95, k, inf) / sqrt(2)), k = 3 and 4; then 0.975 and k = 3.
    expectClose(jointConfidence('difference', 3, 1, 0.95, true), 0.9904532539, 1e-6);
    expectClose(jointConfidence('ratio', 4, 1, 0.95, true), 0.9949008447, 1e-6);
    expectClose(jointConfidence('difference', 3, 2, 0.95, true), 0.9953895879, 1e-6);
  });
});

describe('the largest contrast', () => {
  const each = [[e(0.5), e(0.3), e(0.45)]];
  const joint = [[e(0.5, 0.15), e(0.3, 0.15), e(0.45, 0.15)]];

  it('of differences names the groups that are furthest apart', () => {
    const { value, lower, upper, at } = extreme('difference', each, joint, false);
    expect(at).toEqual({ metric: 0, first: 0, second: 1 });
    expectClose(value, 0.2, 1e-12);
    // From below by the joint bounds, 0.2 − 0.3 and so 0; from above by those of each, 0.2 + 0.2.
    expectClose(lower, 0, 1e-12);
    expectClose(upper, 0.4, 1e-12);
    const sure = extreme('difference', each, [[e(0.5, 0.02), e(0.3, 0.03), e(0.45, 0.05)]], false);
    expectClose(sure.lower, 0.15, 1e-12);
  });

  it('of ratios is below 1 where groups are apart', () => {
    const { value, lower, upper, at } = extreme('ratio', each, joint, false);
    expect(at).toEqual({ metric: 0, first: 0, second: 1 });
    expectClose(value, 0.6, 1e-12);
    expectClose(upper, 1, 1e-12);
    expectClose(lower, 0.2 / 0.6, 1e-12);
  });

  it('of the lowest and the highest group', () => {
    const low = extreme('group_min', each, joint, true);
    expect(low.at).toEqual({ metric: 0, first: 1 });
    expect([low.value, low.lower, low.upper]).toEqual([0.3, 0.3 - 0.1, 0.3 + 0.15]);
    const high = extreme('group_max', each, joint, true);
    expect(high.at).toEqual({ metric: 0, first: 0 });
    expectClose(high.lower, 0.35, 1e-12);
    expectClose(high.upper, 0.6, 1e-12);
  });

  it('takes the upper bound of another group where that reaches further', () => {
    const { value, upper, at } = extreme(
      'group_max',
      [[e(0.5, 0.1), e(0.4, 0.3)]],
      [[e(0.5, 0.2), e(0.4, 0.01)]],
      true,
    );
    expect([value, at.first]).toEqual([0.5, 0]);
    expectClose(upper, 0.7, 1e-12);
  });

  it('of several metrics is the one that is furthest apart', () => {
    const two = [
      [e(0.5), e(0.4)],
      [e(0.2), e(0.6)],
    ];
    const { value, at } = extreme('difference', two, two, false);
    expect(at).toEqual({ metric: 1, first: 1, second: 0 });
    expectClose(value, 0.4, 1e-12);
  });

  it('of groups that are alike is 0, and the first pair', () => {
    const alike = [[e(0.5), e(0.5)]];
    expect(extreme('difference', alike, alike, false)).toMatchObject({
      ...{ value: 0, lower: 0, at: { metric: 0, first: 0, second: 1 } },
    });
    expect(extreme('ratio', alike, alike, false)).toMatchObject({ value: 1, upper: 1 });
  });
});

describe('the change of the largest contrast between two models', () => {
  const bounds = { differences: [[e(0.05, 0.01), e(-0.02, 0.03)]] };

  it('is bounded by the contrasts that the models’ bounds leave', () => {
    const sure = (value: number) => e(value, 0.001);
    const found = changeOf(
      'group_max',
      { ...bounds, first: [[sure(0.6), sure(0.3)]], second: [[sure(0.55), sure(0.32)]] },
      true,
    );
    expectClose(found.value, 0.05, 1e-12);
    expectClose(found.lower, 0.04, 1e-12);
    expectClose(found.upper, 0.06, 1e-12);
  });

  it('is bounded by all of them where none is ruled out', () => {
    const wide = (value: number) => e(value, 0.5);
    const found = changeOf(
      'group_max',
      { ...bounds, first: [[wide(0.6), wide(0.3)]], second: [[wide(0.55), wide(0.32)]] },
      true,
    );
    expectClose(found.lower, -0.05, 1e-12);
    expectClose(found.upper, 0.06, 1e-12);
  });

  it('takes each end from the model that it speaks of', () => {
    const sure = (value: number) => e(value, 0.001);
    const wide = (value: number) => e(value, 0.5);
    const found = changeOf(
      'group_max',
      { ...bounds, first: [[sure(0.3), sure(0.6)]], second: [[wide(0.55), wide(0.32)]] },
      true,
    );
    expectClose(found.value, 0.05, 1e-12);
    expectClose(found.upper, 0.01, 1e-12);
    expectClose(found.lower, -0.05, 1e-12);
  });
});
