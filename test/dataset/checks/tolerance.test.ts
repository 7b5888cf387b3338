import type { Tolerance } from '../../../src/dataset/checks/check.js';
import { isStrict, tolerated, toleranceText, wanted } from '../../../src/dataset/checks/tolerance.js';

type Operator = Tolerance['operator'];
const limit = (
  operator: Operator,
  value: Tolerance['value'],
  unit: Tolerance['unit'] = 'rows',
): Tolerance => ({
  ...{ operator, value, unit },
});
const plain = (x: number) => String(x);

describe('the limits of a contract', () => {
  it.each<[Operator, Tolerance['value'], readonly number[]]>([
    ['mustBe', 2, [2]],
    ['mustNotBe', 2, [0, 1, 3, 4, 5]],
    ['mustBeGreaterThan', 2, [3, 4, 5]],
    ['mustBeGreaterOrEqualTo', 2, [2, 3, 4, 5]],
    ['mustBeLessThan', 2, [0, 1]],
    ['mustBeLessOrEqualTo', 2, [0, 1, 2]],
    ['mustBeBetween', [2, 4], [2, 3, 4]],
    ['mustNotBeBetween', [2, 4], [0, 1, 5]],
  ])('%s %p allows the counts %p of 0 to 5', (operator, value, allowed) => {
    const counts = [0, 1, 2, 3, 4, 5].filter((count) => tolerated([limit(operator, value)], count, 100));
    expect(counts).toEqual(allowed);
  });

  it('are all to be held', () => {
    const both = [limit('mustBeGreaterThan', 1), limit('mustBeLessThan', 4)];
    expect([1, 2, 3, 4].filter((count) => tolerated(both, count, 10))).toEqual([2, 3]);
    expect(tolerated([], 1, 1)).toBe(true);
  });

  it('in percent are of the rows, and none of no rows', () => {
    const atMost = [limit('mustBeLessOrEqualTo', 10, 'percent')];
    expect(tolerated(atMost, 20, 200)).toBe(true);
    expect(tolerated(atMost, 21, 200)).toBe(false);
    expect(tolerated(atMost, 1, 0)).toBe(true);
    expect(tolerated([limit('mustBe', 0, 'percent')], 5, 0)).toBe(true);
  });

  it.each<[Operator, Tolerance['value'], string]>([
    ['mustBe', 2, '2'],
    ['mustNotBe', 2, 'other than 2'],
    ['mustBeGreaterThan', 2, 'more than 2'],
    ['mustBeGreaterOrEqualTo', 2, 'at least 2'],
    ['mustBeLessThan', 2, 'fewer than 2'],
    ['mustBeLessOrEqualTo', 2, 'at most 2'],
    ['mustBeBetween', [2, 4], 'between 2 and 4'],
    ['mustNotBeBetween', [2, 4], 'not between 2 and 4'],
  ])('%s %p is described as "%s"', (operator, value, text) => {
    expect(toleranceText([limit(operator, value)], plain)).toBe(text);
    expect(toleranceText([limit(operator, value, 'percent')], plain)).toBe(`${text} %`);
  });

  it('are described together, and numbers as the caller writes them', () => {
    const both = [limit('mustBeGreaterThan', 1), limit('mustBeLessThan', 4, 'percent')];
    expect(toleranceText(both, (x) => `<${x}>`)).toBe('more than <1> and fewer than <4> %');
  });

  it('go without saying where no row may fail', () => {
    const none = limit('mustBe', 0);
    expect(isStrict([none])).toBe(true);
    expect(isStrict([limit('mustBe', 1)])).toBe(false);
    expect(isStrict([limit('mustBeLessOrEqualTo', 0)])).toBe(false);
    expect(isStrict([none, none])).toBe(false);
    expect(isStrict([])).toBe(false);
    expect(wanted([none])).toBe('');
    expect(wanted([limit('mustBeLessThan', 1234.5678)])).toBe('; the contract wants fewer than 1235');
  });
});
