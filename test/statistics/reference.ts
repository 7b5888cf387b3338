import { readFileSync } from 'node:fs';

/** Values of test/reference/evaluation.py. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const reference: any = JSON.parse(
  readFileSync(new URL('../reference/evaluation.json', import.meta.url), 'utf8'),
);

/** Values of test/reference/distributions.py. */
export const distributions = JSON.parse(
  readFileSync(new URL('../reference/distributions.json', import.meta.url), 'utf8'),
) as {
  gamma: [name: string, args: number[], value: number][];
  incomplete: [name: string, args: (number | boolean)[], value: number][];
  kolmogorov: Record<'exact' | 'smirnov' | 'pelzGood', [n: number, d: number, p: number][]>;
  noncentral: [x: number, df: number, noncentrality: number, p: number][];
};

/** Relative to the value, absolute near zero. */
export function expectClose(actual: number, expected: number, tolerance = 1e-9): void {
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300);
  if (error <= tolerance || Math.abs(actual - expected) < 1e-14) return;
  expect(actual).toBe(expected);
}
