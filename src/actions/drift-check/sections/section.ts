import { UserError, describeProblem, messageOf } from '../../../common/errors.js';
import type { Logger } from '../../../common/logger.js';
import type { Drift, DriftKind, DriftSection } from '../../../formats/drift.js';
import type { NewPoint } from '../../../drift/performance/options.js';
import type { StreamState } from '../../../formats/drift-history.js';

/** What a section adds to the result and to the history. */
export interface SectionOutcome {
  readonly sections: readonly DriftSection[];
  readonly part: Partial<Pick<Drift, 'multivariate' | 'performance' | 'skew' | 'windows' | 'charts'>>;
  readonly points?: readonly NewPoint[];
  readonly streams?: Readonly<Record<string, StreamState>>;
}

export interface Judged {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly reasons: readonly string[];
}

export const checked = (name: string, kind: DriftKind, { verdict, reasons }: Judged): DriftSection => ({
  name,
  kind,
  state: 'checked',
  verdict,
  reasons: [...reasons],
});

export const notRun = (name: string, kind: DriftKind, reason: string): DriftSection => ({
  name,
  kind,
  state: 'not-run',
  verdict: null,
  reasons: [reason],
});

/**
 * Runs one section. Whatever goes wrong in it is said at its place, and ends no other; it is no pass either.
 * A cancelled job does end everything.
 */
export async function runSection(
  name: string,
  kind: DriftKind,
  body: () => Promise<SectionOutcome>,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<SectionOutcome> {
  try {
    return await body();
  } catch (error) {
    signal.throwIfAborted();
    const own = error instanceof UserError;
    const reasons = own
      ? error.problems.map(describeProblem)
      : [`${messageOf(error)} (this is a defect of the action: please report it)`];
    if (!own && error instanceof Error && error.stack !== undefined) logger.debug(error.stack);
    return { sections: [{ name, kind, state: 'broken', verdict: null, reasons }], part: {} };
  }
}
