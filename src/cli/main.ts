import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Cancelled } from '../common/cancelled.js';
import { defectReport, systemTrouble } from '../common/defect.js';
import { UserError, describeProblem } from '../common/errors.js';
import { findSecrets, hideSecrets } from '../common/secrets.js';
import { checkUsage, readCheckArguments } from './check-options.js';
import { inferUsage, readInferArguments } from './infer-options.js';
import { readRehearseArguments, rehearseUsage } from './options.js';
import { findNode24, projectFolder } from './project.js';

const usage = `mlops: GitHub Actions for machine-learning models, on your own machine

mlops tour [--state DIR]   the whole life of a model, rehearsed on real data
mlops help                 this

${checkUsage}
${rehearseUsage}
${inferUsage}`;

/** Commands that `--help` explains. */
const helped: ReadonlySet<string> = new Set(['rehearse', 'infer', 'check']);

const exitCodes = { success: 0, failure: 1, skipped: 1, cancelled: 130 } as const;

/** The command `mlops`. Sets the exit code: 0 success, 1 failure, 2 wrong use, 130 cancelled. */
export async function main(args: readonly string[]): Promise<void> {
  const [command = 'help', ...rest] = args;
  // Deprecations inside dependencies tell our user nothing.
  process.noDeprecation = true;
  const { signal, stop } = interruption();
  const end = (error: unknown): void => {
    process.stderr.write(`${reportOf(error, command)}\n`);
    process.exit(exitCodes.failure);
  };
  process.on('uncaughtException', end);
  try {
    const asksHelp = rest.some((one) => one === '--help' || one === '-h');
    if (['help', '--help', '-h'].includes(command) || (asksHelp && helped.has(command))) {
      process.stdout.write(usage);
    } else if (command === 'rehearse') process.exitCode = exitCodes[await runRehearse(rest, signal)];
    else if (command === 'infer') await runInfer(rest, signal);
    else if (command === 'check') {
      process.exitCode = (await runCheck(rest, signal)) ? exitCodes.success : exitCodes.failure;
    } else if (command === 'tour') await runTour(rest, signal);
    else throw new UserError({ message: `there is no command "${command}"`, remedy: 'see `mlops help`' });
  } catch (error) {
    if (signal.aborted) process.exitCode = exitCodes.cancelled;
    else if (error instanceof UserError) {
      for (const problem of error.problems) process.stderr.write(`${describeProblem(problem)}\n`);
      process.exitCode = 2;
    } else {
      process.stderr.write(`${reportOf(error, command)}\n`);
      process.exitCode = exitCodes.failure;
    }
  } finally {
    stop();
    process.off('uncaughtException', end);
  }
}

/** Of a defect of ours, or of the machine's trouble with a file. */
function reportOf(error: unknown, command: string): string {
  const trouble = systemTrouble(error);
  if (trouble !== undefined) {
    return `${trouble.file === undefined ? '' : `${trouble.file}: `}${trouble.message} → see that it is there, that it may be read and written, and that the disk has room`;
  }
  const report = defectReport(error, `mlops ${command}`, projectFolder(process.argv[1] ?? ''));
  return hideSecrets(report, findSecrets({ ...process.env } as Record<string, string>));
}

async function runRehearse(args: readonly string[], signal: AbortSignal): Promise<keyof typeof exitCodes> {
  const { askOn, rehearseCommand } = await import('./rehearse.js');
  const { stdin, stdout } = process;
  const interactive = stdin.isTTY && stdout.isTTY;
  return rehearseCommand(
    readRehearseArguments(args, process.env),
    installation(),
    {
      write: (text) => stdout.write(text),
      colours: hasColours(),
      ask: interactive ? (question) => askOn(stdin, stdout, question) : undefined,
    },
    signal,
  );
}

async function runInfer(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { infer } = await import('./infer.js');
  const project = projectFolder(process.argv[1] ?? '');
  await infer(readInferArguments(args), { project, write: (text) => process.stdout.write(text), signal });
}

async function runCheck(args: readonly string[], signal: AbortSignal): Promise<boolean> {
  const { check } = await import('./check.js');
  const project = projectFolder(process.argv[1] ?? '');
  return check(readCheckArguments(args), { project, write: (text) => process.stdout.write(text), signal });
}

async function runTour(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { state: { type: 'string', default: '.rehearsal' } },
  });
  const folder = resolve(values.state);
  const { tour } = await import('./tour.js');
  const { project: root, node24 } = installation();
  await tour({
    ...{ root, node24, signal, folder, colour: hasColours() },
    write: (text) => process.stdout.write(text),
  });
}

function installation(): { project: string; node24: string } {
  const project = projectFolder(process.argv[1] ?? '');
  return { project, node24: findNode24(project) };
}

function hasColours(): boolean {
  return process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '';
}

/** The first Ctrl-C cancels, as GitHub's button does; the second ends everything at once. */
function interruption(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('cancelling; once more to end at once\n');
    controller.abort(new Cancelled(name));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
    },
  };
}
