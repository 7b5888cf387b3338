import { plural } from '../common/text.js';
import type { Drift } from '../formats/drift.js';
import { type Incident, closeIncident, findIncident, openOrUpdateIncident } from '../github/incident.js';
import type { GitHub } from '../github/types.js';
import { renderMarkdown } from '../report/markdown.js';
import type { Report } from '../report/model.js';
import { type Policy, isSettled, subjectOf } from './policy.js';
import { type IncidentState, readState, writeState } from './state.js';

export interface IncidentOptions {
  readonly github: GitHub;
  readonly result: Drift;
  readonly policy: Policy;
  /** What the issue shows: the current state. */
  readonly report: Report;
  readonly run: { readonly id: number; readonly url: string };
  readonly now: Date;
  /** Runs in a row without the drift that close the incident. */
  readonly recoverAfter: number;
  /** Drift that comes back within this many milliseconds opens the closed incident again. */
  readonly reopenWithinMs: number;
  /** Asks for retraining; undefined when it is not to be asked for. Answers the run, where GitHub tells it. */
  readonly retrain?: { readonly coolDownMs: number; ask(): Promise<number | undefined> };
}

export interface IncidentOutcome {
  readonly incident: Drift['incident'];
  readonly retrain: Drift['retrain'];
}

const labels = ['mlops-incident', 'drift'] as const;
/** Issues take 65,536 characters; the state and the key need some of them. */
const bodyBudget = 58_000;
/** What the state may take of an issue: with more findings than fit, those left out count as one that never recovers. */
const stateBudget = 5000;
const mostComments = 30;
const notAsked = (reason: string): Drift['retrain'] => ({ requested: false, reason });

export const incidentKey = (model: string, scope: string): string => `drift:${model}:${scope}`;

/**
 * Brings the one incident of (model, scope) in line with what this run found, and asks for retraining.
 * An alarm opens, updates or reopens it; it is closed by runs that tested every column and section in it and
 * found them in order, never by one that did not look. A run that is repeated changes nothing twice.
 */
export async function keepIncident(options: IncidentOptions): Promise<IncidentOutcome> {
  const { github, result, run, now } = options;
  const key = { key: incidentKey(result.model, result.scope), labels };
  const found = await findIncident(github, key);
  const before = found === undefined ? undefined : readState(found.body);
  const isOpen = found?.state === 'open';
  if (alarming(result).length > 0) return onAlarm(options, before, isOpen);

  const none = { incident: null, retrain: notAsked(whyNot(result)) };
  if (!isOpen) return none;
  const open = stillOpen(options, before);
  const okRuns = open.length > 0 ? 0 : (before?.okRuns ?? 0) + (before?.run === run.id ? 0 : 1);
  // A run that was killed after it counted itself counts as one.
  if (open.length === 0 && Math.max(1, okRuns) >= options.recoverAfter) {
    const closed = await closeIncident(github, {
      ...key,
      run: String(run.id),
      comment: sentence(`${listed(before?.subjects ?? [])} in order again, by ${run.url}`, '✅ Recovered'),
    });
    return { ...none, incident: closed ? shown(closed) : null };
  }
  const recovered = (before?.subjects ?? []).filter((subject) => !open.includes(subject));
  const said = open.length > 0 && recovered.length > 0;
  const state: IncidentState = {
    subjects: open.length > 0 ? open : (before?.subjects ?? []),
    ...(before?.sizes && { sizes: before.sizes }),
    okRuns,
    run: run.id,
    comments: (before?.comments ?? 0) + (said ? 1 : 0),
    ...(before?.retrain && { retrain: before.retrain }),
  };
  const comment = said ? sentence(`${listed(recovered)}, by ${run.url}`, 'In order again') : undefined;
  const incident = await write(options, state, { note: waiting(options, open, okRuns), comment, now });
  return { ...none, incident: shown(incident) };
}

/** Findings that raise the alarm and that an incident is kept of. */
const alarming = ({ alarm }: Drift): Drift['alarm']['findings'] =>
  alarm.findings.filter(({ raised, response }) => raised && response !== 'warn');

function whyNot({ alarm }: Drift): string {
  if (alarm.findings.length === 0) return 'there is no drift';
  if (alarm.findings.some(({ raised }) => raised)) return 'drift.policy says to warn of this, and no more';
  return `seen in fewer than ${alarm.k} of the last ${alarm.n} windows`;
}

/** A data fault must be fixed at its source; training would learn it. */
function whyNotAsked({ columns }: Drift): string {
  const faults = columns.filter(({ fault }) => fault !== undefined).map(({ name }) => name.slice(0, 80));
  if (faults.length === 0) return 'drift.policy asks for it on other findings than these';
  return `${faults.slice(0, 10).join(', ')} ${faults.length === 1 ? 'looks' : 'look'} like a fault of the data: fix the data first, since training would learn the fault`;
}

