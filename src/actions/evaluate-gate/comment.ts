import type { UserError } from '../../common/errors.js';
import type { Verdict } from '../../common/verdict.js';
import { hasStatus } from '../../github/failure.js';
import { type SharedText, shareComment } from '../../github/sticky-comment.js';
import { renderPieces } from '../../report/markdown.js';
import type { Report } from '../../report/model.js';
import { type Part, type Parts, coversParts, joinParts, readParts } from '../../report/parts.js';
import { writeShared } from '../../report/shared.js';
import { plainText } from '../../report/text.js';
import type { Dependencies } from '../dependencies.js';

/** GitHub takes 65,536 characters for all models; and nobody reads more than this of one. */
const budget = { all: 60_000, each: 20_000 };

const text: SharedText<Parts> = {
  read: readParts,
  join: joinParts,
  covers: coversParts,
  write: (parts) => writeShared(parts, { budget: budget.all, title: 'Evaluation', noun: 'model' }),
};

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
  const { head, sections } = renderPieces(report, { budget: budget.each, rows: 20 });
  const part: Part = {
    key: model,
    verdict,
    headline: clip(report.headline, 120),
    why: clip(plainText(report.reasons[0] ?? ''), 160),
    said: {
      run: run.runId,
      attempt: run.runAttempt,
      at: clock.now().getTime(),
      commit: pull.commit ?? run.sha,
      url: `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`,
    },
    sections: [head, ...sections],
    left: 0,
  };
  try {
    const { url, writes, settled } = await shareComment({
      github: await github(token),
      number: pull.number,
      key: 'evaluate-gate',
      text,
      own: new Map([[model, part]]),
    });
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

function clip(value: string, length: number): string {
  return value.length > length ? `${value.slice(0, length - 1)}…` : value;
}
