import { UserError, describeProblem, messageOf } from '../../common/errors.js';
import { enterEnvironment, readEnvironment } from './environments.js';
import { githubContext } from './contexts.js';
import type { Conclusion } from './events.js';
import {
  type Scope,
  type Status,
  child,
  evaluate,
  evaluateCondition,
  evaluateText,
  evaluateTexts,
  literal,
} from './expressions.js';
import { type JobResult, runJob } from './job.js';
import type { JobPlan } from './job-state.js';
import { readInputs } from './inputs.js';
import { type Concurrency, Slots } from './locks.js';
import { combinationName, expandMatrix } from './matrix.js';
import { effectivePermissions } from './permissions.js';
import type { RunSetup } from './setup.js';
import { type Mapping, type Value, isMappingValue, toText } from './values.js';
import { type Job, type Workflow, entriesOf } from './workflow.js';

/** A workflow that runs: the run's own, or one that a job calls. */
export interface Call {
  readonly workflow: Workflow;
  readonly inputs: Mapping;
  readonly secrets: Readonly<Record<string, string>>;
  /** Of the calling job. */
  readonly cap?: JobPlan['permissions'];
  /** `caller / `, and the same for keys. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

interface JobEnd extends JobResult {
  /** As dependents see it: a failure that `continue-on-error` forgives is a success. */
  readonly result: Conclusion;
  /** Of the job and everything before it. */
  readonly status: Status;
}

/** Runs all jobs of a workflow, each when those that it needs have ended. */
export async function runGraph(call: Call, setup: RunSetup): Promise<ReadonlyMap<string, JobEnd>> {
  const pending = new Map<string, Promise<JobEnd>>();
  const end = (job: Job): Promise<JobEnd> => {
    const known = pending.get(job.id);
    if (known !== undefined) return known;
    const needed = call.workflow.jobs.filter((other) => job.needs.includes(other.id));
    const promise = Promise.all(needed.map(async (other) => [other.id, await end(other)] as const)).then(
      (ends) => runNode(job, new Map(ends), call, setup),
    );
    pending.set(job.id, promise);
    return promise;
  };
  const ends = await Promise.all(call.workflow.jobs.map(async (job) => [job.id, await end(job)] as const));
  return new Map(ends);
}

/** What a workflow came to, by its jobs. */
export function conclusionOf(results: Iterable<Conclusion>): Conclusion {
  const all = [...results];
  for (const one of ['failure', 'cancelled', 'success'] as const) if (all.includes(one)) return one;
  return 'skipped';
}

async function runNode(
  job: Job,
  needs: ReadonlyMap<string, JobEnd>,
  call: Call,
  setup: RunSetup,
): Promise<JobEnd> {
  const before = statusOf([...needs.values()], call.signal);
  const needsContext = Object.fromEntries(
    Array.from(needs, ([id, { result, outputs }]) => [id, { result, outputs }]),
  );
  const scope: Scope = {
    file: call.workflow.path,
    status: before,
    contexts: {
      github: githubContext(setup, call.workflow, job.id, ''),
      needs: needsContext,
      vars: setup.repository.variables,
      inputs: call.inputs,
    },
  };
  try {
    if (!evaluateCondition(job.if, scope)) {
      announce(setup, `${call.prefix}${nameOf(job, scope, null)}`, 'skipped');
      return { conclusion: 'skipped', result: 'skipped', outputs: {}, status: worse(before, 'skipped') };
    }
    const strategy = literal(job.strategy) === null ? {} : evaluate(job.strategy, scope);
    const { conclusion, outputs, forgiven } = await runInstances(
      job,
      isMappingValue(strategy) ? strategy : {},
      scope,
      call,
      setup,
    );
    const result = forgiven ? 'success' : conclusion;
    return { conclusion, result, outputs, status: worse(before, result) };
  } catch (error) {
    const name = `${call.prefix}${job.id}`;
    announce(setup, name, 'failure', error);
    return { conclusion: 'failure', result: 'failure', outputs: {}, status: 'failure' };
  }
}

function statusOf(needs: readonly JobEnd[], signal: AbortSignal): Status {
  if (signal.aborted) return 'cancelled';
  return needs.map((need) => need.status).reduce(worse, 'success');
}

