// The real code, as a step of a workflow runs it, in a folder of its own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import driftCheck from '../../src/actions/drift-check/index.ts';
import evaluateGate from '../../src/actions/evaluate-gate/index.ts';
import { readInputs } from '../../src/actions/inputs.ts';
import mergeProfiles from '../../src/actions/merge-profiles/index.ts';
import { loadPlan } from '../../src/plan/plan.ts';
import validateData from '../../src/actions/validate-data/index.ts';
import { infer } from '../../src/cli/infer.ts';
import { RecordingLogger } from '../../src/common/logger.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { locateDuckdb } from '../../src/runtime/duckdb.ts';

export const project = fileURLToPath(new URL('../..', import.meta.url));
export const library = await locateDuckdb({
  roots: [project],
  env: process.env,
  logger: new RecordingLogger(),
});

const actions = {
  'validate-data': { action: validateData, usual: {} },
  'merge-profiles': { action: mergeProfiles, usual: {} },
  'drift-check': { action: driftCheck, usual: { issue: 'false', history: 'false', retrain: 'false' } },
  'evaluate-gate': { action: evaluateGate, usual: { comment: 'false' } },
};
const now = new Date('2026-01-01T00:00:00Z');

/** Runs an action and renders its report; answers its result as the next step reads it. */
export async function runAction(name, folder, inputs = {}) {
  const { action, usual } = actions[name];
  const given = { token: 't', ...usual, ...inputs };
  const outputFolder = join(folder, 'mlops-out', name);
  mkdirSync(outputFolder, { recursive: true });
  const outcome = await action.main(
    readInputs(action.definition.inputs, (input) => given[input]),
    {
      run: {
        ...{ owner: 'o', repository: 'r', sha: 'a'.repeat(40), ref: 'refs/heads/main', eventName: 'push' },
        ...{ event: {}, workflow: 'w', job: 'j', runId: 1, runAttempt: 1, actor: 'me' },
        ...{ serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
        ...{ workspace: folder, temp: join(folder, 'temp'), os: 'Linux', runnerName: 'x' },
      },
      logger: new RecordingLogger(),
      clock: { now: () => now, sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      environment: { PATH: process.env.PATH ?? '' },
      outputFolder,
      mask: () => undefined,
      duckdb: () => Promise.resolve(library),
      github: () => Promise.resolve({}),
    },
  );
  if (outcome.report !== undefined) {
    renderHtml(outcome.report);
    renderMarkdown(outcome.report, { budget: 60_000 });
  }
  return JSON.parse(JSON.stringify(outcome.result));
}

/** Drafts a contract; answers the rows that it was drafted from. */
export async function draft(files, out, format) {
  let said = '';
  await infer({ files, out, format, table: undefined }, { project, write: (text) => void (said += text) });
  return Number(/a draft from ([\d, ]+) row/.exec(said)?.[1].replaceAll(/[, ]/g, ''));
}

export const plan = (folder) =>
  loadPlan({ file: join(folder, 'model.yml'), workspace: folder, logger: new RecordingLogger() });
