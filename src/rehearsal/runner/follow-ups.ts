import { UserError } from '../../common/errors.js';
import type { Dispatch, HubRepository } from '../types.js';
import type { RunResult } from './run.js';
import type { RunEvent } from './setup.js';
import { type Mapping, isMappingValue, toText } from './values.js';

/** A run that another run started. */
export interface FollowUp {
  readonly event: RunEvent;
  /** Just this workflow; else all that the event triggers. */
  readonly workflow?: string;
  /** The id that the dispatch was answered with. */
  readonly id?: number;
}

/** A workflow that dispatches itself would go on for ever. */
const mostRuns = 50;
/** GitHub starts workflows by workflow_run three deep. */
const mostChained = 3;
const bot = 'github-actions[bot]';

/** What runs of a repository start: dispatches that came in over HTTP, and the event workflow_run. */
export class FollowUps {
  static readonly #known = new WeakMap<HubRepository, FollowUps>();
  readonly #repository: HubRepository;
  readonly #dispatches: Dispatch[] = [];
  readonly #depth = new Map<string, number>();

  /** Listens once to each repository, however often it is rehearsed. */
  static of(repository: HubRepository): FollowUps {
    const known = FollowUps.#known.get(repository) ?? new FollowUps(repository);
    FollowUps.#known.set(repository, known);
    return known;
  }

  private constructor(repository: HubRepository) {
    this.#repository = repository;
    repository.onDispatch((dispatch) => this.#dispatches.push(dispatch));
  }

  /**
   * What is to run after a run, in the order in which it was asked for.
   * @throws UserError when the runs start each other without end
   */
  async after(result: RunResult, runsSoFar: number): Promise<FollowUp[]> {
    const dispatches = this.#dispatches.splice(0);
    if (dispatches.length > 0 && runsSoFar >= mostRuns) {
      throw new UserError({
        message: `${mostRuns} runs have started one another, the last by ${result.run.path}`,
        remedy: 'give the dispatch a condition or a cool-down, or it will not end on GitHub either',
      });
    }
    const chained = await this.#workflowRun(result);
    return [...(await Promise.all(dispatches.map((dispatch) => this.#read(dispatch)))), ...chained];
  }

  async #read(dispatch: Dispatch): Promise<FollowUp> {
    const repository = repositoryPayload(this.#repository, bot);
    if (dispatch.kind === 'repository') {
      const { defaultBranch } = this.#repository;
      return {
        event: {
          name: 'repository_dispatch',
          payload: {
            action: dispatch.eventType,
            branch: defaultBranch,
            client_payload: dispatch.payload as Mapping,
            ...repository,
          },
          ref: `refs/heads/${defaultBranch}`,
          sha: await this.#repository.resolve(defaultBranch),
          actor: bot,
        },
      };
    }
    const ref = await this.#fullRef(dispatch.ref);
    const file = dispatch.workflow;
    return {
      event: {
        name: 'workflow_dispatch',
        payload: { inputs: dispatch.inputs, ref, workflow: file, ...repository },
        ref,
        sha: await this.#repository.resolve(ref),
        actor: bot,
      },
      workflow: file.includes('/') ? file : `.github/workflows/${file}`,
      id: dispatch.runId,
    };
  }

  async #fullRef(ref: string): Promise<string> {
    if (ref.startsWith('refs/')) return ref;
    try {
      await this.#repository.resolve(`refs/heads/${ref}`);
      return `refs/heads/${ref}`;
    } catch {
      return `refs/tags/${ref}`;
    }
  }

  async #workflowRun({ run, conclusion, event }: RunResult): Promise<FollowUp[]> {
    const depth = (this.#depth.get(run.path) ?? 0) + 1;
    if (run.event === 'workflow_run' && depth > mostChained) return [];
    if (run.event === 'workflow_run') this.#depth.set(run.path, depth);
    const { defaultBranch } = this.#repository;
    return [
      {
        event: {
          name: 'workflow_run',
          payload: {
            action: 'completed',
            workflow_run: {
              id: run.id,
              name: run.workflow,
              path: run.path,
              run_number: run.number,
              run_attempt: run.attempt,
              event: run.event,
              status: 'completed',
              conclusion,
              ...this.#head(run, event),
            },
            ...repositoryPayload(this.#repository, bot),
          },
          ref: `refs/heads/${defaultBranch}`,
          sha: await this.#repository.resolve(defaultBranch),
          actor: bot,
        },
      },
    ];
  }

  /** The commit and branch that a run was for: of a pull request its own, not those of the merge that ran. */
  #head(run: RunResult['run'], { payload }: RunEvent): Mapping {
    const pull = isMappingValue(payload.pull_request) ? payload.pull_request : {};
    const head = isMappingValue(pull.head) ? pull.head : {};
    const from = isMappingValue(head.repo) ? toText(head.repo.full_name) : '';
    const { owner, name } = this.#repository;
    const own = `${owner}/${name}`;
    const fork = from !== '' && from !== own;
    return {
      head_sha: toText(head.sha) || run.sha,
      head_branch: toText(head.ref) || run.branch,
      head_repository: { full_name: from || own, owner: { login: (from || own).split('/')[0]! }, fork },
      // As on GitHub: it does not tell of those that come from a fork.
      pull_requests: fork || typeof pull.number !== 'number' ? [] : [{ number: pull.number }],
    };
  }
}

/** What every payload says of where it comes from, and who made it happen. */
export function repositoryPayload(repository: HubRepository, sender: string): Mapping {
  const { owner, name, defaultBranch } = repository;
  return {
    repository: {
      name,
      full_name: `${owner}/${name}`,
      owner: { login: owner },
      default_branch: defaultBranch,
    },
    sender: { login: sender },
  };
}
