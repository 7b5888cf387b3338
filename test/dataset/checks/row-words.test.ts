import { type RowTest, none } from '../../../src/dataset/checks/check.js';
import { describeFinding } from '../../../src/dataset/checks/row-words.js';
import type { RowCheck } from '../../../src/dataset/checks/testable.js';

const checkOf = (test: RowTest, change: Partial<RowCheck> = {}): RowCheck => ({
  ...{ rule: 'rule', severity: 'error', column: 'x', test, tolerance: none, where: { line: 7 } },
  ...change,
});
const correct = 'correct the values, or the contract (line 7) if they are right';

describe('a finding about rows', () => {
  it.each<[string, RowTest, string]>([
    ['with a value that is not of the type', { kind: 'type' }, correct],
    [
      'without a value',
      { kind: 'missing', values: [] },
      'fill the values in, leave the rows out, or let the contract (line 7) allow it',
    ],
    [
      'with a value that is none of a, b, 3',
      { kind: 'values', values: ['a', 'b', 3] },
      'correct the values, or add them to the contract (line 7)',
    ],
    [
      'with a value that is none of 1, 2, 3, 4, 5, 6, 7, 8',
      { kind: 'values', values: [1, 2, 3, 4, 5, 6, 7, 8] },
      'correct the values, or add them to the contract (line 7)',
    ],
    [
      'with a value that is none of 1, 2, 3, 4, 5, 6, 7, 8, …',
      { kind: 'values', values: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
      'correct the values, or add them to the contract (line 7)',
    ],
    [
      'with a value that the reference data does not have',
      { kind: 'values', values: ['a'], unseen: true },
      'see whether the new values are meant; if so, train with them and renew the reference profile',
    ],
    ['that do not match ^a$', { kind: 'pattern', pattern: '^a$' }, correct],
    ['that do not match email', { kind: 'pattern', pattern: '^a$', whole: 'email' }, correct],
    ['longer than 3', { kind: 'length', max: 3 }, correct],
    ['shorter than 2', { kind: 'length', min: 2 }, correct],
    ['below 1', { kind: 'range', min: 1 }, correct],
    ['not above 1', { kind: 'range', min: 1, above: true }, correct],
    ['above 9', { kind: 'range', max: 9 }, correct],
    ['not below 9', { kind: 'range', max: 9, below: true }, correct],
    ['below 1 or not below 9', { kind: 'range', min: 1, max: 9, below: true }, correct],
    [
      'that i64 does not hold (-9223372036854775808 … 9223372036854775807)',
      { kind: 'width', bits: 64, signed: true },
      'correct the values, or name a wider format in the contract (line 7)',
    ],
    [
      'that u64 does not hold (0 … 18446744073709551615)',
      { kind: 'width', bits: 64, signed: false },
      'correct the values, or name a wider format in the contract (line 7)',
    ],
    ['that are no multiple of 0.5', { kind: 'multiple', of: 0.5 }, correct],
    ['for which it is not true that a > b', { kind: 'expression', sql: ' a > b\n' }, correct],
  ])('says: %s', (what, test, remedy) => {
    expect(describeFinding(checkOf(test), 2, 8)).toEqual({
      ...{ rule: 'rule', severity: 'error', column: 'x', message: `x: 2 rows (25 %) ${what}`, remedy },
    });
  });

  it('names no column where the check has none', () => {
    const test: RowTest = { kind: 'expression', sql: 'a' };
    const found = describeFinding({ rule: 'r', severity: 'error', test, tolerance: none, where: {} }, 1, 4);
    expect(found.message).toBe('1 row (25 %) for which it is not true that a');
    expect(found).not.toHaveProperty('column');
  });

  it('has no share where no row failed, or none is there', () => {
    const check = checkOf(
      { kind: 'missing', values: [] },
      {
        tolerance: [{ operator: 'mustBeGreaterThan', value: 3, unit: 'rows' }],
      },
    );
    const message = 'x: 0 rows without a value; the contract wants more than 3';
    expect(describeFinding(check, 0, 4).message).toBe(message);
    expect(describeFinding(check, 0, 0).message).toBe(message);
    expect(describeFinding(check, 1, 1).message).toMatch(/^x: 1 row \(100 %\) without/);
  });

  it('gives the contract’s own description as the remedy', () => {
    const found = describeFinding(checkOf({ kind: 'type' }, { description: 'ask Jo' }), 1, 1);
    expect(found.remedy).toBe('ask Jo');
  });

  it('names no line where the contract has none', () => {
    const found = describeFinding(checkOf({ kind: 'type' }, { where: { file: 'c.yaml' } }), 1, 1);
    expect(found.remedy).toBe('correct the values, or the contract if they are right');
  });
});
