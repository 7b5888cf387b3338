import type { Drift } from '../formats/drift.js';
import { type Incident, closeIncident, findIncident, openOrUpdateIncident } from '../github/incident.js';
import type { GitHub } from '../github/types.js';
import { renderMarkdown } from '../report/markdown.js';
import type { Report } from '../report/model.js';
import { type IncidentState, readState, writeState } from './state.js';

export interface IncidentOptions {
  readonly github: GitHub;
  readonly result: Drift;
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
const mostComments = 30;
const notAsked = (reason: string): Drift['retrain'] => ({ requested: false, reason });

export const incidentKey = (model: string, scope: string): string => `drift:${model}:${scope}`;

/**
 * Brings the one incident of (model, scope) in line with what this run found, and asks for retraining.
 * Drift opens, updates or reopens it; it is closed by runs that tested every column in it and found them in
 * order, never by one that did not look. A run that is repeated changes nothing twice.
 */
export async function keepIncident(options: IncidentOptions): Promise<IncidentOutcome> {
  const { github, result, run, now } = options;
  const key = { key: incidentKey(result.model, result.scope), labels };
  const found = await findIncident(github, key);
  const before = found === undefined ? undefined : readState(found.body);
  const isOpen = found?.state === 'open';
  if (result.verdict === 'fail') return onDrift(options, before, isOpen);

  const none = { incident: null, retrain: notAsked('there is no drift') };
  if (!isOpen) return none;
  const open = stillOpen(result, before);
  const okRuns = open.length > 0 ? 0 : (before?.okRuns ?? 0) + (before?.run === run.id ? 0 : 1);
  // A run that was killed after it counted itself counts as one.
  if (open.length === 0 && Math.max(1, okRuns) >= options.recoverAfter) {
    const closed = await closeIncident(github, {
      ...key,
      run: String(run.id),
      comment: sentence(`${listed(before?.columns ?? [])} in order again, by ${run.url}`, '✅ Recovered'),
    });
    return { ...none, incident: closed ? shown(closed) : null };
  }
  const recovered = (before?.columns ?? []).filter((column) => !open.includes(column));
  const said = open.length > 0 && recovered.length > 0;
  const state: IncidentState = {
    columns: open.length > 0 ? open : (before?.columns ?? []),
    okRuns,
    run: run.id,
    comments: (before?.comments ?? 0) + (said ? 1 : 0),
    ...(before?.retrain && { retrain: before.retrain }),
  };
  const note =
    open.length > 0
      ? `This run could not tell whether ${listed(open)} recovered: the incident stays open.`
      : `In order for ${okRuns} of ${options.recoverAfter} runs in a row; then this incident is closed.`;
  const comment = said ? sentence(`${listed(recovered)}, by ${run.url}`, 'In order again') : undefined;
  const incident = await write(options, state, { note, comment, now });
  return { ...none, incident: shown(incident) };
}

async function onDrift(
  options: IncidentOptions,
  before: IncidentState | undefined,
  isOpen: boolean,
): Promise<IncidentOutcome> {
  const { result, run, now, retrain } = options;
  const alarms = result.columns.filter(({ alarm }) => alarm).map(({ name }) => name);
  const known = isOpen ? (before?.columns ?? []) : [];
  const kept = isOpen ? stillOpen(result, before).filter((column) => !alarms.includes(column)) : [];
  const columns = [...alarms, ...kept];
  const joined = columns.filter((column) => !known.includes(column));
  const left = known.filter((column) => !columns.includes(column));
  const changed = isOpen && joined.length + left.length > 0;
  const said = changed && (before?.comments ?? 0) < mostComments;
  const cooling = retrain && coolingUntil(before?.retrain, retrain.coolDownMs, now);
  const asks = retrain !== undefined && cooling === undefined;
  const state: IncidentState = {
    columns,
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
  if (cooling !== undefined) {
    return {
      ...done,
      retrain: notAsked(`asked for on ${minute(before!.retrain!.at)}; not again before ${minute(cooling)}`),
    };
  }
  const started = await retrain.ask();
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
      reason: `${alarms.length} of ${result.columns.length} columns drifted`,
      ...(started !== undefined && { run: started }),
    },
  };
}

/** Columns of the incident that this run did not find in order. Unknown ones need a run that tested everything. */
function stillOpen(result: Drift, before: IncidentState | undefined): string[] {
  if (before === undefined) return result.verdict === 'pass' ? [] : ['what it was opened for'];
  const fine = result.columns.filter(({ verdict }) => ['ok', 'constant', 'ignored'].includes(verdict));
  const names = new Set(fine.map(({ name }) => name));
  return before.columns.filter((column) => !names.has(column));
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
    title: `Drift of ${result.model} (${result.scope}): ${summary(state.columns)}`,
    body: `${renderMarkdown(shownReport, { budget: bodyBudget })}\n${writeState(state)}`,
    run: String(run.id),
    reopenWithinMs,
    now,
    ...(comment !== undefined && { comment }),
  });
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

/** A title is short, and GitHub shows it as plain text. */
function summary(columns: readonly string[]): string {
  const names = columns.slice(0, 3).map((column) => column.replace(/\s+/g, ' ').slice(0, 40));
  return columns.length > 3 ? `${names.join(', ')} and ${columns.length - 3} more` : names.join(', ');
}

const listed = (columns: readonly string[]): string =>
  columns.length > 20
    ? `${columns.slice(0, 20).join(', ')} and ${columns.length - 20} more`
    : columns.join(', ');

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** A comment of one paragraph; column names are text without meaning in Markdown. */
function sentence(text: string, title: string): string {
  const report: Report = { key: '', title, headline: text, reasons: [], sections: [], footer: [] };
  return renderMarkdown(report, { budget: 4000 });
}
