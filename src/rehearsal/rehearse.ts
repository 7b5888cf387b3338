import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Problem, UserError, failOn } from '../common/errors.js';
import type { Hub, HubRepository } from './types.js';
import type { Conclusion, Reporter } from './runner/events.js';
import { FollowUps, repositoryPayload } from './runner/follow-ups.js';
import { CommitFiles, git } from './runner/git.js';
import { ConcurrencyGroups, Slots } from './runner/locks.js';
import { type Grace, Processes, githubGrace, killOrphansOfTheDead } from './runner/processes.js';
import { type RunRequest, type RunResult, type Shared, runWorkflow } from './runner/run.js';
import type { Approve, RunEvent, Suite } from './runner/setup.js';
import { checkSupport } from './runner/support.js';
import { type TriggerEvent, isTriggered } from './runner/triggers.js';
import { isMappingValue, toText } from './runner/values.js';
import { type Workflow, readWorkflow } from './runner/workflow.js';

export interface RehearseOptions {
  readonly hub: Hub;
  readonly repository: HubRepository;
  /** Just this workflow, e.g. `.github/workflows/x.yml`, whatever its filters; else all that the event triggers. */
  readonly workflow?: string;
  readonly event: RunEvent;
  /** Answers for the reviewers of environments. */
  readonly approve: Approve;
  readonly suite: Suite;
  /** Absolute path of the Node 24 that JavaScript actions run on. */
  readonly node24: string;
  /** Folder for workspaces; what is in it may be removed. */
  readonly workFolder: string;
  /** Default: `logs` in the work folder. */
  readonly logFolder?: string;
  readonly reporter?: Reporter;
  /** Aborting cancels the runs, as GitHub's button does. */
  readonly signal?: AbortSignal;
  /** A pull request from a fork: no secrets, and a token that only reads. */
  readonly fork?: boolean;
  /** Jobs at the same time; default 2. */
  readonly jobs?: number;
  /** Shows `::debug::`, and sets RUNNER_DEBUG. */
  readonly debug?: boolean;
  /** Variables of this process that steps may see, besides PATH, HOME and the like. */
  readonly inherit?: readonly string[];
  /** How long a cancelled step may take; default as on GitHub. */
  readonly grace?: Grace;
}

export interface RehearsalResult {
  /** The worst of all runs; `skipped` when the event starts no workflow. */
  readonly conclusion: Conclusion;
  /** Those that the event started, then those that they started by dispatch. */
  readonly runs: readonly RunResult[];
}

const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];
const workflowFolder = '.github/workflows';

/** Two rehearsals of one repository at the same time keep each other's concurrency groups. */
const groupsOf = new WeakMap<HubRepository, ConcurrencyGroups>();

/**
 * Runs what an event starts in a repository of the local GitHub, on this machine and without containers:
 * every workflow of the commit that it triggers, and then every run that those dispatch.
 * @throws UserError naming everything that cannot be rehearsed, before anything runs
 */
export async function rehearse(options: RehearseOptions): Promise<RehearsalResult> {
  const { repository, event, signal } = options;
  const owner = ownerOf(options.workFolder);
  killOrphansOfTheDead(owner);
  const workFolder = await cleanWorkFolder(options.workFolder);
  const processes = new Processes(options.grace ?? githubGrace);
  const onExit = (): void => processes.killAll();
  process.once('exit', onExit);
  const shared = share(options, { owner, workFolder, processes });
  const followUps = FollowUps.of(repository);
  const results: RunResult[] = [];
  try {
    const first = await requests(event, options, shared, options.workflow);
    const queue = [...first];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await runWorkflow(next, shared);
      results.push(result);
      for (const { event: started, workflow, id } of await followUps.after(result, results.length)) {
        if (signal?.aborted) break;
        queue.push(...(await requests(started, options, shared, workflow, id)));
      }
    }
  } finally {
    process.off('exit', onExit);
    processes.killAll();
    await rm(workFolder, { recursive: true, force: true });
  }
  return { conclusion: worst(results), runs: results };
}

function worst(results: readonly RunResult[]): Conclusion {
  const all = results.map((result) => result.conclusion);
  for (const one of ['failure', 'cancelled', 'success'] as const) if (all.includes(one)) return one;
  return 'skipped';
}

function share(options: RehearseOptions, own: Pick<Shared, 'owner' | 'workFolder' | 'processes'>): Shared {
  const { hub, repository, suite, approve } = options;
  const groups = groupsOf.get(repository) ?? new ConcurrencyGroups();
  groupsOf.set(repository, groups);
  const visible = [...inherited, ...(options.inherit ?? [])].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...own,
    ...{ hub, repository, suite, approve, groups },
    node: options.node24,
    toolFolder: join(resolve(options.workFolder), 'tools'),
    logFolder: resolve(options.logFolder ?? join(options.workFolder, 'logs')),
    inherited: Object.fromEntries(visible),
    fork: options.fork ?? false,
    debug: options.debug ?? false,
    reporter: options.reporter ?? { report: () => undefined },
    slots: new Slots(options.jobs ?? 2),
    signal: options.signal ?? new AbortController().signal,
  };
}

