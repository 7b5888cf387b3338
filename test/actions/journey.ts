import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action } from '../../src/actions/definition.js';
import type { Dependencies } from '../../src/actions/dependencies.js';
import driftCheck from '../../src/actions/drift-check/index.js';
import evaluateGate from '../../src/actions/evaluate-gate/index.js';
import { readInputs } from '../../src/actions/inputs.js';
import validateData from '../../src/actions/validate-data/index.js';
import { infer } from '../../src/cli/infer.js';
import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { renderHtml } from '../../src/report/html.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { duckdbLibrary } from '../engine/library.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

const actions = {
  'validate-data': { action: validateData as Action, inputs: {} },
  'drift-check': {
    action: driftCheck as Action,
    inputs: { issue: 'false', history: 'false', retrain: 'false' },
  },
  'evaluate-gate': { action: evaluateGate as Action, inputs: { comment: 'false' } },
};

/** What an action answers, as the next step reads it: JSON. */
export interface Answer {
  readonly result: Record<string, unknown>;
  readonly failure: string | undefined;
  readonly markdown: string;
}

/** A checkout, in which the command `infer` and actions run one after another, as a workflow would run them. */
export interface Journey {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  /** Drafts contract.yaml from files. */
  infer(files: readonly string[], format?: 'odcs' | 'frictionless'): Promise<string>;
  run(
    name: keyof typeof actions,
    inputs?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Answer>;
  close(): void;
}

export function startJourney(files: Readonly<Record<string, string>> = {}): Journey {
  const folder = mkdtempSync(join(tmpdir(), 'journey-'));
  const write: Journey['write'] = (texts) => {
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  };
  write(files);
  return {
    folder,
    write,
    close: () => rmSync(folder, { recursive: true, force: true }),
    infer: async (names, format = 'odcs') => {
      let text = '';
      await infer(
        { files: names.map((name) => join(folder, name)), out: undefined, format, table: undefined },
        { project, write: (part) => void (text += part) },
      );
      write({ 'contract.yaml': text });
      return text;
    },
    run: async (name, inputs = {}, signal = new AbortController().signal) => {
      const { action, inputs: usual } = actions[name];
      const given: Readonly<Record<string, string>> = { token: 't', ...usual, ...inputs };
      const outputFolder = join(folder, 'mlops-out', name);
      mkdirSync(outputFolder, { recursive: true });
      const dependencies = {
        run: {
          ...{ owner: 'o', repository: 'r', sha: 'a'.repeat(40), ref: 'refs/heads/main', eventName: 'push' },
          ...{ event: {}, workflow: 'w', job: 'j', runId: 1, runAttempt: 1, actor: 'me' },
          ...{ serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
          ...{ workspace: folder, temp: join(folder, 'temp'), os: 'Linux', runnerName: 'x' },
        },
        logger: new RecordingLogger(),
        clock: systemClock,
        signal,
        environment: { PATH: process.env.PATH ?? '' },
        outputFolder,
        mask: () => undefined,
        duckdb: () => Promise.resolve(duckdbLibrary),
        github: () => Promise.resolve({}),
      } as unknown as Dependencies;
      const values = readInputs(action.definition.inputs, (input) => given[input]);
      const outcome = await action.main(values, dependencies);
      const { report } = outcome;
      if (report !== undefined) renderHtml(report);
      return {
        result: JSON.parse(JSON.stringify(outcome.result)) as Record<string, unknown>,
        failure: outcome.failure,
        markdown: report === undefined ? '' : renderMarkdown(report, { budget: 60_000 }),
      };
    },
  };
}

/** The text of a CSV file; every field in quotes, so that any name and value can stand in it. */
export function csvOf(names: readonly string[], rows: readonly (readonly (number | string)[])[]): string {
  const field = (value: number | string): string => `"${String(value).replaceAll('"', '""')}"`;
  return `${[names, ...rows].map((row) => row.map(field).join(',')).join('\n')}\n`;
}
