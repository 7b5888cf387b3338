import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { UserError } from '../common/errors.js';
import { LocalGitHub } from '../rehearsal/github/server.js';
import { rehearse } from '../rehearsal/rehearse.js';
import type { Conclusion, Decision } from '../rehearsal/runner/events.js';
import { readWorkflow } from '../rehearsal/runner/workflow.js';
import { ConsoleReporter } from './console-reporter.js';
import { makeEvent } from './events.js';
import { type EventName, type RehearseArguments, events } from './options.js';
import { readCheckout } from './snapshot.js';

/** The terminal, as far as a rehearsal needs it. */
export interface Terminal {
  write(text: string): void;
  readonly colours: boolean;
  /** Undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Where the parts of this project are. Absolute paths. */
export interface Installation {
  readonly project: string;
  readonly node24: string;
}

/**
 * `mlops rehearse`: the working tree of a repository, in a local GitHub of its own.
 * @throws UserError naming everything that cannot be rehearsed
 */
export async function rehearseCommand(
  args: RehearseArguments,
  { project, node24 }: Installation,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Conclusion> {
  const checkout = await readCheckout(args.repository);
  const state = resolve(checkout.folder, args.state);
  const workflow = args.workflow.includes('/') ? args.workflow : `.github/workflows/${args.workflow}`;
  const event = args.event ?? (await defaultEvent(join(checkout.folder, workflow), workflow));
  await mkdir(state, { recursive: true });
  // So that it is never committed, whatever the repository ignores.
  await writeFile(join(state, '.gitignore'), '*\n');
  const hub = await LocalGitHub.start({ folder: join(state, 'github') });
  try {
    const { owner, name, branch } = checkout;
    const repository = await hub.repository({ owner, name, defaultBranch: branch });
    Object.assign(repository.variables, args.variables);
    Object.assign(repository.secrets, args.secrets);
    const { conclusion, runs } = await rehearse({
      hub,
      repository,
      workflow,
      event: await makeEvent(event, repository, checkout, {
        ...{ except: state, inputs: args.inputs, payload: args.payload, now: new Date() },
      }),
      approve: (environment) => decide(environment, args.approve, terminal.ask),
      suite: { folder: project, name: 'mlops-actions/suite' },
      node24,
      workFolder: join(state, 'work'),
      logFolder: join(state, 'logs'),
      reporter: new ConsoleReporter({
        write: (text) => terminal.write(text),
        colours: terminal.colours,
        verbose: args.verbose,
      }),
      signal,
    });
    for (const { logFolder } of runs) terminal.write(`logs and summaries: ${logFolder}\n`);
    return conclusion;
  } finally {
    await writeFile(join(state, 'state.json'), `${JSON.stringify(await hub.state(), undefined, 2)}\n`);
    await hub.stop();
  }
}

async function defaultEvent(file: string, workflow: string): Promise<EventName> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(
      {
        message: 'does not exist',
        where: { file: workflow },
        remedy: 'name a file of .github/workflows, such as ci.yml',
      },
      { cause: error },
    );
  }
  const { on } = await readWorkflow(workflow, content);
  const found = events.find((event) => event in on);
  if (found !== undefined) return found;
  throw new UserError({
    message: `is started by ${Object.keys(on).join(', ')}`,
    where: { file: workflow },
    remedy: `a rehearsal can begin with ${events.join(', ')}`,
  });
}

async function decide(environment: string, approve: boolean, ask: Terminal['ask']): Promise<Decision> {
  if (approve) return { user: 'you', state: 'approved', comment: '--approve' };
  if (ask === undefined) {
    return { user: 'you', state: 'rejected', comment: 'nobody can be asked here: use --approve' };
  }
  const answer = await ask(`  approve ${environment}? [y/N] `);
  return { user: 'you', state: /^y(es)?$/i.test(answer.trim()) ? 'approved' : 'rejected', comment: '' };
}

/** Asks on a terminal. */
export async function askOn(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const lines = createInterface({ input, output });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
