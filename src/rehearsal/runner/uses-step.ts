import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import { type ActionFile, type CompositeRuns, type NodeRuns, readAction } from './action.js';
import { builtins } from './builtin/index.js';
import { evaluateCondition, evaluateText, evaluateTexts } from './expressions.js';
import type { Frame } from './frame.js';
import type { JobState } from './job-state.js';
import { type StepCall, type StepOutcome, exitMessage, fail, runProcess, runStep } from './step.js';
import { readUses } from './uses.js';
import type { Step } from './workflow.js';

const deepest = 9;

/** An action on this machine. */
interface FoundAction {
  readonly action: ActionFile;
  readonly folder: string;
  /** What `$/` means in its steps. */
  containing(): Promise<string>;
}

/** Runs a step that uses an action. */
export async function runUses(call: StepCall, job: JobState): Promise<StepOutcome> {
  const uses = call.step.uses ?? '';
  const meaning = readUses(uses, job.setup.suite);
  if (meaning.kind === 'unsupported') throw new UserError({ message: meaning.why, where: call.step.where });
  const given = evaluateTexts(call.step.with, job.scope(call.frame, call.env));
  if (meaning.kind === 'builtin') return runBuiltin(meaning.name, given, job);
  const found = await findAction(call.step, call.frame, job);
  const inputs = inputsOf(found, given, uses, call, job);
  const { runs } = found.action;
  if (runs.using === 'composite') return runComposite(runs, found, inputs, call, job);
  if (runs.using === 'node') return runNode(runs, found, inputs, call, job);
  throw new UserError({
    message: `${uses} runs on "${runs.named}", which is not supported`,
    where: call.step.where,
  });
}

async function findAction(step: Step, frame: Frame, job: JobState): Promise<FoundAction> {
  const uses = step.uses ?? '';
  const meaning = readUses(uses, job.setup.suite);
  let root = job.setup.suite.folder;
  let containing = (): Promise<string> => Promise.resolve(job.setup.suite.folder);
  if (meaning.kind === 'workspace') {
    root = job.places.workspace;
    containing = () => job.setup.commit.folder();
  } else if (meaning.kind === 'containing') {
    root = await frame.containing();
    containing = () => frame.containing();
  }
  const folder = resolve(root, 'path' in meaning ? meaning.path : '');
  const file = ['action.yml', 'action.yaml'].map((name) => join(folder, name)).find((one) => existsSync(one));
  if (file === undefined) {
    throw new UserError({
      message: `Can't find 'action.yml' or 'action.yaml' for ${uses}`,
      where: step.where,
      remedy: meaning.kind === 'workspace' ? 'is actions/checkout run before?' : 'check the path',
    });
  }
  return { action: readAction(file, await readFile(file, 'utf8')), folder, containing };
}

/** What was given, and the defaults; unknown names are warned of, as on GitHub. */
function inputsOf(
  { action }: FoundAction,
  given: Readonly<Record<string, string>>,
  uses: string,
  { frame, env }: StepCall,
  job: JobState,
): Record<string, string> {
  const names = action.inputs.map((input) => input.name);
  warnOfUnknown(given, names, uses, job);
  const scope = { ...job.scope(frame, env), file: action.file };
  const result: Record<string, string> = {};
  for (const input of action.inputs) {
    const own = valueOf(given, input.name);
    result[input.name] = own ?? evaluateText(input.default, scope);
    if (own !== undefined && input.deprecation !== undefined)
      job.log.annotation('warning', input.deprecation);
  }
  return { ...given, ...result };
}

function warnOfUnknown(
  given: Readonly<Record<string, string>>,
  names: readonly string[],
  uses: string,
  job: JobState,
): void {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const unknown = Object.keys(given).filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length === 0) return;
  const near = unknown.map((name) => nearest(name, names)).find((name) => name !== undefined);
  job.log.annotation(
    'warning',
    `Unexpected input(s) ${unknown.map((name) => `'${name}'`).join(', ')} of ${uses}, ` +
      `valid inputs are [${names.map((name) => `'${name}'`).join(', ')}]${near === undefined ? '' : `; did you mean '${near}'?`}`,
  );
}

