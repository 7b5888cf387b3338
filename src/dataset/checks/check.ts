import type { Place } from '../../common/errors.js';

export type Value = number | string | boolean;

/** What is asked of one row at a time. */
export type RowTest =
  | { readonly kind: 'type' }
  | { readonly kind: 'missing'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'values'; readonly values: readonly Value[]; readonly unseen?: boolean }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly whole?: string }
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number }
  | {
      readonly kind: 'range';
      readonly min?: number | string;
      readonly max?: number | string;
      readonly above?: boolean;
      readonly below?: boolean;
    }
  /** An integer that so many bits hold; 64 and 128, which are more than a number of a contract can say. */
  | { readonly kind: 'width'; readonly bits: 64 | 128; readonly signed: boolean }
  | { readonly kind: 'multiple'; readonly of: number }
  /** SQL over the contract's columns that is true of a good row; NULL is not false. */
  | { readonly kind: 'expression'; readonly sql: string };

/** What is asked of the data set as a whole. */
export type SetTest =
  /** Rows whose values in these columns an earlier row has; without columns, in all of the contract's. */
  | { readonly kind: 'duplicates'; readonly columns: readonly string[] }
  /** Rows whose values in `columns` no row of another table has in `to`. */
  | {
      readonly kind: 'reference';
      readonly columns: readonly string[];
      /** The contract's own table where it is absent. */
      readonly table?: string;
      readonly to: readonly string[];
    }
  | { readonly kind: 'rows' }
  /** The newest value of a column, or the newest file, is at most so old (ms). */
  | { readonly kind: 'age'; readonly ms: number; readonly text: string }
  /** Share of rows by value: each within `within` of what is expected. */
  | {
      readonly kind: 'shares';
      readonly expected: readonly (readonly [Value, number])[];
      readonly within: number;
    }
  /** One SELECT that gives one number, or true or false. */
  | { readonly kind: 'sql'; readonly query: string };

export type Test = RowTest | SetTest;

/** How many rows may fail a test (or what a query may give): in rows, or in percent of the rows. */
export interface Tolerance {
  readonly operator:
    | 'mustBe'
    | 'mustNotBe'
    | 'mustBeGreaterThan'
    | 'mustBeGreaterOrEqualTo'
    | 'mustBeLessThan'
    | 'mustBeLessOrEqualTo'
    | 'mustBeBetween'
    | 'mustNotBeBetween';
  readonly value: number | readonly [number, number];
  readonly unit: 'rows' | 'percent';
}

export interface Check {
  /** The contract's word: `required`, `unique`, `primaryKey`, `minimum`, `validValues`, `rowCount` … */
  readonly rule: string;
  readonly column?: string;
  readonly severity: 'error' | 'warning';
  readonly test: Test;
  readonly tolerance: readonly Tolerance[];
  /** Where the contract says so. */
  readonly where: Place;
  readonly description?: string;
}

/** No row may fail. */
export const none: readonly Tolerance[] = [{ operator: 'mustBe', value: 0, unit: 'rows' }];

const rowKinds: ReadonlySet<Test['kind']> = new Set([
  'type',
  'missing',
  'values',
  'pattern',
  'length',
  'range',
  'width',
  'multiple',
  'expression',
]);

export function isRowTest(test: Test): test is RowTest {
  return rowKinds.has(test.kind);
}
