import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError, describeProblem, messageOf } from '../../common/errors.js';
import { CommandFiles } from './command-files.js';
import { CommandReader } from './commands.js';
import type { Conclusion } from './events.js';
import { child, evaluate, evaluateCondition, evaluateText, evaluateTexts } from './expressions.js';
import type { Frame } from './frame.js';
import type { JobState } from './job-state.js';
import { limited } from './limited.js';
import { readShell, shellProblem } from './shell.js';
import type { Step } from './workflow.js';

export interface StepCall {
  readonly step: Step;
  readonly frame: Frame;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}
export interface StepOutcome {
  readonly ok: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}
/** Runs a `uses:` step. */
export type UsesRunner = (call: StepCall, job: JobState) => Promise<StepOutcome>;

/** Runs one step: condition, environment, time limit, then its script or action. */
export async function runStep(step: Step, frame: Frame, job: JobState, uses: UsesRunner): Promise<void> {
  const { log } = job;
  const top = frame.depth === 0;
  const started = Date.now();
  let name = step.uses === undefined ? 'Run a script' : `Run ${step.uses}`;
  let outcome: Conclusion = 'failure';
  let outputs: StepOutcome['outputs'] = {};
  let continued = false;
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    if (top) log.begin(name);
    else log.log(`##[group]${name}`);
  };
  try {
    const env = evaluateTexts(step.env, job.scope(frame));
    const scope = job.scope(frame, env);
    name = nameOf(step, scope);
    if (!evaluateCondition(step.if, scope)) outcome = 'skipped';
    else {
      begin();
      // Known before the step runs, so that a failing one can be judged even when its outputs are odd.
      continued = evaluate(step.continueOnError, scope) === true;
      const result = await withTimeLimit(step, job, scope, (signal) =>
        step.uses === undefined
          ? runScript({ step, frame, env, signal }, job)
          : uses({ step, frame, env, signal }, job),
      );
      outputs = result.outputs;
      outcome = result.ok ? 'success' : result.cancelled ? 'cancelled' : 'failure';
    }
  } catch (error) {
    begin();
    fail(job, error);
  }
  continued &&= outcome === 'failure';
  const conclusion = continued ? 'success' : outcome;
  frame.steps[step.id] = { outputs, outcome, conclusion };
  if (conclusion === 'failure') frame.status = 'failure';
  if (!top) {
    if (begun) log.group(undefined);
    return;
  }
  job.setup.reporter.report({
    kind: 'step-finished',
    run: job.setup.info,
    job: job.plan.name,
    step: log.shown(name),
    conclusion: continued ? 'failure' : conclusion,
    continued,
    durationMs: Date.now() - started,
    tail: begun ? [...log.tail] : [],
  });
}

/** Says why a step failed; a defect shows its stack. */
export function fail(job: JobState, error: unknown): void {
  if (error instanceof UserError) {
    for (const problem of error.problems) job.log.annotation('error', describeProblem(problem));
  } else job.log.annotation('error', messageOf(error));
}

function nameOf(step: Step, scope: Parameters<typeof evaluateText>[1]): string {
  if (step.name !== undefined) return evaluateText(step.name, scope);
  if (step.uses !== undefined) return `Run ${step.uses}`;
  const first = (step.run === undefined ? '' : evaluateText(step.run, scope)).trim().split('\n')[0] ?? '';
  return `Run ${first}`;
}

async function withTimeLimit(
  step: Step,
  job: JobState,
  scope: Parameters<typeof evaluate>[1],
  body: (signal: AbortSignal) => Promise<StepOutcome>,
): Promise<StepOutcome & { cancelled: boolean }> {
  const cancelledBefore = job.signal.aborted;
  const minutes = Number(evaluate(step.timeoutMinutes, scope) ?? 0);
  // A step that runs because the job was cancelled must not be stopped by that very cancellation.
  const { signal, timedOut, dispose } = limited(job.lateSignal(), minutes * 60_000);
  const result = await body(signal).finally(dispose);
  const cancelled = !cancelledBefore && job.signal.aborted;
  if (timedOut() && !cancelled) {
    throw new Error(`The action has timed out after ${minutes} minute${minutes === 1 ? '' : 's'}.`);
  }
  return { ...result, ok: result.ok && !cancelled, cancelled };
}

async function runScript({ step, frame, env, signal }: StepCall, job: JobState): Promise<StepOutcome> {
  const scope = job.scope(frame, env);
  const { workflow, job: definition } = job.plan;
  const fallback = (key: string): string => {
    if (frame.depth > 0) return '';
    const token = child(definition.defaults, key) ?? child(workflow.defaults, key);
    return evaluateText(token, scope);
  };
  const shellName = step.shell === undefined ? fallback('shell') : evaluateText(step.shell, scope);
  const problem = shellProblem(shellName);
  if (problem !== undefined) throw new UserError({ message: problem, where: step.where });
  const script = evaluateText(step.run, scope);
  for (const line of script.trimEnd().split('\n')) job.log.log(line);
  const directory = step.workingDirectory
    ? evaluateText(step.workingDirectory, scope)
    : fallback('working-directory');
  const shell = readShell(shellName, job.searchPath());
  const file = join(job.places.temp, `script-${job.next()}${shell.extension}`);
  await writeFile(file, script.endsWith('\n') ? script : `${script}\n`);
  const { code, outputs } = await runProcess(job, frame, {
    file: shell.program,
    args: shell.args.map((arg) => arg.replaceAll('{0}', file)),
    cwd: resolve(job.places.workspace, directory),
    environment: { GITHUB_ACTION: step.id, ...env },
    signal,
  });
  if (code !== 0) job.log.annotation('error', exitMessage(code));
  return { ok: code === 0, outputs };
}

export function exitMessage(code: number | null): string {
  return code === null ? 'The operation was canceled.' : `Process completed with exit code ${code}.`;
}

/** Runs a process of a step, and takes in what it wrote to the runner's files. */
export async function runProcess(
  job: JobState,
  frame: Frame,
  options: {
    readonly file: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<{ code: number | null; outputs: Record<string, string>; state: Record<string, string> }> {
  const { log } = job;
  const files = new CommandFiles(join(job.places.temp, '_runner_file_commands'), String(job.next()));
  const reader = new CommandReader(log);
  const environment = { ...job.environment(frame, options.environment), ...files.environment };
  let code: number | null = null;
  let written: ReturnType<CommandFiles['collect']>;
  try {
    code = await job.setup.processes.run({ ...options, environment, onLine: (line) => reader.line(line) });
  } finally {
    // Also what a failing step wrote counts.
    written = files.collect();
  }
  for (const problem of written.problems) log.annotation('error', problem);
  for (const [key, value] of Object.entries(written.env)) setEnvironment(job, key, value);
  job.path.unshift(...written.path.reverse());
  log.summary(written.summary);
  const failed = written.problems.some((one) => !one.includes('summary'));
  return { code: failed && code === 0 ? 1 : code, outputs: written.outputs, state: written.state };
}

function setEnvironment(job: JobState, key: string, value: string): void {
  if (/^(NODE_OPTIONS$|GITHUB_|RUNNER_)/i.test(key)) {
    job.log.annotation('error', `GITHUB_ENV cannot set ${key}`);
  } else job.env[key] = value;
}