/** Failure before skipped before success; a cancelled job is to others as if it had been skipped. */
function worse(a: Status, b: Status): Status {
  if (a === 'failure' || b === 'failure') return 'failure';
  return a === 'success' && b === 'success' ? 'success' : 'skipped';
}

/** Tells of a job that never got to its steps. */
function announce(setup: RunSetup, job: string, conclusion: Conclusion, error?: unknown): void {
  const about = { run: setup.info, job };
  if (error !== undefined) {
    const messages = error instanceof UserError ? error.problems.map(describeProblem) : [messageOf(error)];
    for (const message of messages) {
      setup.reporter.report({ kind: 'annotation', ...about, step: '', level: 'error', message });
    }
  }
  setup.reporter.report({ kind: 'job-finished', ...about, conclusion, durationMs: 0, outputs: {} });
}

function nameOf(job: Job, scope: Scope, matrix: Mapping | null): string {
  const own = job.name === undefined ? job.id : evaluateText(job.name, scope);
  const usesMatrix = job.name !== undefined && toText(literal(job.name)).includes('matrix');
  return matrix === null || usesMatrix ? own : `${own} ${combinationName(matrix)}`;
}

async function runInstances(
  job: Job,
  strategy: Mapping,
  scope: Scope,
  call: Call,
  setup: RunSetup,
): Promise<JobResult & { forgiven: boolean }> {
  const matrix = strategy.matrix ?? null;
  const combinations = matrix === null ? [null] : expandMatrix(matrix, job.id, call.workflow.path);
  const failFast = strategy['fail-fast'] !== false && toText(strategy['fail-fast']) !== 'false';
  const most = Number(strategy['max-parallel'] ?? combinations.length) || combinations.length;
  const parallel = new Slots(most);
  const controller = new AbortController();
  const signal = AbortSignal.any([call.signal, controller.signal]);
  const results = await Promise.all(
    combinations.map((combination, index) =>
      parallel.use(async () => {
        const own: Scope = {
          ...scope,
          contexts: {
            ...scope.contexts,
            matrix: combination,
            strategy: {
              'fail-fast': failFast,
              'job-index': index,
              'job-total': combinations.length,
              'max-parallel': most,
            },
          },
        };
        const key = `${call.prefix}${job.id}${combination === null ? '' : `-${index + 1}`}`;
        const forgives = evaluate(job.continueOnError, own) === true;
        const result = await runInstance(job, key, own, { ...call, signal }, setup);
        if (result.conclusion === 'failure' && failFast && !forgives) {
          controller.abort(new Error(`another job of the matrix of "${job.id}" failed`));
        }
        return { ...result, forgiven: forgives && result.conclusion === 'failure' };
      }),
    ),
  );
  const unforgiven = results.filter((result) => !result.forgiven).map((result) => result.conclusion);
  return {
    // Of the jobs of a matrix the last that set an output wins.
    outputs: Object.assign({}, ...results.map((r) => withoutEmpty(r.outputs))) as Record<string, string>,
    conclusion: conclusionOf(unforgiven.length > 0 ? unforgiven : results.map((r) => r.conclusion)),
    forgiven: unforgiven.length === 0,
  };
}

function withoutEmpty(outputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== ''));
}

async function runInstance(
  job: Job,
  key: string,
  scope: Scope,
  call: Call,
  setup: RunSetup,
): Promise<JobResult> {
  const matrix = scope.contexts.matrix;
  const name = `${call.prefix}${nameOf(job, scope, isMappingValue(matrix) ? matrix : null)}`;
  const controller = new AbortController();
  const signal = AbortSignal.any([call.signal, controller.signal]);
  const body = (): Promise<JobResult> =>
    job.uses === undefined
      ? runPlain(job, key, name, scope, { ...call, signal }, setup)
      : runCalled(job, job.uses, name, scope, { ...call, signal }, setup);
  if (call.signal.aborted && toText(literal(job.if)).match(/always|cancelled/) === null) {
    announce(setup, name, 'cancelled');
    return { conclusion: 'cancelled', outputs: {} };
  }
  const concurrency = readConcurrency(evaluate(job.concurrency, scope));
  if (concurrency === undefined) return body();
  const result = await setup.groups.use(concurrency, controller, body);
  if (result !== undefined) return result;
  announce(
    setup,
    name,
    'cancelled',
    new Error(`a newer job of the group ${concurrency.group} took its place in the queue`),
  );
  return { conclusion: 'cancelled', outputs: {} };
}

