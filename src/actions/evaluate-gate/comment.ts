import type { UserError } from '../../common/errors.js';
import type { Verdict } from '../../common/verdict.js';
import { hasStatus } from '../../github/failure.js';
import type { Report } from '../../report/model.js';
import type { Dependencies } from '../dependencies.js';
import { partOf, shareParts } from '../pull-comment.js';

/**
 * Brings the comment on the run's pull request up to date: one for all models and jobs. Nothing happens when the
 * run is for no pull request. A token that may not comment, as a fork's, is a warning: the report is in the job
 * summary as well.
 */
export async function commentOn(
  { model, verdict }: { readonly model: string; readonly verdict: Verdict },
  report: Report,
  token: string,
  { run, github, logger, clock }: Dependencies,
): Promise<void> {
  const pull = pullOf(run.event);
  if (pull === undefined) return;
  const part = partOf(model, verdict, report, {
    run: run.runId,
    attempt: run.runAttempt,
    at: clock.now().getTime(),
    commit: pull.commit ?? run.sha,
    url: `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`,
  });
  try {
    const { url, writes, settled } = await shareParts(await github(token), pull.number, [part]);
    logger.info(writes === 0 ? `A later run has reported already, at ${url}` : `The report is at ${url}`);
    if (!settled) {
      logger.warning(`Other jobs kept changing the comment ${url}. The report is in the job summary.`);
    }
  } catch (error) {
    if (!hasStatus(error, 401, 403, 404)) throw error;
    const { remedy } = (error as UserError).problems[0]!;
    logger.warning(
      `The pull request got no comment: ${error.detail}${remedy === undefined ? '' : ` → ${remedy}`}. The report is in the job summary.`,
    );
  }
}

/** Of the events of pull requests; the payload is untrusted. */
function pullOf(event: Readonly<Record<string, unknown>>): { number: number; commit?: string } | undefined {
  const pull = event.pull_request;
  if (typeof pull !== 'object' || pull === null) return undefined;
  const { number, head } = pull as { number?: unknown; head?: { sha?: unknown } };
  if (!Number.isSafeInteger(number)) return undefined;
  const commit = typeof head?.sha === 'string' ? head.sha : undefined;
  return { number: number as number, ...(commit !== undefined && { commit }) };
}
