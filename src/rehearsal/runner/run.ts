import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { githubContext } from './contexts.js';
import type { Conclusion, RunInfo } from './events.js';
import { type Scope, child, evaluate, evaluateText } from './expressions.js';
import { CommitFiles } from './git.js';
import { conclusionOf, readConcurrency, runGraph } from './graph.js';
import { readInputs } from './inputs.js';
import { RunRecord } from './run-record.js';
import type { RunEvent, RunSetup } from './setup.js';
import { isMappingValue } from './values.js';
import { type Workflow, onToken } from './workflow.js';

/** A run that has ended. */
export interface RunResult {
  readonly run: RunInfo;
  readonly event: RunEvent;
  readonly conclusion: Conclusion;
  /** Job id → what it came to. */
  readonly jobs: Readonly<
    Record<string, { readonly conclusion: Conclusion; readonly outputs: Readonly<Record<string, string>> }>
  >;
  /** One log a job: `<job>.log`, and `<job>.md` with its summary. */
  readonly logFolder: string;
}

/** What all runs of a rehearsal share. */
export type Shared = Omit<
  RunSetup,
  'event' | 'info' | 'commit' | 'callable' | 'folder' | 'eventFile' | 'reporter'
> & {
  readonly reporter: RunSetup['reporter'];
  readonly workFolder: string;
  readonly signal: AbortSignal;
};

/** One run to be done. */
export interface RunRequest {
  readonly workflow: Workflow;
  readonly callable: RunSetup['callable'];
  readonly event: RunEvent;
  readonly pulls: readonly number[];
  /** The id that a dispatch reserved. */
  readonly id?: number;
}

/**
 * Runs a workflow, and records it in the local GitHub.
 * @throws UserError when the inputs of a dispatch are wrong
 */
export async function runWorkflow(request: RunRequest, shared: Shared): Promise<RunResult> {
  const { workflow, event } = request;
  const { repository } = shared;
  const started = Date.now();
  const inputs = dispatchInputs(request);
  const title = titleOf(request, shared, inputs);
  const branch = event.ref.replace(/^refs\/(heads|tags|pull)\//, '');
  const { id, attempt, number } = await repository.runs.start({
    ...(request.id !== undefined && { id: request.id }),
    workflow: workflow.path,
    name: workflow.name,
    event: event.name,
    headSha: event.sha,
    headBranch: branch,
    actor: event.actor,
    pulls: request.pulls,
  });
  const info: RunInfo = {
    ...{ id, attempt, number, title, workflow: workflow.name, path: workflow.path },
    ...{ event: event.name, sha: event.sha, branch },
  };
  const record = new RunRecord(shared.reporter, repository, id);
  const setup = await prepare(request, shared, info, record);
  record.report({ kind: 'run-started', run: info });
  let conclusion: Conclusion = 'failure';
  let jobs: RunResult['jobs'] = {};
  try {
    ({ conclusion, jobs } = await runAll(request, inputs, setup, shared));
  } finally {
    await record.settle();
    await repository.runs.update(id, { status: 'completed', conclusion });
    await rm(setup.folder, { recursive: true, force: true });
    record.report({ kind: 'run-finished', run: info, conclusion, durationMs: Date.now() - started });
  }
  return { run: info, event, conclusion, jobs, logFolder: join(shared.logFolder, String(id)) };
}

async function prepare(
  { callable, event }: RunRequest,
  shared: Shared,
  info: RunInfo,
  reporter: RunRecord,
): Promise<RunSetup> {
  const folder = join(shared.workFolder, String(info.id));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const eventFile = join(folder, 'event.json');
  await writeFile(eventFile, JSON.stringify(event.payload, undefined, 2));
  const commit = new CommitFiles(shared.repository.gitFolder, event.sha, folder);
  // What a run of a fork's pull request starts later is a run of the repository itself.
  const fork = shared.fork && event.name !== 'workflow_run';
  return { ...shared, fork, event, info, commit, callable, folder, eventFile, reporter };
}

async function runAll(
  { workflow }: RunRequest,
  inputs: ReturnType<typeof dispatchInputs>,
  setup: RunSetup,
  { signal: outer }: Shared,
): Promise<Pick<RunResult, 'conclusion' | 'jobs'>> {
  const { repository, info } = setup;
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  const secrets = setup.fork ? {} : repository.secrets;
  const scope: Scope = {
    file: workflow.path,
    contexts: { github: githubContext(setup, workflow, '', ''), inputs, vars: repository.variables },
  };
  const body = async (): Promise<Pick<RunResult, 'conclusion' | 'jobs'>> => {
    await repository.runs.update(info.id, { status: 'in_progress' });
    const ends = await runGraph({ workflow, inputs, secrets, prefix: '', signal }, setup);
    const results = [...ends.values()].map((end) => end.result);
    return {
      conclusion: signal.aborted && !results.includes('failure') ? 'cancelled' : conclusionOf(results),
      jobs: Object.fromEntries(
        Array.from(ends, ([id, { conclusion, outputs }]) => [id, { conclusion, outputs }]),
      ),
    };
  };
  const concurrency = readConcurrency(evaluate(workflow.concurrency, scope));
  if (concurrency === undefined) return body();
  const done = await setup.groups.use(concurrency, controller, body);
  return done ?? { conclusion: 'cancelled', jobs: {} };
}

function dispatchInputs({ workflow, event }: RunRequest): ReturnType<typeof readInputs> {
  if (event.name !== 'workflow_dispatch') return {};
  const given = event.payload.inputs;
  return readInputs(
    child(onToken(workflow, 'workflow_dispatch'), 'inputs'),
    isMappingValue(given) ? given : {},
    {
      scope: { file: workflow.path, contexts: {} },
      of: workflow.path,
      file: workflow.path,
    },
  );
}

function titleOf(
  { workflow, event }: RunRequest,
  shared: Shared,
  inputs: ReturnType<typeof dispatchInputs>,
): string {
  if (workflow.runName === undefined) return workflow.name;
  const info = { id: 0, number: 0, attempt: 1, title: '', path: workflow.path, workflow: workflow.name };
  const contexts = {
    github: githubContext(
      { ...shared, event, info: { ...info, event: event.name, sha: event.sha, branch: '' } },
      workflow,
      '',
      '',
    ),
    inputs,
    vars: shared.repository.variables,
  };
  return evaluateText(workflow.runName, { file: workflow.path, contexts }) || workflow.name;
}
