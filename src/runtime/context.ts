import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { RunContext } from '../actions/dependencies.js';
import { UserError, messageOf } from '../common/errors.js';
import { isHidden } from './sealed-environment.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the runner's variables.
 * @throws UserError when this process was not started by a runner
 */
export function readRunContext(env: Environment): RunContext {
  const [owner = '', repository = ''] = (env.GITHUB_REPOSITORY ?? '').split('/');
  if (owner === '' || repository === '') {
    throw new UserError({
      message: 'GITHUB_REPOSITORY is not set: this is not a run of GitHub Actions',
      remedy: 'use the action in a workflow, or rehearse the workflow with `mlops rehearse`',
    });
  }
  return {
    owner,
    repository,
    sha: env.GITHUB_SHA ?? '',
    ref: env.GITHUB_REF ?? '',
    eventName: env.GITHUB_EVENT_NAME ?? '',
    event: readEvent(env.GITHUB_EVENT_PATH),
    workflow: env.GITHUB_WORKFLOW ?? '',
    job: env.GITHUB_JOB ?? '',
    runId: Number(env.GITHUB_RUN_ID ?? 0),
    runAttempt: Number(env.GITHUB_RUN_ATTEMPT ?? 1),
    actor: env.GITHUB_ACTOR ?? '',
    serverUrl: env.GITHUB_SERVER_URL ?? 'https://github.com',
    apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
    workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    temp: env.RUNNER_TEMP ?? tmpdir(),
    os: env.RUNNER_OS ?? '',
    runnerName: env.RUNNER_NAME ?? '',
  };
}

function readEvent(path: string | undefined): Readonly<Record<string, unknown>> {
  if (path === undefined || path === '') return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new UserError(
      { message: `the event's payload cannot be read (${messageOf(error)})`, where: { file: path } },
      { cause: error },
    );
  }
}

/** What commands of the user may see: not our inputs, not the runner's own credentials. */
export function childEnvironment(env: Environment): Record<string, string> {
  const visible = Object.entries(env).filter(([name, value]) => value !== undefined && !isHidden(name));
  return Object.fromEntries(visible) as Record<string, string>;
}
