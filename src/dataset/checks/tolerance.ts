import { formatNumber } from '../../common/text.js';
import type { Tolerance } from './check.js';

const tests: Readonly<Record<Tolerance['operator'], (x: number, limit: number, upper: number) => boolean>> = {
  mustBe: (x, limit) => x === limit,
  mustNotBe: (x, limit) => x !== limit,
  mustBeGreaterThan: (x, limit) => x > limit,
  mustBeGreaterOrEqualTo: (x, limit) => x >= limit,
  mustBeLessThan: (x, limit) => x < limit,
  mustBeLessOrEqualTo: (x, limit) => x <= limit,
  mustBeBetween: (x, limit, upper) => x >= limit && x <= upper,
  mustNotBeBetween: (x, limit, upper) => x < limit || x > upper,
};
const words: Readonly<Record<Tolerance['operator'], string>> = {
  mustBe: '',
  mustNotBe: 'other than ',
  mustBeGreaterThan: 'more than ',
  mustBeGreaterOrEqualTo: 'at least ',
  mustBeLessThan: 'fewer than ',
  mustBeLessOrEqualTo: 'at most ',
  mustBeBetween: 'between ',
  mustNotBeBetween: 'not between ',
};

/** Whether a count is within all of its limits; both ends of "between" belong to it, as in ODCS. */
export function tolerated(limits: readonly Tolerance[], count: number, rows: number): boolean {
  return limits.every(({ operator, value, unit }) => {
    const measured = unit === 'percent' ? (rows === 0 ? 0 : (count / rows) * 100) : count;
    const [low, high] = typeof value === 'number' ? [value, value] : value;
    return tests[operator](measured, low, high);
  });
}

export function toleranceText(limits: readonly Tolerance[], format: (value: number) => string): string {
  return limits
    .map(({ operator, value, unit }) => {
      const text = typeof value === 'number' ? format(value) : value.map(format).join(' and ');
      return `${words[operator]}${text}${unit === 'percent' ? ' %' : ''}`;
    })
    .join(' and ');
}

/** No row at all may fail. */
export function isStrict(limits: readonly Tolerance[]): boolean {
  return limits.length === 1 && limits[0]!.operator === 'mustBe' && limits[0]!.value === 0;
}

/** What the contract wants, as the end of a sentence; nothing where no row may fail, which goes without saying. */
export function wanted(limits: readonly Tolerance[]): string {
  return isStrict(limits)
    ? ''
    : `; the contract wants ${toleranceText(limits, (value) => formatNumber(value))}`;
}
