import { parse } from 'yaml';
import type { ActionDefinition } from '../../src/actions/definition.js';
import { composite } from '../../src/actions/rollback-model/composite.js';

type Level = 'read' | 'write';
export type Definitions = Readonly<Record<string, ActionDefinition>>;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, Level>>;
  readonly environment?: string | { readonly name: string; readonly deployment?: boolean };
  readonly 'timeout-minutes'?: number;
  readonly 'runs-on'?: string;
  readonly steps: readonly Step[];
}
interface Template {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: {
    readonly group?: string;
    readonly queue?: string;
    readonly 'cancel-in-progress'?: boolean;
  };
  readonly jobs: Readonly<Record<string, Job>>;
}

const ours = /^mlops-actions\/suite\/actions\/([a-z-]+)@v1$/;
const builtIn = /^actions\/[a-z-]+@[0-9a-f]{40}$/;

/** What keeps a fork's code from a self-hosted runner. */
const forkGuard = 'github.event.pull_request.head.repo.full_name == github.repository && vars.';

/** What GitHub's own actions ask of the job's token. */
const officialNeeds: Readonly<Record<string, Readonly<Record<string, Level>>>> = {
  'actions/checkout': { contents: 'read' },
  'actions/upload-artifact': {},
  'actions/download-artifact': {},
};

/** An input that switches a part of an action off also takes away what that part needed. */
const reductions = [
  { action: 'evaluate-gate', input: 'comment', permission: 'pull-requests' },
  { action: 'drift-check', input: 'issue', permission: 'issues' },
  { action: 'drift-check', input: 'retrain', permission: 'actions' },
  { action: 'drift-check', input: 'history', permission: 'contents' },
];

/** Everything in which a template breaks what the templates promise. */
export function problemsOf(text: string, definitions: Definitions): string[] {
  const template = parse(text) as Template;
  return [
    ...ofText(text),
    ...ofWorkflow(template),
    ...Object.entries(template.jobs).flatMap(([id, job]) =>
      [
        ...ofPermissions(job, definitions),
        ...ofJob(job),
        ...ofRunner(job, template),
        ...job.steps.flatMap((s) => [...ofStep(s, definitions)]),
      ].map((problem) => `${id}: ${problem}`),
    ),
  ];
}

/** What only comments tell, and what GitHub replaces only where it offers a template itself. */
function* ofText(text: string): Generator<string> {
  if (text.includes('$default-branch')) yield '$default-branch means nothing in a file that was copied';
  for (const line of text.split('\n')) {
    const pinned = /uses: actions\/\S+@[0-9a-f]{40}(.*)$/.exec(line);
    if (pinned !== null && !/^ # v\d+\.\d+\.\d+$/.test(pinned[1]!)) {
      yield `${line.trim()}: no comment says which version that is`;
    }
    if (/^ +[a-z-]+: (read|write)$/.test(line)) yield `${line.trim()}: no comment says what it is for`;
  }
}

function* ofWorkflow({ on, permissions, concurrency }: Template): Generator<string> {
  if (JSON.stringify(permissions) !== '{}') yield 'permissions at the top are not {}';
  const forPulls = Object.keys(on).join() === 'pull_request';
  if (!concurrency?.group) yield 'no concurrency group';
  if ((concurrency?.['cancel-in-progress'] ?? false) !== forPulls) {
    yield forPulls ? 'an outdated check of a pull request goes on' : 'a run in progress would be cancelled';
  }
  if (!forPulls && concurrency?.queue !== 'max') yield 'a run that waits would be cancelled by the next one';
}

function* ofJob(job: Job): Generator<string> {
  if (job['timeout-minutes'] === undefined) yield 'no timeout-minutes';
  const { environment } = job;
  // GitHub's own deployment would have the run's ref, and double ours.
  if (environment !== undefined && (typeof environment === 'string' || environment.deployment !== false)) {
    yield 'its environment files a deployment of its own';
  }
}

/** A fork's pull request must not choose a runner that its owner keeps. */
function* ofRunner({ 'runs-on': runner = '' }: Job, { on }: Template): Generator<string> {
  if ('pull_request' in on && runner.includes('vars.') && !runner.includes(forkGuard)) {
    yield 'the code of a fork gets to a self-hosted runner';
  }
}

function* ofPermissions({ permissions = {}, steps }: Job, definitions: Definitions): Generator<string> {
  const wanted = new Map<string, Level>();
  for (const step of steps) {
    for (const [name, level] of Object.entries(needsOf(step, definitions))) {
      if (wanted.get(name) !== 'write') wanted.set(name, level);
    }
  }
  for (const name of new Set([...wanted.keys(), ...Object.keys(permissions)])) {
    const [has, needs] = [permissions[name] ?? 'none', wanted.get(name) ?? 'none'];
    if (has !== needs) yield `${name}: ${has}, but its steps need ${needs}`;
  }
}

function needsOf(step: Step, definitions: Definitions): Readonly<Record<string, Level>> {
  const name = ours.exec(step.uses ?? '')?.[1];
  const definition = definitions[name ?? ''];
  if (definition === undefined) return officialNeeds[(step.uses ?? '').replace(/@.*/, '')] ?? {};
  const off = reductions.filter((one) => one.action === name && String(step.with?.[one.input]) === 'false');
  return Object.fromEntries(
    Object.entries(definition.permissions).filter(
      ([key]) => !off.some(({ permission }) => permission === key),
    ),
  );
}

function* ofStep({ uses, run, with: given = {} }: Step, definitions: Definitions): Generator<string> {
  if (run !== undefined && run.includes('${{')) yield `an expression in a shell line: ${run}`;
  if (uses === undefined) return;
  const name = ours.exec(uses)?.[1];
  const definition = definitions[name ?? ''];
  if (definition === undefined) {
    if (name !== undefined || !builtIn.test(uses)) yield `${uses} is none of ours, or not pinned`;
    else if (officialNeeds[uses.replace(/@.*/, '')] === undefined) yield `${uses}: its needs are not known`;
  } else {
    for (const key of Object.keys(given))
      if (!(key in definition.inputs)) yield `${uses} has no input ${key}`;
    for (const [key, { required }] of Object.entries(definition.inputs)) {
      if (required && !(key in given)) yield `${uses} lacks its input ${key}`;
    }
  }
  if (uses.startsWith('actions/checkout@') && given['persist-credentials'] !== false) {
    yield 'checkout leaves the token in .git';
  }
}

/** What the composite of ours needs, from the actions that it uses. */
export function* ofComposite(definitions: Definitions): Generator<string> {
  const own = definitions['rollback-model']!.permissions;
  for (const { uses } of composite.steps) {
    for (const [name, level] of Object.entries(definitions[uses.replace('$/actions/', '')]!.permissions)) {
      if (own[name] !== level && own[name] !== 'write')
        yield `rollback-model lacks ${name}: ${level} of ${uses}`;
    }
  }
}
