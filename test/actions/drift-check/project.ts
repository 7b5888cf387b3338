import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/drift-check/inputs.js';
import { main } from '../../../src/actions/drift-check/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { type Drift, driftSchema } from '../../../src/formats/drift.js';
import type { GitHub } from '../../../src/github/types.js';
import { locateDuckdb } from '../../../src/runtime/duckdb.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const duckdb = (): Promise<string> =>
  locateDuckdb({ roots: [root], env: {}, logger: new RecordingLogger() });

/** model.yml of a small model; `drift` holds the lines below `drift:`. */
export const specOf = (drift: string): string => `name: late
task: binary-classification
data: { contract: c.yaml, train: data/train.csv, holdout: data/train.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: late, score: p, gates: [{ metric: roc_auc, min: 0.6 }] }
drift:
${drift.replace(/^/gm, '  ')}
`;

/** A checkout, and drift-check run in it as the runner would. */
export class Project {
  readonly folder: string;
  readonly #temp: string;
  /** What the clock says. */
  now = (): Date => new Date();

  constructor(folder: string, temp: string, files: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#temp = temp;
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  async check(
    runId: number,
    github: () => GitHub,
    raw: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ) {
    const logger = new RecordingLogger();
    const masked: string[] = [];
    const dependencies = {
      run: {
        ...{ owner: 'acme', repository: 'models', serverUrl: 'https://github.com' },
        ...{ workspace: this.folder, temp: this.#temp, runId, runAttempt: 1 },
      },
      logger,
      clock: { now: this.now, sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      environment,
      outputFolder: this.folder,
      mask: (secret: string) => void masked.push(secret),
      duckdb,
      github: () => Promise.resolve(github()),
    } as unknown as Dependencies;
    const inputs = readInputs(definition.inputs, (name) => ({ token: 't', ...raw })[name]);
    const outcome = await main(inputs, dependencies);
    const result = v.parse(driftSchema, JSON.parse(JSON.stringify(outcome.result))) as Drift;
    return { ...outcome, result, logger, masked };
  }
}
