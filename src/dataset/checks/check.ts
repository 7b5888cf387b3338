import type { Place } from '../../common/errors.js';

/** What is counted against a contract, of a column or of the whole table. */
export type Test =
  | { readonly kind: 'missing'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'values'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly whole?: string }
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number }
  | {
      readonly kind: 'range';
      readonly min?: number | string;
      readonly max?: number | string;
      readonly above?: boolean;
      readonly below?: boolean;
    }
  | { readonly kind: 'multiple'; readonly of: number }
  | { readonly kind: 'duplicates'; readonly columns: readonly string[] }
  | { readonly kind: 'rows' };

/** How many rows may fail a test: in rows, or in percent of the rows. */
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
