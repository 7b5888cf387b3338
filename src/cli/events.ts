import type { HubRepository } from '../rehearsal/types.js';
import type { RunEvent } from '../rehearsal/runner/setup.js';
import type { Mapping } from '../rehearsal/runner/values.js';
import type { EventName } from './options.js';
import { type Checkout, bringHead, commitWorkingTree } from './snapshot.js';

/** Who does everything in a rehearsal from the command line. */
const actor = 'you';

export interface EventOptions {
  /** A folder of the working tree that is left out. */
  readonly except: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Laid over the payload. */
  readonly payload: Mapping;
  readonly now: Date;
}

/**
 * Brings the working tree into the local GitHub and makes the event of it.
 */
export async function makeEvent(
  name: EventName,
  repository: HubRepository,
  checkout: Checkout,
  options: EventOptions,
): Promise<RunEvent> {
  const { defaultBranch, gitFolder } = repository;
  const commit = (branch: string): Promise<string> =>
    commitWorkingTree(checkout, { gitFolder, branch, except: options.except });
  const common: Mapping = {
    repository: {
      name: repository.name,
      full_name: `${repository.owner}/${repository.name}`,
      owner: { login: repository.owner },
      default_branch: defaultBranch,
    },
    sender: { login: actor },
  };
  if (name === 'pull_request') return pullRequest(repository, checkout, common, options);
  const sha = await commit(defaultBranch);
  const ref = `refs/heads/${defaultBranch}`;
  const own: Readonly<Record<Exclude<EventName, 'pull_request'>, Mapping>> = {
    push: { ref, after: sha, head_commit: { id: sha, message: 'The working tree' } },
    schedule: { schedule: '0 0 * * *' },
    workflow_dispatch: { ref, inputs: options.inputs },
    repository_dispatch: { action: 'rehearsal', branch: defaultBranch, client_payload: options.inputs },
  };
  return { name, payload: { ...common, ...own[name], ...options.payload }, ref, sha, actor };
}

/** A pull request that brings what is not committed yet onto HEAD. */
async function pullRequest(
  repository: HubRepository,
  checkout: Checkout,
  common: Mapping,
  options: EventOptions,
): Promise<RunEvent> {
  const { defaultBranch, gitFolder } = repository;
  // A branch for each rehearsal: an earlier one may have an open pull request.
  const branch = `rehearsal-${options.now.getTime()}`;
  const base = await bringHead(checkout, gitFolder, defaultBranch);
  const from = base === checkout.head ? checkout : { ...checkout, head: base };
  const head = await commitWorkingTree(from, { gitFolder, branch, except: options.except, always: true });
  const { number } = await repository.openPull({ title: 'The working tree', head: branch, author: actor });
  const sha = await repository.resolve(`refs/pull/${number}/merge`);
  const pull: Mapping = {
    number,
    title: 'The working tree',
    user: { login: actor },
    head: { ref: branch, sha: head },
    base: { ref: defaultBranch, sha: base },
  };
  const payload = { ...common, action: 'opened', number, pull_request: pull, ...options.payload };
  return { name: 'pull_request', payload, ref: `refs/pull/${number}/merge`, sha, actor };
}
