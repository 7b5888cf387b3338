import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  getInput,
  getState,
  isDebug,
  saveState,
  setFailed,
  setOutput,
  setSecret,
  summary,
} from '@actions/core';
import type { Outcome } from '../actions/definition.js';
import type { Dependencies, RunContext } from '../actions/dependencies.js';
import { readInputs } from '../actions/inputs.js';
import { systemClock } from '../common/clock.js';
import { isCancellation } from '../common/cancelled.js';
import { defectReport, systemTrouble } from '../common/defect.js';
import { type Problem, UserError, describeProblem, messageOf } from '../common/errors.js';
import { displayPath } from '../common/files.js';
import { findSecrets, hideSecrets } from '../common/secrets.js';
import { ownValue } from '../common/own.js';
import { toolkitArtifacts } from './artifacts.js';
import { toolkitCache } from './cache.js';
import { cancellation } from './cancellation.js';
import { childEnvironment, readRunContext } from './context.js';
import { workflowLogger } from './logger.js';
import { makeOutputFolder } from './output-folder.js';
import { readPatience } from './patience.js';
import { type ActionName, commandActions, loadAction } from './registry.js';
import { sealEnvironment } from './sealed-environment.js';

/** Of this suite: src/runtime and dist/runtime are both two folders below it. */
const checkout = join(fileURLToPath(import.meta.url), '..', '..', '..');

/** Runs an action as the runner started it: the only place that reads the environment and sets the exit code. */
export async function start(name: ActionName, phase: 'main' | 'post' = 'main'): Promise<void> {
  // What nobody waits for must not end the process with Node's own words.
  const end = (error: unknown): void => {
    fail(error, name);
    process.exit();
  };
  process.on('uncaughtException', end);
  try {
    if (commandActions.includes(name)) sealEnvironment(process);
    const run = readRunContext(process.env);
    const action = await loadAction(name);
    const { inputs: definitions } = action.definition;
    const inputs = readInputs(definitions, (input) => getInput(input));
    for (const [input, { secret }] of Object.entries(definitions)) {
      const value = ownValue(inputs, input);
      if (secret && typeof value === 'string') setSecret(value);
    }
    const dependencies = toolkitDependencies(name, run);
    if (phase === 'post') await action.post?.(inputs, dependencies);
    else await deliver(await action.main(inputs, dependencies), dependencies);
  } catch (error) {
    fail(error, name);
  } finally {
    process.off('uncaughtException', end);
  }
}

function toolkitDependencies(name: string, run: RunContext): Dependencies {
  const outputFolder = makeOutputFolder(run, name, process.env.GITHUB_ACTION);
  return {
    run,
    github: async (token) => {
      const { connect } = await import('../github/connect.js');
      const retry = readPatience(process.env.MLOPS_PATIENCE);
      return connect({ token, run, logger: workflowLogger, clock: systemClock, retry });
    },
    duckdb: async () => {
      const { locateDuckdb } = await import('./duckdb.js');
      return locateDuckdb({ roots: [checkout], env: process.env, logger: workflowLogger });
    },
    logger: workflowLogger,
    clock: systemClock,
    signal: cancellation(),
    artifacts: toolkitArtifacts(run),
    cache: toolkitCache,
    state: { get: (key) => getState(key) || undefined, set: saveState },
    environment: childEnvironment(process.env),
    outputFolder,
    mask: setSecret,
  };
}

/** Writes what an action made, then lets the step fail if its verdict says so. */
async function deliver(outcome: Outcome, { outputFolder }: Dependencies): Promise<void> {
  const outputs: Record<string, string | number | boolean | undefined> = { ...outcome.outputs };
  if (outcome.result !== undefined) {
    outputs.result = join(outputFolder, 'result.json');
    await writeFile(outputs.result, `${JSON.stringify(outcome.result, undefined, 2)}\n`);
  }
  if (outcome.report !== undefined) {
    const { renderMarkdown } = await import('../report/markdown.js');
    const { renderHtml } = await import('../report/html.js');
    outputs.report = join(outputFolder, 'report.html');
    await writeFile(outputs.report, renderHtml(outcome.report));
    // The runner drops a summary above 1 MiB without a word; 60,000 characters are also all that a comment takes.
    if (process.env.GITHUB_STEP_SUMMARY)
      await summary.addRaw(renderMarkdown(outcome.report, { budget: 60_000 }), true).write();
  }
  for (const [key, value] of Object.entries(outputs)) {
    if (value !== undefined) setOutput(key, value);
  }
  if (outcome.failure !== undefined) setFailed(outcome.failure);
}

/** People know their files by the paths in the repository. */
function fromWorkspace(problem: Problem): Problem {
  const { where } = problem;
  const workspace = process.env.GITHUB_WORKSPACE;
  if (where?.file === undefined || !workspace) return problem;
  return { ...problem, where: { ...where, file: displayPath(where.file, workspace) } };
}

const troubleRemedy = 'see that it is there, that it may be read and written, and that the disk has room';

/** Says why the action did not end as it should. */
function fail(error: unknown, name: string): void {
  if (isCancellation(error)) {
    workflowLogger.error(`${name} was ${messageOf(error)} and has no result`);
    process.exitCode = 130;
    return;
  }
  if (error instanceof UserError) {
    for (const problem of error.problems.map(fromWorkspace)) {
      workflowLogger.error(describeProblem(problem), problem.where);
    }
    process.exitCode = 1;
    return;
  }
  const trouble = systemTrouble(error);
  if (trouble !== undefined) {
    const where = trouble.file === undefined ? undefined : { file: trouble.file };
    const problem = fromWorkspace({
      message: trouble.message,
      ...(where && { where }),
      remedy: troubleRemedy,
    });
    setFailed(describeProblem(problem));
    return;
  }
  const secrets = findSecrets(childEnvironment(process.env));
  const hide = (text: string): string => hideSecrets(text, secrets);
  setFailed(hide(`${messageOf(error)} (this is a defect of the action: please report it)`));
  workflowLogger.info(hide(defectReport(error, name)));
  if (isDebug() && error instanceof Error && error.stack !== undefined) {
    workflowLogger.debug(hide(error.stack));
  }
}
