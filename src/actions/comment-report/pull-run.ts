import * as v from 'valibot';
import { UserError } from '../../common/errors.js';
import type { GitHub, Pull } from '../../github/types.js';
import type { RunContext } from '../dependencies.js';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/* Who ran what is GitHub's word in the event. What the run did, and all that it left, is the word of the pull request. */
const workflowRunSchema = v.object({
  id,
  run_attempt: id,
  event: v.string(),
  head_sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  head_branch: v.nullable(v.string()),
  /** Null when the fork is gone. */
  head_repository: v.nullable(v.object({ full_name: v.string(), owner: v.object({ login: v.string() }) })),
  /** Empty of a fork. */
  pull_requests: v.optional(v.array(v.object({ number: id })), []),
});

export type PullRun = v.InferOutput<typeof workflowRunSchema>;

/**
 * The run that this one reports on.
 * @throws UserError when this run was started by something else
 */
export function readPullRun({ eventName, event }: RunContext): PullRun {
  const told = v.safeParse(workflowRunSchema, event.workflow_run);
  if (eventName === 'workflow_run' && told.success) return told.output;
  throw new UserError({
    message: `comment-report reports on the run of another workflow, and this one was started by ${eventName || 'nothing'}`,
    remedy: 'start it by `on: workflow_run`, as workflows-templates/model-pull-request-report.yml does',
  });
}

/**
 * The open pull request that the run was for, found by the repository, branch and commit that GitHub says ran. A number
 * that the run itself names would be its author's choice.
 * @returns a sentence where there is none to comment on
 */
export async function findPull(github: GitHub, run: PullRun): Promise<Pull | string> {
  const { event, head_sha: sha, head_branch: branch, head_repository: repository } = run;
  if (event !== 'pull_request') return `The run was started by ${event}, not by a pull request`;
  if (branch === null || repository === null) return 'The branch that ran is gone';
  const open = await github.pulls.openFrom(repository.owner.login, branch);
  const found = open.filter(
    ({ state, headSha, headRef, headRepository }) =>
      state === 'open' &&
      headSha === sha &&
      headRef === branch &&
      headRepository?.toLowerCase() === repository.full_name.toLowerCase(),
  );
  const told = found.filter(({ number }) => run.pull_requests.some((pull) => pull.number === number));
  const [pull, ...others] = told.length > 0 ? told : found;
  if (pull === undefined) return `No open pull request has the commit ${sha.slice(0, 7)} as its newest`;
  if (others.length > 0) {
    return `Several open pull requests bring the commit ${sha.slice(0, 7)}, and GitHub does not say which one ran`;
  }
  return pull;
}
