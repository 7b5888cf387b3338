import type { HistoryCheck } from '../formats/drift-history.js';

/** As many checks as an alarm may look back on. */
export const mostChecks = 30;
/** A window with more findings than this is far beyond any doubt. */
const mostFindings = 300;

/** The checks with one added, oldest first; the same run again takes its own place. */
export function remember(checks: readonly HistoryCheck[], check: HistoryCheck): HistoryCheck[] {
  const entry = { ...check, findings: check.findings.slice(0, mostFindings) };
  return [...checks.filter(({ run }) => run !== check.run), entry]
    .sort((a, b) => order(a.at, b.at) || order(a.run, b.run))
    .slice(-mostChecks);
}

/**
 * The windows that an alarm of run `run` looks back on: earlier checks that could tell something.
 * A run that is repeated does not look back on itself.
 */
export function earlierWindows(checks: readonly HistoryCheck[], run: string): HistoryCheck[] {
  return checks.filter(
    (check) => check.run !== run && (check.verdict !== 'inconclusive' || check.findings.length > 0),
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
