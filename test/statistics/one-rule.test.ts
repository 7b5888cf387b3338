import { exactRule } from '../../src/statistics/exact-rule.js';
import { classRule, presentOrder, quantityRule } from '../../src/statistics/one-rule.js';
import { seededRandom } from '../../src/statistics/random.js';

const random = seededRandom(6);
const uniform = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.uniform());
const coins = (n: number): Int32Array => Int32Array.from({ length: n }, () => random.below(2));

describe('one rule for classes', () => {
  it('tells all where values and classes go together, and is sure of as much as there are rows', () => {
    const labels = coins(2000);
    const codes = labels.map((label) => label * 5 + random.below(5));
    const { skill, lower, wrong, rows } = classRule({ codes }, labels, 2, 0.999);
    expect([skill, wrong]).toEqual([1, 0]);
    // Of no error among so many rows, the exact bound is 1 − 0.001^(1/rows) of them.
    // Without the rule about half of them are wrong.
    expect(lower).toBeCloseTo(1 - 2 * (1 - 0.001 ** (1 / rows)), 2);
    expect(lower).toBeLessThan(1);
  });

  it('has no skill where they do not, however many values there are', () => {
    const labels = coins(3000);
    for (const values of [2, 50, 3000]) {
      const codes = Int32Array.from({ length: 3000 }, () => random.below(values));
      const { skill, lower } = classRule({ codes }, labels, 2, 0.999);
      expect(Math.abs(skill)).toBeLessThan(0.12);
      expect(lower).toBeLessThan(0.02);
    }
    expect(classRule({ numbers: uniform(3000) }, labels, 2, 0.999).lower).toBeLessThan(0.02);
  });

  it('finds a band of numbers that no threshold finds, and takes missing for a value', () => {
    const numbers = uniform(4000);
    const labels = Int32Array.from(numbers, (x) => Number(x > 0.4 && x < 0.6));
    expect(classRule({ numbers }, labels, 2, 0.999).skill).toBeGreaterThan(0.9);
    const holes = numbers.map((x, i) => (labels[i] === 1 ? NaN : x));
    expect(classRule({ numbers: holes }, labels, 2, 0.999).skill).toBe(1);
  });

  it('holds its bound: the true skill is below it in no more runs than it says', () => {
    let above = 0;
    for (let run = 0; run < 200; run++) {
      const labels = coins(300);
      const codes = labels.map((label) => (random.uniform() < 0.2 ? 1 - label : label));
      // Of the half of the rows that are wrong in one of five: 1 − 0.2 / 0.5.
      if (classRule({ codes }, labels, 2, 0.95).lower > 0.6) above++;
    }
    expect(above).toBeLessThan(200 * 0.05 + 3 * Math.sqrt(200 * 0.05));
  });
});

describe('one rule for quantities', () => {
  it('is the mean of a value, or a line, whichever fits', () => {
    const x = uniform(4000);
    const line = quantityRule(
      { numbers: x },
      x.map((value) => 3 * value - 7),
      0.999,
    );
    expect(line.skill).toBeGreaterThan(1 - 1e-12);
    const wave = quantityRule(
      { numbers: x },
      x.map((value) => Math.sin(12 * value)),
      0.999,
    );
    expect(wave.skill).toBeGreaterThan(0.98);
    const codes = Int32Array.from(x, (value) => Math.floor(value * 10));
    expect(
      quantityRule(
        { codes },
        Float64Array.from(codes, (c) => (c * 7) % 10),
        0.999,
      ).skill,
    ).toBe(1);
  });

  it('has no skill on noise', () => {
    const { skill, lower } = quantityRule({ numbers: uniform(3000) }, uniform(3000), 0.999);
    expect(Math.abs(skill)).toBeLessThan(0.1);
    expect(lower).toBeLessThan(0);
  });
});

describe('a column of numbers', () => {
  it('is judged as the categories that its values are', () => {
    for (let run = 0; run < 50; run++) {
      const codes = Int32Array.from({ length: 200 }, () => random.below(12) - 1);
      const numbers = Float64Array.from(codes, (code) =>
        code === -1 ? NaN : code === 7 ? Infinity : 3 - code / 2,
      );
      const labels = codes.map((code) => (random.uniform() < 0.3 ? random.below(3) : (code + 1) % 3));
      const given = { numbers, order: presentOrder(numbers) };
      expect(classRule(given, labels, 3, 0.99)).toEqual(classRule({ codes }, labels, 3, 0.99));
      const exact = codes.map((code) => code + 1);
      expect(exactRule(given, labels, 'classes')).toEqual(exactRule({ codes }, labels, 'classes'));
      const [byNumber, byCode] = [given, { codes }].map((one) => exactRule(one, exact, 'classes'));
      expect(byNumber?.logP ?? 0).toBeLessThanOrEqual(byCode?.logP ?? 0);
    }
  });

  it('has its rows with a number by rising number, ties by row', () => {
    const numbers = Float64Array.of(2, NaN, -Infinity, 0, 2, -0, Infinity);
    expect([...presentOrder(numbers)]).toEqual([2, 3, 5, 0, 4, 6]);
  });
});