function valueOf(given: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(given).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

async function runBuiltin(
  name: string,
  given: Readonly<Record<string, string>>,
  job: JobState,
): Promise<StepOutcome> {
  const builtin = builtins[name]!;
  warnOfUnknown(given, Object.keys(builtin.inputs), name, job);
  const own = Object.keys(builtin.inputs).flatMap((input): [string, string][] => {
    const value = valueOf(given, input);
    return value === undefined ? [] : [[input, value]];
  });
  const outputs = await builtin.run({
    inputs: { ...builtin.inputs, ...Object.fromEntries(own) },
    workspace: job.places.workspace,
    setup: job.setup,
    path: job.searchPath(),
    log: (line) => job.log.log(line),
    warning: (message) => job.log.annotation('warning', message),
    notice: (message) => job.log.annotation('notice', message),
    addPath: (folder) => job.path.unshift(...folder.split(delimiter)),
  });
  return { ok: true, outputs };
}

async function runComposite(
  runs: CompositeRuns,
  { action, folder, containing }: FoundAction,
  inputs: Readonly<Record<string, string>>,
  { step, frame, env, signal }: StepCall,
  job: JobState,
): Promise<StepOutcome> {
  if (frame.depth >= deepest) throw new Error(`composite actions are nested deeper than ${deepest}`);
  const inner: Frame = {
    file: action.file,
    key: `${frame.key}/${step.id}`,
    depth: frame.depth + 1,
    steps: {},
    status: 'success',
    inputs,
    actionPath: folder,
    env: { ...frame.env, ...env, GITHUB_ACTION_PATH: folder },
    containing,
  };
  for (const one of runs.steps) {
    // A time limit of the calling step ends the whole action.
    if (signal.aborted && !job.signal.aborted) break;
    await runStep(one, inner, job, runUses);
  }
  const scope = job.scope(inner);
  const outputs = runs.outputs.map(({ name, value }) => [name, evaluateText(value, scope)] as const);
  return { ok: inner.status === 'success' && !signal.aborted, outputs: Object.fromEntries(outputs) };
}

type Phase = 'pre' | 'main' | 'post';

async function runNode(
  runs: NodeRuns,
  found: FoundAction,
  inputs: Readonly<Record<string, string>>,
  call: StepCall,
  job: JobState,
): Promise<StepOutcome> {
  const { step, frame } = call;
  const { post } = runs;
  if (post !== undefined) {
    job.posts.push({
      name: `Post ${step.name === undefined ? `Run ${step.uses}` : evaluateText(step.name, job.scope(frame, call.env))}`,
      run: async () => {
        const scope = { ...job.scope(frame, call.env), file: found.action.file };
        // `always()` unless it says otherwise.
        if (runs.postIf !== undefined && !evaluateCondition(runs.postIf, scope)) return;
        const { ok } = await runPhase('post', post, found, inputs, call, job);
        if (!ok) frame.status = 'failure';
      },
    });
  }
  return runPhase('main', runs.main, found, inputs, call, job);
}

async function runPhase(
  phase: Phase,
  file: string,
  { action, folder }: FoundAction,
  inputs: Readonly<Record<string, string>>,
  { step, frame, env, signal }: StepCall,
  job: JobState,
): Promise<StepOutcome> {
  const { hub, info, repository, node } = job.setup;
  const key = `${frame.key}/${step.id}`;
  const states = job.actionStates.get(key) ?? {};
  job.actionStates.set(key, states);
  const named = (prefix: string, values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        `${prefix}${name.replaceAll(' ', '_').toUpperCase()}`,
        value,
      ]),
    );
  const { code, outputs, state } = await runProcess(job, frame, {
    file: node,
    args: [join(folder, file)],
    cwd: job.places.workspace,
    environment: {
      GITHUB_ACTION: step.id,
      ...env,
      ...named('INPUT_', inputs),
      // State keeps the case of its names.
      ...Object.fromEntries(Object.entries(states).map(([name, value]) => [`STATE_${name}`, value])),
      ACTIONS_RUNTIME_TOKEN: repository.runs.runtimeToken(info.id, job.plan.key),
      ACTIONS_RUNTIME_URL: hub.resultsUrl,
      ACTIONS_RESULTS_URL: hub.resultsUrl,
      ACTIONS_CACHE_URL: hub.resultsUrl,
      ACTIONS_CACHE_SERVICE_V2: 'True',
    },
    // The time limit of the step is not one of its post step.
    signal: phase === 'post' ? job.lateSignal() : signal,
  });
  Object.assign(states, state);
  if (code !== 0) job.log.annotation('error', `${action.name}: ${exitMessage(code)}`);
  return { ok: code === 0, outputs };
}

/** Runs the `pre` of an action that a step of the job uses; nothing when it has none. */
export async function runPre(step: Step, frame: Frame, job: JobState): Promise<void> {
  const meaning = readUses(step.uses ?? '', job.setup.suite);
  // As on GitHub: what stands in the workspace is not there yet.
  if (meaning.kind !== 'suite' && meaning.kind !== 'containing') return;
  const found = await findAction(step, frame, job);
  const { runs } = found.action;
  if (runs.using !== 'node' || runs.pre === undefined) return;
  job.log.begin(`Pre Run ${step.uses}`);
  try {
    const scope = { ...job.scope(frame), file: found.action.file };
    if (runs.preIf !== undefined && !evaluateCondition(runs.preIf, scope)) return;
    const call: StepCall = { step, frame, env: evaluateTexts(step.env, scope), signal: job.signal };
    const inputs = inputsOf(found, evaluateTexts(step.with, scope), step.uses ?? '', call, job);
    const { ok } = await runPhase('pre', runs.pre, found, inputs, call, job);
    if (!ok) frame.status = 'failure';
  } catch (error) {
    frame.status = 'failure';
    fail(job, error);
  }
}
