import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { type Problem, UserError, failOn, messageOf } from '../common/errors.js';
import { ownValue } from '../common/own.js';
import type { Mapping } from '../rehearsal/runner/values.js';

export const events = [
  'push',
  'pull_request',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
] as const;
export type EventName = (typeof events)[number];

/** What `mlops rehearse` was asked for. */
export interface RehearseArguments {
  /** A file name, or a path below `.github/workflows`. */
  readonly workflow: string;
  readonly repository: string;
  /** Default: the first of ours that the workflow knows. */
  readonly event: EventName | undefined;
  readonly payload: Mapping;
  readonly inputs: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly approve: boolean;
  readonly state: string;
  readonly verbose: boolean;
}

export const rehearseUsage = `mlops rehearse WORKFLOW [options]

Runs a workflow of the repository on this machine, as the working tree has it: no container, no
network, against a local GitHub that is kept in .rehearsal/ from one rehearsal to the next.

  --repository DIR    the git repository (default: .)
  --event NAME        ${events.join(', ')}
                      (default: the first of these that starts the workflow)
  --payload FILE      JSON that is laid over the event's payload
  --input NAME=VALUE  an input of workflow_dispatch; may be given several times
  --var NAME=VALUE    a variable of the repository, as \${{ vars.NAME }}
  --secret NAME=VALUE a secret of the repository; NAME alone takes it from the environment
  --approve           approves every environment that asks (else you are asked)
  --state DIR         where the local GitHub is kept (default: .rehearsal)
  --verbose           shows the whole log
`;

/**
 * Reads the arguments after `rehearse`.
 * @throws UserError with everything that is wrong with them
 */
export function readRehearseArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RehearseArguments {
  const { values, positionals } = parse(args);
  const problems: Problem[] = [];
  const [workflow, ...more] = positionals;
  if (workflow === undefined)
    problems.push({ message: 'WORKFLOW is missing', remedy: 'mlops rehearse WORKFLOW' });
  if (more.length > 0) problems.push({ message: `one workflow at a time, not also ${more.join(', ')}` });
  const event = events.find((one) => one === values.event);
  if (values.event !== undefined && event === undefined) {
    problems.push({
      message: `--event ${values.event} is not known`,
      remedy: `it is one of ${events.join(', ')}`,
    });
  }
  const pairs = (name: 'input' | 'var' | 'secret', fromEnvironment = false): Record<string, string> =>
    Object.fromEntries(
      (values[name] ?? []).flatMap((text): [string, string][] => {
        const at = text.indexOf('=');
        if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]];
        const value = fromEnvironment ? ownValue(environment, text) : undefined;
        if (value !== undefined) return [[text, value]];
        problems.push({
          message: `--${name} ${fromEnvironment ? text : JSON.stringify(text)} has no value`,
          remedy: `--${name} NAME=VALUE`,
        });
        return [];
      }),
    );
  const result: RehearseArguments = {
    workflow: workflow ?? '',
    repository: values.repository ?? '.',
    event,
    payload: readPayload(values.payload, problems),
    inputs: pairs('input'),
    variables: pairs('var'),
    secrets: pairs('secret', true),
    approve: values.approve ?? false,
    state: values.state ?? '.rehearsal',
    verbose: values.verbose ?? false,
  };
  failOn(problems);
  return result;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        repository: { type: 'string' },
        event: { type: 'string' },
        payload: { type: 'string' },
        input: { type: 'string', multiple: true },
        var: { type: 'string', multiple: true },
        secret: { type: 'string', multiple: true },
        approve: { type: 'boolean' },
        state: { type: 'string' },
        verbose: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UserError({ message: messageOf(error), remedy: 'see `mlops help`' }, { cause: error });
  }
}

function readPayload(file: string | undefined, problems: Problem[]): Mapping {
  if (file === undefined) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Mapping;
    problems.push({ message: 'is not a JSON object', where: { file } });
  } catch (error) {
    problems.push({ message: `cannot be read (${messageOf(error)})`, where: { file } });
  }
  return {};
}