function waiting({ result, recoverAfter }: IncidentOptions, open: readonly string[], okRuns: number): string {
  if (open.length === 0) {
    return `In order for ${okRuns} of ${recoverAfter} runs in a row; then this incident is closed.`;
  }
  const still = new Set(result.alarm.findings.map(subjectOf) as string[]);
  const seen = open.filter((subject) => still.has(subject));
  if (seen.length === open.length) return `Still there, by this run: ${listed(seen)}.`;
  const unclear = open.filter((subject) => !still.has(subject));
  return `This run could not tell whether ${listed(unclear)} recovered, so the incident stays open: ${whyUnclear(result, unclear)}. Runs as small as this one cannot close it: check more rows at once, set the column’s effect or ignore in drift.columns, or close this issue by hand.`;
}

/** What kept this run from telling, subject by subject. */
function whyUnclear({ columns, sections }: Drift, unclear: readonly string[]): string {
  const reasons = unclear.slice(0, 5).map((subject) => {
    const name = nameOf(subject);
    const column = subject.startsWith('column:') ? columns.find((one) => one.name === name) : undefined;
    const section = subject.startsWith('section:') ? sections.find((one) => one.name === name) : undefined;
    const why = column?.reason ?? section?.reasons[0] ?? 'it was not looked at';
    return `${name.slice(0, 80)}: ${why.slice(0, 300).replace(/[.;]+$/, '')}`;
  });
  return reasons.join('; ');
}

async function onAlarm(
  options: IncidentOptions,
  before: IncidentState | undefined,
  isOpen: boolean,
): Promise<IncidentOutcome> {
  const { result, run, now, retrain } = options;
  const findings = alarming(result);
  const alarms = findings.map(subjectOf) as string[];
  const known = isOpen ? (before?.subjects ?? []) : [];
  const kept = isOpen ? stillOpen(options, before).filter((subject) => !alarms.includes(subject)) : [];
  const subjects = [...alarms, ...kept];
  // Of those that the issue had no room for, nobody knows which are new.
  const joined = known.includes(overflow) ? [] : subjects.filter((subject) => !known.includes(subject));
  const left = known.filter((subject) => subject !== overflow && !subjects.includes(subject));
  const changed = isOpen && joined.length + left.length > 0;
  const said = changed && (before?.comments ?? 0) < mostComments;
  const harmful = findings.filter(({ response }) => response === 'retrain');
  const wanted = harmful.length > 0 ? retrain : undefined;
  const cooling = wanted && coolingUntil(before?.retrain, wanted.coolDownMs, now);
  const asks = wanted !== undefined && cooling === undefined;
  const state: IncidentState = {
    subjects,
    sizes: sizesOf(result, subjects, before?.sizes ?? []),
    okRuns: 0,
    run: run.id,
    comments: (before?.comments ?? 0) + (said ? 1 : 0),
    ...(asks
      ? { retrain: { at: now.toISOString(), status: 'asking' as const } }
      : before?.retrain && { retrain: before.retrain }),
  };
  const news = [
    joined.length > 0 ? `also drifting: ${listed(joined)}` : '',
    left.length > 0 ? `in order again: ${listed(left)}` : '',
  ].filter((part) => part !== '');
  const comment = said
    ? sentence(`${news.join('; ')}, by ${run.url}`, 'Changed')
    : isOpen
      ? undefined
      : sentence(`${listed(alarms)}, by ${run.url}`, 'Drift came back');
  const incident = await write(options, state, { comment, now });
  const done = { incident: shown(incident), retrain: notAsked('not asked for by this run') };
  if (retrain === undefined) return done;
  if (wanted === undefined) {
    return { ...done, retrain: notAsked(whyNotAsked(result)) };
  }
  if (cooling !== undefined) {
    return {
      ...done,
      retrain: notAsked(`asked for on ${minute(before!.retrain!.at)}; not again before ${minute(cooling)}`),
    };
  }
  const started = await wanted.ask();
  const asked = {
    at: now.toISOString(),
    status: 'asked' as const,
    ...(started !== undefined && { run: started }),
  };
  await write(options, { ...state, retrain: asked }, { now });
  return {
    ...done,
    retrain: {
      requested: true,
      reason: `because of ${listed(harmful.map(subjectOf))}`,
      ...(started !== undefined && { run: started }),
    },
  };
}

/** What is in the incident and was not found in order. Where that is unknown, only a run that tested everything will do. */
function stillOpen({ result, policy }: IncidentOptions, before: IncidentState | undefined): string[] {
  if (before === undefined) return result.verdict === 'pass' ? [] : [untold];
  const columns = new Map(result.columns.map((column) => [column.name, column]));
  return before.subjects.filter((subject) =>
    subject === untold || subject === overflow
      ? result.verdict !== 'pass'
      : !isSettled(subject, columns, result.sections, policy) && !isRuledOut(subject, columns, before),
  );
}

