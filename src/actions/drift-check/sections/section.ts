import { defectReport } from '../../../common/defect.js';
import { UserError, describeProblem, messageOf } from '../../../common/errors.js';
import type { Logger } from '../../../common/logger.js';
import { findSecrets, hideSecrets } from '../../../common/secrets.js';
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

interface SectionDependencies {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Whose secrets are hidden in what is logged. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs one section. A failure is reported in its place, does not end the other sections, and does not count as a pass.
 * A cancelled job ends all sections.
 */
export async function runSection(
  name: string,
  kind: DriftKind,
  body: () => Promise<SectionOutcome>,
  { logger, signal, environment }: SectionDependencies,
): Promise<SectionOutcome> {
  try {
    return await body();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) return broken(name, kind, error.problems.map(describeProblem));
    const secrets = findSecrets(environment);
    logger.info(hideSecrets(defectReport(error, 'drift-check'), secrets));
    if (error instanceof Error && error.stack !== undefined) logger.debug(hideSecrets(error.stack, secrets));
    const reason = `${messageOf(error)} (this is a defect of the action: please report it)`;
    return broken(name, kind, [hideSecrets(reason, secrets)]);
  }
}

const broken = (name: string, kind: DriftKind, reasons: string[]): SectionOutcome => ({
  sections: [{ name, kind, state: 'broken', verdict: null, reasons }],
  part: {},
});
