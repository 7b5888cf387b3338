import type { UserError } from '../../common/errors.js';
import { hasStatus } from '../../github/failure.js';
import { upsertComment } from '../../github/sticky-comment.js';
import { renderMarkdown } from '../../report/markdown.js';
import type { Report } from '../../report/model.js';
import type { Dependencies } from '../dependencies.js';

/** GitHub takes 65,536 characters. */
const budget = 60_000;

/**
 * Brings the comment on the run's pull request up to date; nothing happens when the run is for none.
 * A token that may not comment, as a fork's, is a warning: the report is in the job summary as well.
 */
export async function commentOn(
  report: Report,
  token: string,
  { run, github, logger }: Dependencies,
): Promise<void> {
  const number = pullNumber(run.event);
  if (number === undefined) return;
  try {
    const { url } = await upsertComment({
      github: await github(token),
      number,
      key: report.key,
      markdown: renderMarkdown(report, { budget }),
    });
    logger.info(`The report is at ${url}`);
  } catch (error) {
    if (!hasStatus(error, 401, 403, 404)) throw error;
    const { remedy } = (error as UserError).problems[0]!;
    logger.warning(
      `The pull request got no comment: ${error.detail}${remedy === undefined ? '' : ` → ${remedy}`}. The report is in the job summary.`,
    );
  }
}

/** Of the events of pull requests; the payload is untrusted. */
function pullNumber(event: Readonly<Record<string, unknown>>): number | undefined {
  const pull = event.pull_request;
  if (typeof pull !== 'object' || pull === null) return undefined;
  const { number } = pull as { number?: unknown };
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}
