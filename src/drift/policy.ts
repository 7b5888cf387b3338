import type { ColumnDrift, DriftAlarm, DriftKind, DriftResponse, DriftSection } from '../formats/drift.js';
import type { HistoryCheck } from '../formats/drift-history.js';

/** What a finding of each kind does, and how many of the last windows must have it. */
export interface Policy {
  readonly k: number;
  readonly n: number;
  readonly responses: Readonly<Record<DriftKind, DriftResponse>>;
  /** What a column does whose change looks like a fault of the data: never retraining, which would learn the fault. */
  readonly faults: 'warn' | 'incident';
  /** Windows are compared with their own season: what only differs from the whole reference is then no more than said. */
  readonly seasonal: boolean;
}

/** The name of the section that stands for its columns. */
export const univariate = 'univariate';

/** `drift.policy` as the spec has it; what it leaves out is filled in here. */
export interface PolicySettings {
  readonly alarm?: { readonly k: number; readonly n: number } | undefined;
  readonly inputs?: DriftResponse | undefined;
  readonly faults?: 'warn' | 'incident' | undefined;
  readonly predictions?: DriftResponse | undefined;
  readonly performance?: DriftResponse | undefined;
  readonly skew?: DriftResponse | undefined;
}

/**
 * Input drift does not always harm performance: it opens an incident, and harm starts retraining. Where nothing measures harm,
 * the inputs are all there is to go by, and ask too. Skew is a fault of the programs, which training cannot fix.
 */
export function policyOf(
  settings: PolicySettings,
  { harmIsMeasured = false, seasonal = false }: { harmIsMeasured?: boolean; seasonal?: boolean } = {},
): Policy {
  const { alarm = { k: 1, n: 1 }, inputs, faults, predictions, performance, skew } = settings;
  return {
    ...alarm,
    seasonal,
    faults: faults ?? (inputs === 'warn' ? 'warn' : 'incident'),
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
  const faulty = new Set(columns.filter(({ fault }) => fault !== undefined).map(({ name }) => name));
  const findings = findingsOf(columns, sections).map(({ of, name, kind }) => {
    const id = subjectOf({ of, name });
    const windows = 1 + last.filter((window) => window.findings.includes(id)).length;
    const own = of === 'column' && faulty.has(name) ? policy.faults : responseTo({ of, name, kind }, policy);
    // Nothing may be learned from data with a fault, whatever else this window shows.
    const response = own === 'retrain' && faulty.size > 0 ? 'incident' : own;
    return { of, name, windows, raised: windows >= needed, response };
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
    const faulty = columns.get(name)?.fault !== undefined && policy.faults !== 'warn';
    if (!faulty && responseTo({ of, name, kind: 'inputs' }, policy) === 'warn') return true;
    return ['ok', 'constant', 'ignored', 'id'].includes(columns.get(name)?.verdict ?? '');
  }
  const section = sections.find((one) => one.name === name);
  if (section === undefined) return false;
  return (
    responseTo({ of: 'section', name, kind: section.kind }, policy) === 'warn' || section.verdict === 'pass'
  );
}
