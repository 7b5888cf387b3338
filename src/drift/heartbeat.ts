import { formatDuration } from '../common/text.js';
import type { HistoryCheck } from '../formats/drift-history.js';
import type { Watched } from '../formats/drift-heartbeat.js';
import { closeIncident, openOrUpdateIncident } from '../github/incident.js';
import type { GitHub } from '../github/types.js';
import { renderMarkdown } from '../report/markdown.js';
import type { Report } from '../report/model.js';

export interface Beat {
  readonly model: string;
  readonly scope: string;
  readonly lastCheck: HistoryCheck | undefined;
  /** Since when a version of the model has been live, ISO 8601; undefined when none is. */
  readonly liveSince: string | undefined;
  readonly overdueAfterMs: number;
}

/** Whether a model's drift check is overdue: its last one is too old, or it never had one since it went live. */
export function judgeBeat(beat: Beat, now: Date): Omit<Watched, 'incident'> {
  const { model, scope, lastCheck, liveSince, overdueAfterMs } = beat;
  const since = lastCheck?.at ?? liveSince;
  const age = since === undefined ? 0 : now.getTime() - Date.parse(since);
  const limit = formatAge(overdueAfterMs);
  const overdue = since !== undefined && age > overdueAfterMs;
  const reason =
    lastCheck !== undefined
      ? `the last check was ${formatAge(age)} ago${overdue ? `, and ${limit} is the limit` : ''}`
      : liveSince !== undefined
        ? `a version went live ${formatAge(age)} ago, and no check was ever kept${overdue ? '' : `; that is overdue after ${limit}`}`
        : 'no version is live, and no check was ever kept: there is nothing to watch';
  return {
    model,
    scope,
    state: overdue ? 'overdue' : since === undefined ? 'idle' : 'recent',
    reason,
    lastCheck:
      lastCheck === undefined ? null : { at: lastCheck.at, url: lastCheck.url, verdict: lastCheck.verdict },
    overdueAfterMs,
  };
}

/** Days are how people count what should come daily. */
function formatAge(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  return days >= 2 ? `${days} days` : formatDuration(Math.max(0, ms));
}

const labels = ['mlops-incident', 'drift-heartbeat'] as const;
const budget = 60_000;

/** The incident of a check that no longer happens: opened, kept up to date, and closed by the first recent check. */
export async function keepHeartbeatIncident(
  github: GitHub,
  watched: Omit<Watched, 'incident'>,
  { report, run, now }: { readonly report: Report; readonly run: string; readonly now: Date },
): Promise<Watched['incident']> {
  const { model, scope, state, lastCheck } = watched;
  const key = { key: `drift-heartbeat:${model}:${scope}`, labels };
  const found =
    state === 'overdue'
      ? await openOrUpdateIncident(github, {
          ...key,
          title: `Drift checks of ${model} (${scope}) have stopped`,
          body: renderMarkdown(report, { budget }),
          run,
          now,
        })
      : // Only a check that happened ends it: a model that is no longer live was not looked at.
        lastCheck === null
        ? undefined
        : await closeIncident(github, {
            ...key,
            run,
            comment: `✅ Checked again: ${lastCheck.at.slice(0, 16).replace('T', ' ')} UTC.`,
          });
  return found === undefined
    ? null
    : { number: found.issue.number, url: found.issue.url, action: found.action };
}
