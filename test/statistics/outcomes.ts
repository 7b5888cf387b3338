/** The streams of test/reference/concept.py, by the same integer arithmetic. */
export function outcomes(kind: 'errors' | 'steady' | 'values'): number[] {
  const n = kind === 'values' ? 3000 : 4000;
  let state = 12345n;
  return Array.from({ length: n }, (_, i) => {
    state = (1103515245n * state + 12345n) % 2147483648n;
    const u = Number(state) / 2147483648;
    if (kind === 'errors') return u < (i < n / 2 ? 0.1 : 0.25) ? 1 : 0;
    if (kind === 'steady') return u < 0.15 ? 1 : 0;
    return Math.round((u + (i < n / 3 ? 0 : i < (2 * n) / 3 ? 0.4 : -0.3)) * 1e6) / 1e6;
  });
}
