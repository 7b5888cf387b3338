import type { GitHub, Issue } from './types.js';

/**
 * The life of an incident: one issue for each key, found again by a hidden line in its body. Anyone can write such a
 * line: only those of apps and of people who belong to the repository count.
 * Every call can be repeated: what an earlier try wrote is found by the key and by the run's mark.
 */
export interface IncidentKey {
  /** What goes wrong where, e.g. `rollout:flight-delay:production`. */
  readonly key: string;
  /** The first one narrows the search; a form for issues can give it to a stranger's issue too. */
  readonly labels: readonly [string, ...string[]];
}

export interface IncidentText extends IncidentKey {
  readonly title: string;
  /** Markdown of the current state; the hidden line is added. */
  readonly body: string;
  /** Said once in each run that has something new to say. */
  readonly comment?: string;
  /** Names the run and attempt that speaks, e.g. `17.1`. */
  readonly run: string;
  /** A closed incident whose trouble comes back within this many milliseconds is opened again; default 0: a new one. */
  readonly reopenWithinMs?: number;
  readonly now?: Date;
}

export interface Incident {
  readonly issue: Issue;
  readonly action: 'opened' | 'reopened' | 'updated' | 'unchanged' | 'closed';
}

/** The open incident of a key, otherwise the one that was closed last. */
export async function findIncident(github: GitHub, { key, labels }: IncidentKey): Promise<Issue | undefined> {
  let newestClosed: Issue | undefined;
  let open: Issue | undefined;
  for await (const issue of github.issues.list({ labels: [labels[0]], state: 'all' })) {
    if (!issue.trusted || !issue.body.includes(keyLine(key))) continue;
    // Of several that a race left open, the oldest is the incident: everyone chooses the same.
    if (issue.state === 'open') open = issue;
    else if ((issue.closedAt ?? '') > (newestClosed?.closedAt ?? '')) newestClosed = issue;
  }
  return open ?? newestClosed;
}

/** Opens the incident, opens it again, or brings its text up to date. */
export async function openOrUpdateIncident(github: GitHub, text: IncidentText): Promise<Incident> {
  const { key, labels, title, comment, run, reopenWithinMs = 0, now } = text;
  const body = `${text.body}\n\n${keyLine(key)}`;
  const found = await findIncident(github, { key, labels });
  if (found === undefined || (found.state === 'closed' && !isRecent(found, reopenWithinMs, now))) {
    const issue = await github.issues.create({ title, body, labels });
    return { issue, action: 'opened' };
  }
  const commented = comment !== undefined && (await say(github, found.number, run, comment));
  const reopened = found.state === 'closed';
  if (!reopened && found.title === title && sameText(found.body, body)) {
    return { issue: found, action: commented ? 'updated' : 'unchanged' };
  }
  const change = {
    title,
    body,
    ...(reopened && { state: 'open' as const, stateReason: 'reopened' as const }),
  };
  const issue = await github.issues.update(found.number, change);
  return { issue, action: reopened ? 'reopened' : 'updated' };
}

/** Closes the open incident of a key with a last word; undefined when none is open. */
export async function closeIncident(
  github: GitHub,
  text: IncidentKey & { readonly comment: string; readonly run: string },
): Promise<Incident | undefined> {
  const found = await findIncident(github, text);
  if (found === undefined || found.state === 'closed') return undefined;
  await say(github, found.number, `${text.run}:closed`, text.comment);
  const issue = await github.issues.update(found.number, { state: 'closed', stateReason: 'completed' });
  return { issue, action: 'closed' };
}

/** Comments once for each run; false when this run has spoken before. */
async function say(github: GitHub, number: number, run: string, comment: string): Promise<boolean> {
  const line = `<!-- mlops-actions-run:${hidden(run)} -->`;
  for await (const earlier of github.issues.comments(number)) {
    if (earlier.trusted && earlier.body.includes(line)) return false;
  }
  await github.issues.createComment(number, `${comment}\n\n${line}`);
  return true;
}

const keyLine = (key: string): string => `<!-- mlops-actions:${hidden(key)} -->`;

/** Two hyphens or an angle would end the comment that hides the text. */
const hidden = (text: string): string =>
  text.replace(/[<>\n\r%]|-(?=-)/g, (c) => encodeURIComponent(c).replace('-', '%2D'));

/** GitHub may answer with other line ends than it was sent. */
const sameText = (a: string, b: string): boolean => a.replaceAll('\r\n', '\n').trim() === b.trim();

function isRecent(issue: Issue, withinMs: number, now: Date | undefined): boolean {
  if (issue.closedAt === null || now === undefined) return false;
  return now.getTime() - new Date(issue.closedAt).getTime() <= withinMs;
}
