import { worst } from '../../src/common/verdict.js';
import { type DriftSettings, compareProfiles } from '../../src/drift/compare.js';
import { type Policy, judgeAlarm, policyOf } from '../../src/drift/policy.js';
import type { Drift, DriftSection } from '../../src/formats/drift.js';
import type { HistoryCheck } from '../../src/formats/drift-history.js';
import type { Profile } from '../../src/formats/profile.js';

export interface ResultOptions extends Partial<DriftSettings> {
  readonly scope?: string;
  readonly policy?: Policy;
  /** Sections beside the columns. */
  readonly sections?: readonly DriftSection[];
  readonly earlier?: readonly HistoryCheck[];
}

/** The result of a check as drift-check composes it, of profiles that were really compared. */
export function resultOf(reference: Profile, current: Profile, options: ResultOptions = {}): Drift {
  const { columns = new Map(), alpha = 0.05, optional = [], random = Math.random } = options;
  const compared = compareProfiles(reference, current, { alpha, columns, optional, random });
  const own: DriftSection = {
    name: 'univariate',
    kind: 'inputs',
    state: 'checked',
    verdict: compared.verdict,
    reasons: [...compared.reasons],
  };
  const sections = [own, ...(options.sections ?? [])];
  const policy = options.policy ?? policyOf({});
  return {
    kind: 'drift',
    schemaVersion: 1,
    model: 'late',
    scope: options.scope ?? 'inputs',
    alpha,
    verdict: worst(sections.map(({ verdict }) => verdict ?? 'inconclusive')),
    reasons: [...compared.reasons],
    reference: { source: 'late@v1.0.0', version: '1.0.0', rows: reference.rows, profile: 'sha256:0' },
    current: { source: 'data/latest.csv', rows: current.rows, profile: 'sha256:0' },
    checkedAt: '2026-11-21T05:17:00.000Z',
    unkept: null,
    sections,
    alarm: judgeAlarm(compared.columns, sections, policy, options.earlier ?? []),
    columns: [...compared.columns],
    incident: null,
    retrain: { requested: false, reason: 'there is no drift' },
  };
}
