import type { Decision } from '../../formats/decision.js';
import type { StickyComment } from '../../github/sticky-comment.js';
import type { GitHub } from '../../github/types.js';
import type { RunContext } from '../dependencies.js';
import { partOf, shareParts } from '../pull-comment.js';
import type { PullRun } from './pull-run.js';
import { decisionReport } from './report.js';

/**
 * Brings what a run decided into the comment of its pull request. What the run wrote there itself stays, and so does
 * what a later run did.
 */
export async function commentFor(
  run: PullRun,
  pull: number,
  decisions: Iterable<Decision>,
  { serverUrl, owner, repository }: RunContext,
  github: GitHub,
): Promise<StickyComment> {
  const said = {
    run: run.id,
    attempt: run.run_attempt,
    // Earlier than anything that the run itself can have said.
    at: 0,
    commit: run.head_sha,
    url: `${serverUrl}/${owner}/${repository}/actions/runs/${run.id}`,
  };
  const parts = [...decisions].map((decision) =>
    partOf(decision.model, decision.verdict, decisionReport(decision), said),
  );
  return shareParts(github, pull, parts);
}
