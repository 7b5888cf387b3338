import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import type { BehaviourOptions } from '../../../src/evaluation/behaviour/behaviour.js';
import { readLabels } from '../../../src/evaluation/labels.js';
import type { Task } from '../../../src/evaluation/metrics/metric.js';
import { readPredictions } from '../../../src/evaluation/predictions.js';
import { specSchema } from '../../../src/spec/schema.js';
import { duckdbLibrary } from '../../engine/library.js';

export type Row = Readonly<Record<string, string>>;
/** Columns of the predictions file for a row, such as `{ p: 0.7 }`. */
export type Model = (row: Row) => Readonly<Record<string, number | string>>;

/** Hold-out data in a CSV file, and models that predict it by a function: no field may hold a comma. */
export interface Bench {
  readonly folder: string;
  readonly engine: Engine;
  /** The rows that the model was last asked about. */
  readonly asked: Row[];
  write(name: string, text: string): string;
  options(rows: readonly Row[], model: Model, about?: About): Promise<BehaviourOptions>;
  close(): Promise<void>;
}
interface About {
  readonly task?: Task;
  readonly evaluate?: Readonly<Record<string, unknown>>;
}

const csv = (rows: readonly Readonly<Record<string, number | string>>[]): string =>
  [Object.keys(rows[0]!).join(','), ...rows.map((row) => Object.values(row).join(','))].join('\n') + '\n';

function parse(text: string): Row[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const fields = line.split(',').map((field) => field.replace(/^"(.*)"$/, '$1'));
    return Object.fromEntries(names.map((name, i) => [name, fields[i]!]));
  });
}

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'behaviour-'));
  const engine = await openEngine({
    ...{ library: duckdbLibrary, temp: join(folder, 'temp'), allowedFolders: [folder] },
  });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const bench: Bench = {
    ...{ folder, engine, asked: [], write },
    async options(rows, model, { task = 'binary-classification', evaluate = {} } = {}) {
      const spec = v.parse(specSchema, {
        ...{ name: 'm', task, data: { contract: 'c', train: 't', holdout: 'h' }, train: { run: 'x' } },
        evaluate: { run: 'x', label: 'y', score: 'p', gates: [{ metric: 'm', min: 1 }], ...evaluate },
      });
      const at = (path: readonly (string | number)[]) => ({ file: `model.yml/${path.join('/')}` });
      const labels = await readLabels(engine, [write('holdout.csv', csv(rows))], task, spec.evaluate, at);
      const predict = (name: string, data: string): Promise<string> => {
        const read = parse(readFileSync(data, 'utf8'));
        bench.asked.splice(0, bench.asked.length, ...read);
        return Promise.resolve(write(`${name}-predictions.csv`, csv(read.map(model))));
      };
      const first = await predict('holdout', join(folder, 'holdout.csv'));
      return {
        ...{ engine, labels, task, evaluate: spec.evaluate, at, folder, projectFolder: folder, predict },
        rows: await readPredictions(engine, first, labels, task, spec.evaluate, at),
        ...{ confidence: 0.95, seed: 1 },
      };
    },
    async close() {
      await engine.close();
      rmSync(folder, { recursive: true });
    },
  };
  return bench;
}