/** Ends what a killed rehearsal left running; until then it may write to its folders. */
export function endOrphans(workFolder: string): void {
  killOrphansOfTheDead(ownerOf(workFolder));
}

function ownerOf(workFolder: string): string {
  return createHash('sha256').update(resolve(workFolder)).digest('hex').slice(0, 12);
}

/** A folder for this process in it; those of processes that are no more are removed. */
async function cleanWorkFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const pid = /^run-(\d+)(-\d+)?$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(folder, name), { recursive: true, force: true });
  }
  return join(resolve(folder), `run-${process.pid}-${Math.trunc(performance.now() * 1000)}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The runs that an event starts, everything in them checked. */
async function requests(
  told: RunEvent,
  options: RehearseOptions,
  shared: Shared,
  only?: string,
  id?: number,
): Promise<RunRequest[]> {
  const event = {
    ...told,
    payload: { ...repositoryPayload(shared.repository, told.actor), ...told.payload },
  };
  const commit = new CommitFiles(shared.repository.gitFolder, event.sha, shared.workFolder);
  const problems: Problem[] = [];
  const found: RunRequest[] = [];
  const pulls = pullsOf(event);
  const trigger = await triggerOf(event, shared.repository);
  for (const path of only === undefined ? await workflowPaths(commit) : [only]) {
    try {
      const workflow = await readAt(path, commit);
      if (only === undefined && !isTriggered(workflow, trigger)) continue;
      if (only !== undefined && workflow.on[event.name] === undefined) refuseEvent(workflow, event.name);
      const callable = await checkSupport(workflow, commit, options.suite);
      found.push({ workflow, callable, event, pulls, ...(id !== undefined && { id }) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
    }
  }
  failOn(problems);
  return found;
}

async function workflowPaths(commit: CommitFiles): Promise<string[]> {
  return (await commit.list(workflowFolder)).filter((path) => /\.ya?ml$/.test(path));
}

async function readAt(path: string, commit: CommitFiles): Promise<Workflow> {
  const content = await commit.read(path);
  if (content !== undefined) return readWorkflow(path, content);
  const known = await workflowPaths(commit);
  throw new UserError({
    message: `is not in the commit ${commit.sha.slice(0, 7)}`,
    where: { file: path },
    remedy: known.length === 0 ? `it has no workflows in ${workflowFolder}` : `it has ${known.join(', ')}`,
  });
}

function refuseEvent(workflow: Workflow, event: string): never {
  throw new UserError({
    message: `is not started by ${event}`,
    where: { file: workflow.path },
    remedy: `it is by ${Object.keys(workflow.on).join(', ')}`,
  });
}

function pullsOf({ payload }: RunEvent): number[] {
  const pull = payload.pull_request;
  return isMappingValue(pull) && typeof pull.number === 'number' ? [pull.number] : [];
}

async function triggerOf(event: RunEvent, repository: HubRepository): Promise<TriggerEvent> {
  const { name, payload, ref } = event;
  const pull = isMappingValue(payload.pull_request) ? payload.pull_request : undefined;
  const base = isMappingValue(pull?.base) ? pull.base : undefined;
  const run = isMappingValue(payload.workflow_run) ? payload.workflow_run : undefined;
  const from = name === 'push' ? toText(payload.before) : toText(base?.sha);
  const changedFiles = await changed(repository, from, event.sha, name === 'push' ? '..' : '...');
  return {
    name,
    ref,
    ...(typeof payload.action === 'string' && { action: payload.action }),
    ...(base && { baseRef: toText(base.ref) }),
    ...(changedFiles && { changedFiles }),
    ...(run && { workflowRun: { name: toText(run.name), branch: toText(run.head_branch) } }),
  };
}

/** Files that differ between two commits; undefined when that is not known, as of a new branch. */
async function changed(
  repository: HubRepository,
  from: string,
  to: string,
  how: '..' | '...',
): Promise<string[] | undefined> {
  if (!/^[0-9a-f]{40}$/.test(from) || /^0+$/.test(from)) return undefined;
  try {
    const names = await git([
      `--git-dir=${repository.gitFolder}`,
      'diff',
      '--name-only',
      '-z',
      `${from}${how}${to}`,
    ]);
    return names.split('\0').filter((name) => name !== '');
  } catch {
    return undefined;
  }
}