/** `concurrency:` of a workflow or a job, evaluated; undefined when there is none. */
export function readConcurrency(value: Value): Concurrency | undefined {
  if (value === null || value === '') return undefined;
  if (!isMappingValue(value)) return { group: toText(value), cancelInProgress: false, queue: 'single' };
  const group = toText(value.group);
  if (group === '') return undefined;
  return {
    group,
    cancelInProgress: toText(value['cancel-in-progress']) === 'true',
    queue: value.queue === 'max' ? 'max' : 'single',
  };
}

async function runPlain(
  job: Job,
  key: string,
  name: string,
  scope: Scope,
  call: Call,
  setup: RunSetup,
): Promise<JobResult> {
  const environment = readEnvironment(job.environment, scope);
  if (environment !== undefined && !(await enterEnvironment(environment.name, name, setup))) {
    announce(setup, name, 'failure', new Error(`the deployment to ${environment.name} was rejected`));
    return { conclusion: 'failure', outputs: {} };
  }
  const { repository, info } = setup;
  const permissions = effectivePermissions(job.permissions, call.workflow.permissions, call.cap, setup.fork);
  const token = repository.token({ permissions, runId: info.id });
  const github = { ...githubContext(setup, call.workflow, job.id, token) };
  const secrets = { ...call.secrets, GITHUB_TOKEN: token };
  const { needs, matrix, strategy } = scope.contexts;
  const plan: JobPlan = {
    ...{ workflow: call.workflow, job, key: fileName(key), name, permissions, token, github, environment },
    env: evaluateTexts(call.workflow.env, { ...scope, contexts: { ...scope.contexts, github, secrets } }),
    inputs: call.inputs,
    secrets: call.secrets,
    needs: isMappingValue(needs) ? needs : {},
    matrix: isMappingValue(matrix) ? matrix : null,
    strategy: isMappingValue(strategy) ? strategy : {},
  };
  return setup.slots.use(() => runJob(plan, setup, call.signal));
}

function fileName(text: string): string {
  return text.replace(/ \/ /g, '.').replace(/[^\w.-]/g, '_');
}

/** A job that is a reusable workflow. */
async function runCalled(
  job: Job,
  uses: string,
  name: string,
  scope: Scope,
  call: Call,
  setup: RunSetup,
): Promise<JobResult> {
  const path = uses.replace(/^\.\//, '');
  const workflow = setup.callable.get(path);
  if (workflow === undefined) throw new UserError({ message: `${path} does not exist`, where: job.where });
  const secrets = secretsOf(job, scope, call);
  const given = evaluate(job.with, { ...scope, contexts: { ...scope.contexts } });
  const inputs = readInputs(child(workflow.call, 'inputs'), isMappingValue(given) ? given : {}, {
    scope: { ...scope, file: path },
    of: path,
    file: call.workflow.path,
  });
  const permissions = effectivePermissions(job.permissions, call.workflow.permissions, call.cap, setup.fork);
  const ends = await runGraph(
    { workflow, inputs, secrets, cap: permissions, prefix: `${name} / `, signal: call.signal },
    setup,
  );
  const jobs = Object.fromEntries(Array.from(ends, ([id, { result, outputs }]) => [id, { result, outputs }]));
  const inner: Scope = { file: path, contexts: { ...scope.contexts, inputs, jobs } };
  const outputs = entriesOf(child(workflow.call, 'outputs')).map(
    ([key, output]) => [toText(literal(key)), evaluateText(child(output, 'value'), inner)] as const,
  );
  return {
    conclusion: conclusionOf([...ends.values()].map((one) => one.result)),
    outputs: Object.fromEntries(outputs),
  };
}

function secretsOf(job: Job, scope: Scope, call: Call): Readonly<Record<string, string>> {
  if (literal(job.secrets) === 'inherit') return call.secrets;
  return evaluateTexts(job.secrets, { ...scope, contexts: { ...scope.contexts, secrets: call.secrets } });
}