type Sizes = NonNullable<IncidentState['sizes']>;

/** How far beyond what matters each alarming column is; of columns that do not alarm now, what is known from before. */
function sizesOf({ columns }: Drift, subjects: readonly string[], before: Sizes): Sizes {
  return subjects.flatMap((subject) => {
    const column = columns.find(({ name }) => subject === subjectOf({ of: 'column', name }));
    const [largest] = [...(column?.alarm ? column.tests : [])].sort(
      (a, b) => b.effect / b.threshold - a.effect / a.threshold,
    );
    if (largest === undefined) return before.filter((one) => one.subject === subject);
    return [{ subject, of: largest.of, size: largest.effect / largest.threshold }];
  });
}

/**
 * Whether a window that is too small to show that nothing changed still shows that the change of the incident is over: it
 * would have seen one of that size in four of five tries, and what it sees is below what matters.
 */
function isRuledOut(
  subject: string,
  columns: ReadonlyMap<string, Drift['columns'][number]>,
  before: IncidentState,
): boolean {
  const known = before.sizes?.find((one) => one.subject === subject);
  const column = columns.get(nameOf(subject));
  if (known === undefined || column?.verdict !== 'insufficient') return false;
  const test = column.tests.find(({ of }) => of === known.of);
  if (test === undefined || test.detectable === null) return false;
  return test.detectable <= known.size * test.threshold && test.effect < test.threshold;
}

function write(
  { github, result, report, run, reopenWithinMs }: IncidentOptions,
  state: IncidentState,
  { note, comment, now }: { note?: string; comment?: string | undefined; now: Date },
): Promise<Incident> {
  const { retrain } = state;
  const asked =
    retrain === undefined
      ? undefined
      : `Retraining was asked for on ${minute(retrain.at)}${retrain.run === undefined ? '' : ` (run ${retrain.run})`}.`;
  const lines = [note, asked].filter((line) => line !== undefined);
  const shownReport = { ...report, reasons: [...lines, ...report.reasons] };
  return openOrUpdateIncident(github, {
    key: incidentKey(result.model, result.scope),
    labels,
    title: `Drift of ${result.model} (${result.scope}): ${summary(state.subjects)}`,
    body: `${renderMarkdown(shownReport, { budget: bodyBudget })}\n${writeState(withinBudget(state))}`,
    run: String(run.id),
    reopenWithinMs,
    now,
    ...(comment !== undefined && { comment }),
  });
}

/** Stand for subjects that are not known by name: only a run that found everything in order settles them. */
const untold = 'section:what it was opened for';
const overflow = 'section:more than this issue has room for';

/** The state with as many subjects as an issue has room for. */
function withinBudget(state: IncidentState): IncidentState {
  if (writeState(state).length <= stateBudget) return state;
  const bare: IncidentState = { ...state };
  delete bare.sizes;
  const subjects: string[] = [];
  for (const subject of state.subjects) {
    if (subject === overflow) continue;
    if (writeState({ ...bare, subjects: [...subjects, subject, overflow] }).length > stateBudget) break;
    subjects.push(subject);
  }
  // Without the sizes all subjects may have room.
  return subjects.length === state.subjects.length ? bare : { ...bare, subjects: [...subjects, overflow] };
}

function coolingUntil(last: IncidentState['retrain'], coolDownMs: number, now: Date): string | undefined {
  // A request that is still `asking` was cut short: it is made again, since a lost one helps nobody.
  if (last === undefined || last.status === 'asking') return undefined;
  const until = Date.parse(last.at) + coolDownMs;
  return until > now.getTime() ? new Date(until).toISOString() : undefined;
}

const shown = ({ issue, action }: Incident): NonNullable<Drift['incident']> => ({
  number: issue.number,
  url: issue.url,
  action,
});

const nameOf = (subject: string): string => subject.slice(subject.indexOf(':') + 1);

/** A title is short, and GitHub shows it as plain text. */
function summary(subjects: readonly string[]): string {
  const names = subjects.slice(0, 3).map((subject) => nameOf(subject).replace(/\s+/g, ' ').slice(0, 40));
  return subjects.length > 3 ? `${names.join(', ')} and ${subjects.length - 3} more` : names.join(', ');
}

function listed(subjects: readonly string[]): string {
  const names = subjects.slice(0, 20).map((subject) => nameOf(subject).slice(0, 80));
  return subjects.length > 20
    ? `${names.join(', ')} and ${plural(subjects.length - 20, 'other')}`
    : names.join(', ');
}

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** A comment of one paragraph; column names are text without meaning in Markdown. */
function sentence(text: string, title: string): string {
  const report: Report = { key: '', title, headline: text, reasons: [], sections: [], footer: [] };
  return renderMarkdown(report, { budget: 4000 });
}
