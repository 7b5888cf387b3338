import {
  NoOperationTraceWriter,
  convertWorkflowTemplate,
  isMapping,
  isSequence,
  parseWorkflow,
} from '@actions/workflow-parser';
import type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
import { type Place, type Problem, UserError } from '../../common/errors.js';
import type { Permissions } from '../types.js';
import { type Token, child, literal, literalText, placeOf } from './expressions.js';
import { type Mapping, type Value, isMappingValue, toText } from './values.js';

/** A workflow as its file says; what may hold expressions stays a token until it is needed. */
export interface Workflow {
  /** `.github/workflows/x.yml` */
  readonly path: string;
  readonly name: string;
  readonly runName?: Token;
  /** Event → its filters, as written. */
  readonly on: Readonly<Record<string, Mapping | readonly Value[]>>;
  /** `on:` as it stands. */
  readonly onToken?: Token;
  /** `on.workflow_call`, when another workflow can call this one. */
  readonly call?: Token;
  readonly env?: Token;
  readonly defaults?: Token;
  readonly permissions?: Permissions;
  readonly concurrency?: Token;
  readonly jobs: readonly Job[];
}

export interface Job {
  readonly id: string;
  readonly name?: Token;
  readonly needs: readonly string[];
  readonly if?: Token;
  readonly strategy?: Token;
  readonly env?: Token;
  readonly defaults?: Token;
  readonly permissions?: Permissions;
  readonly concurrency?: Token;
  readonly environment?: Token;
  readonly outputs?: Token;
  readonly timeoutMinutes?: Token;
  readonly continueOnError?: Token;
  readonly container?: Token;
  readonly services?: Token;
  readonly snapshot?: Token;
  readonly steps: readonly Step[];
  /** A reusable workflow in place of steps. */
  readonly uses?: string;
  readonly with?: Token;
  readonly secrets?: Token;
  readonly where: Place;
}

export interface Step {
  /** Given by the file, or made up: `__run_2`. */
  readonly id: string;
  readonly name?: Token;
  readonly if?: Token;
  readonly uses?: string;
  readonly with?: Token;
  readonly run?: Token;
  readonly shell?: Token;
  readonly workingDirectory?: Token;
  readonly env?: Token;
  readonly continueOnError?: Token;
  readonly timeoutMinutes?: Token;
  readonly where: Place;
}

/**
 * Reads a workflow file with GitHub's own parser.
 * @throws UserError with every problem that the parser finds, at its line
 */
export async function readWorkflow(path: string, content: string): Promise<Workflow> {
  const { context, value } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  failOnTemplateErrors(context, path);
  if (value === undefined || !isMapping(value))
    throw new UserError({ message: 'is empty', where: { file: path } });
  const on = child(value, 'on');
  return {
    path,
    name: toText(literal(child(value, 'name'))) || path,
    runName: child(value, 'run-name'),
    on: readEvents(on),
    onToken: on,
    call: hasCall(on) ? (child(on, 'workflow_call') ?? on) : undefined,
    env: child(value, 'env'),
    defaults: child(child(value, 'defaults'), 'run'),
    permissions: readPermissions(child(value, 'permissions')),
    concurrency: child(value, 'concurrency'),
    jobs: entriesOf(child(value, 'jobs')).map(([key, job]) =>
      readJob(literalText(key), job, placeOf(key, path), path),
    ),
  };
}

/** What stands under an event of `on:`. */
export function onToken(workflow: Workflow, event: string): Token | undefined {
  return child(workflow.onToken, event);
}

/** Turns what GitHub's parser found into one UserError. */
export function failOnTemplateErrors(context: TemplateContext, file: string): void {
  const seen = new Set<string>();
  const problems = context.errors.getErrors().flatMap((error): Problem[] => {
    if (seen.has(error.message)) return [];
    seen.add(error.message);
    const start = error.range?.start;
    return [{ message: error.rawMessage, where: { file, ...start } }];
  });
  if (problems.length > 0) throw new UserError(problems);
}

function hasCall(on: Token | undefined): boolean {
  return 'workflow_call' in readEvents(on);
}

function readEvents(on: Token | undefined): Record<string, Mapping | readonly Value[]> {
  const value = literal(on);
  if (typeof value === 'string') return { [value]: {} };
  if (Array.isArray(value)) return Object.fromEntries(value.map((event: Value) => [toText(event), {}]));
  if (!isMappingValue(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([event, filters]) => [
      event,
      isMappingValue(filters) || Array.isArray(filters) ? filters : {},
    ]),
  );
}

function readJob(id: string, token: Token, where: Place, file: string): Job {
  const steps = child(token, 'steps');
  const needs = literal(child(token, 'needs'));
  const uses = child(token, 'uses');
  return {
    id,
    needs: needs === null ? [] : (Array.isArray(needs) ? needs : [needs]).map((need: Value) => toText(need)),
    name: child(token, 'name'),
    if: child(token, 'if'),
    strategy: child(token, 'strategy'),
    env: child(token, 'env'),
    concurrency: child(token, 'concurrency'),
    environment: child(token, 'environment'),
    outputs: child(token, 'outputs'),
    timeoutMinutes: child(token, 'timeout-minutes'),
    continueOnError: child(token, 'continue-on-error'),
    container: child(token, 'container'),
    services: child(token, 'services'),
    snapshot: child(token, 'snapshot'),
    with: child(token, 'with'),
    secrets: child(token, 'secrets'),
    defaults: child(child(token, 'defaults'), 'run'),
    permissions: readPermissions(child(token, 'permissions')),
    steps: readSteps(steps, file),
    uses: uses && literalText(uses),
    where,
  };
}

/** Steps of a job or of a composite action. */
export function readSteps(steps: Token | undefined, file: string): Step[] {
  if (steps === undefined || !isSequence(steps)) return [];
  return Array.from(steps, (step, index): Step => {
    const uses = child(step, 'uses');
    const id = child(step, 'id');
    return {
      id: id === undefined ? `__${uses === undefined ? 'run' : 'action'}_${index + 1}` : literalText(id),
      name: child(step, 'name'),
      if: child(step, 'if'),
      with: child(step, 'with'),
      run: child(step, 'run'),
      shell: child(step, 'shell'),
      workingDirectory: child(step, 'working-directory'),
      env: child(step, 'env'),
      continueOnError: child(step, 'continue-on-error'),
      timeoutMinutes: child(step, 'timeout-minutes'),
      uses: uses && literalText(uses),
      where: placeOf(step, file),
    };
  });
}

function readPermissions(token: Token | undefined): Permissions | undefined {
  if (token === undefined) return undefined;
  const value = literal(token);
  if (value === 'read-all' || value === 'write-all') return value;
  return isMappingValue(value) ? (value as Permissions) : {};
}

/** The entries of a mapping; none when it is something else. */
export function entriesOf(token: Token | undefined): (readonly [Token, Token])[] {
  if (token === undefined || !isMapping(token)) return [];
  return Array.from(token, ({ key, value }) => [key, value] as const);
}
