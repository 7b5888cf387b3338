import type { ColumnDrift, DriftAlarm, DriftKind, DriftResponse, DriftSection } from '../formats/drift.js';
import type { HistoryCheck } from '../formats/drift-history.js';

/** What a finding of each kind does, and how many of the last windows must have it. */
export interface Policy {
  readonly k: number;
  readonly n: number;
  readonly responses: Readonly<Record<DriftKind, DriftResponse>>;
  /** Windows are compared with their own season: what only differs from the whole reference is then no more than said. */
  readonly seasonal: boolean;
}

/** The name of the section that stands for its columns. */
export const univariate = 'univariate';

/** `drift.policy` as the spec has it; what it leaves out is filled in here. */
export interface PolicySettings {
  readonly alarm?: { readonly k: number; readonly n: number } | undefined;
  readonly inputs?: DriftResponse | undefined;
  readonly predictions?: DriftResponse | undefined;
  readonly performance?: DriftResponse | undefined;
  readonly skew?: DriftResponse | undefined;
}

/**
 * Changed inputs need not harm: they open an incident, and harm asks for retraining. Where nothing measures harm,
 * the inputs are all there is to go by, and ask too. Skew is a fault of the programs, which no training mends.
 */
export function policyOf(
  settings: PolicySettings,
  { harmIsMeasured = false, seasonal = false }: { harmIsMeasured?: boolean; seasonal?: boolean } = {},
): Policy {
  const { alarm = { k: 1, n: 1 }, inputs, predictions, performance, skew } = settings;
  return {
    ...alarm,
    seasonal,
    responses: {
      inputs: inputs ?? (harmIsMeasured ? 'incident' : 'retrain'),
      predictions: predictions ?? 'incident',
      performance: performance ?? 'retrain',
      skew: skew ?? 'incident',
    },
  };
}

/** A column or a section, as an incident and the memory call it. */
export type Subject = `column:${string}` | `section:${string}`;
export const subjectOf = ({ of, name }: { of: 'column' | 'section'; name: string }): Subject =>
  `${of}:${name}`;

/** What a finding does: columns, alone and together, are compared with the whole reference, whatever the season. */
function responseTo(
  { of, name, kind }: { of: 'column' | 'section'; name: string; kind: DriftKind },
  { responses, seasonal }: Policy,
): DriftResponse {
  return seasonal && (of === 'column' || name === 'multivariate') ? 'warn' : responses[kind];
}

/** The subjects in which this window shows something; columns stand for their section. */
export function findingsOf(
  columns: readonly ColumnDrift[],
  sections: readonly DriftSection[],
): { readonly of: 'column' | 'section'; readonly name: string; readonly kind: DriftKind }[] {
  return [
    ...columns
      .filter(({ alarm }) => alarm)
      .map(({ name }) => ({ of: 'column' as const, name, kind: 'inputs' as const })),
    ...sections
      .filter(({ name, verdict }) => name !== univariate && verdict === 'fail')
      .map(({ name, kind }) => ({ of: 'section' as const, name, kind })),
  ];
}

/**
 * Whether this window's findings are an alarm: each must be there in k of the last n windows, this one included.
 * @param earlier windows before this one, oldest first; undefined when they cannot be read: then this one decides
 */
export function judgeAlarm(
  columns: readonly ColumnDrift[],
  sections: readonly DriftSection[],
  policy: Policy,
  earlier: readonly HistoryCheck[] | undefined,
): DriftAlarm {
  const { k, n } = policy;
  const last = n > 1 ? (earlier ?? []).slice(-(n - 1)) : [];
  const needed = earlier === undefined ? 1 : k;
  const findings = findingsOf(columns, sections).map(({ of, name, kind }) => {
    const id = subjectOf({ of, name });
    const windows = 1 + last.filter((window) => window.findings.includes(id)).length;
    return { of, name, windows, raised: windows >= needed, response: responseTo({ of, name, kind }, policy) };
  });
  return {
    raised: findings.some(({ raised, response }) => raised && response !== 'warn'),
    k,
    n,
    known: earlier === undefined ? null : last.length,
    findings,
  };
}

/** Subjects that this run looked at and found in order, or that the spec says not to matter for an incident. */
export function isSettled(
  subject: string,
  columns: ReadonlyMap<string, ColumnDrift>,
  sections: readonly DriftSection[],
  policy: Policy,
): boolean {
  const [of, name] = [subject.slice(0, subject.indexOf(':')), subject.slice(subject.indexOf(':') + 1)];
  if (of === 'column') {
    if (responseTo({ of, name, kind: 'inputs' }, policy) === 'warn') return true;
    return ['ok', 'constant', 'ignored'].includes(columns.get(name)?.verdict ?? '');
  }
  const section = sections.find((one) => one.name === name);
  if (section === undefined) return false;
  return (
    responseTo({ of: 'section', name, kind: section.kind }, policy) === 'warn' || section.verdict === 'pass'
  );
}
