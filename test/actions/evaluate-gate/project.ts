import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Outcome } from '../../../src/actions/definition.js';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { type Decision, decisionSchema } from '../../../src/formats/decision.js';
import type { GitHub } from '../../../src/github/types.js';
import { duckdbLibrary } from '../../engine/library.js';

/** A folder with a binary classifier's spec and hold-out data, on which the gate runs without GitHub. */
export interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  gate(
    inputs?: Readonly<Record<string, string>>,
    change?: { today?: string; github?: GitHub; signal?: AbortSignal },
  ): Promise<{
    readonly outcome: Outcome<keyof typeof definition.outputs>;
    readonly decision: Decision;
    readonly logger: RecordingLogger;
  }>;
  close(): Promise<void>;
}

export const rows = 1200;
/** Row i of the hold-out data: its label, and how hard it is. */
export const labelOf = (i: number): number => ((i * 31) % 10 < 4 ? 1 : 0);
const noiseOf = (i: number): number => ((i * 7919) % 1009) / 1009 - 0.5;

/** Predictions of a model with a skill between 0 (no idea) and 1, in the rows' order. */
export function predictionsOf(skill: number, wobble = 0): string {
  const line = (_: unknown, i: number): string => {
    const jitter = wobble * (((i * 104_729) % 997) / 997 - 0.5);
    return `r${i},${(0.5 + skill * 0.4 * (labelOf(i) - 0.5) + 0.45 * noiseOf(i) + jitter).toFixed(4)}`;
  };
  return ['id,p', ...Array.from({ length: rows }, line)].join('\n') + '\n';
}

/** model.yml with these lines below `evaluate`. */
export function specOf(evaluate: string): string {
  const lines = evaluate.trim().split('\n').join('\n  ');
  return `name: late
task: binary-classification
data: { contract: c.yaml, train: t.csv, holdout: holdout.csv }
train: { run: ./train }
evaluate:
  run: 'false'
  label: y
  id: id
  score: p
  ${lines}
`;
}

export async function openProject(evaluate: string): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'gate-project-'));
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  const holdout = Array.from(
    { length: rows },
    (_, i) => `r${i},${labelOf(i)},${i % 3 === 0 ? 'east' : 'west'}`,
  );
  await write({
    'model.yml': specOf(evaluate),
    'holdout.csv': ['id,y,place', ...holdout].join('\n') + '\n',
    'p.csv': predictionsOf(0.6),
  });
  let runs = 0;
  return {
    folder,
    write,
    close: () => rm(folder, { recursive: true, force: true }),
    gate: async (raw = {}, { today, github, signal = new AbortController().signal } = {}) => {
      const logger = new RecordingLogger();
      const inputs = readInputs(
        definition.inputs,
        (name) => ({ token: 't', comment: 'false', predictions: 'p.csv', ...raw })[name],
      );
      const dependencies = {
        run: {
          workspace: folder,
          temp: join(folder, 'temp', String(++runs)),
          event: {},
          sha: 'a'.repeat(40),
        },
        logger,
        clock: { ...systemClock, ...(today !== undefined && { now: () => new Date(today) }) },
        signal,
        environment: { PATH: process.env.PATH! },
        duckdb: () => Promise.resolve(duckdbLibrary),
        github: () =>
          github === undefined ? Promise.reject(new Error('GitHub is not asked')) : Promise.resolve(github),
      } as unknown as Dependencies;
      const outcome = await main(inputs, dependencies);
      const decision = v.parse(decisionSchema, JSON.parse(JSON.stringify(outcome.result)));
      return { outcome, decision, logger };
    },
  };
}
