import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { jest } from '@jest/globals';
import { parse } from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { readInputs } from '../../../src/actions/inputs.js';
import action from '../../../src/actions/validate-data/index.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { gatherFacts } from '../../../src/dataset/infer/facts.js';
import { writeContract } from '../../../src/dataset/infer/write.js';
import { openEngine } from '../../../src/engine/engine.js';
import { validationSchema } from '../../../src/formats/validation.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { duckdbLibrary } from '../../engine/library.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wide-'));
  mkdirSync(join(folder, 'out'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Numbers, whole numbers, categories, days and long texts in turn; the label is a class. */
function table(columns: number, rows: number, seed: number): string {
  const random = seededRandom(seed);
  const makers = [
    () => String(Math.round(random.uniform() * 1e6) / 1e3),
    () => String(random.below(50)),
    () => `class ${random.below(4)}`,
    () => `2024-01-${String(10 + random.below(19))}`,
    () => Array.from({ length: 9 }, () => `word${random.below(500)}`).join(' '),
  ];
  const names = Array.from({ length: columns - 2 }, (_, c) => `f${c}`);
  const lines = Array.from({ length: rows }, (_, r) => {
    const values = names.map((_name, c) => makers[c % makers.length]!());
    return [seed * 1e6 + r, random.below(2) === 0 ? 'no' : 'yes', ...values].join(',');
  });
  return `${['id', 'label', ...names].join(',')}\n${lines.join('\n')}\n`;
}

/** Drafts a contract for a table and validates it, every check on; answers the result and what the engine was asked. */
async function validateWide(columns: number, spoil: (holdout: string[]) => void = () => undefined) {
  writeFileSync(join(folder, 'train.csv'), table(columns, 120, 1));
  const holdout = table(columns, 40, 2).split('\n');
  spoil(holdout);
  writeFileSync(join(folder, 'holdout.csv'), holdout.join('\n'));
  writeFileSync(
    join(folder, 'model.yml'),
    `name: wide
task: binary-classification
data: { contract: contract.yaml, train: train.csv, holdout: holdout.csv }
train: { run: 'true' }
evaluate: { run: 'true', label: label, score: p, gates: [{ metric: roc_auc, min: 0.5 }] }
`,
  );
  const lengths: number[] = [];
  for (const method of ['run', 'stream'] as const) {
    const original = DuckDBConnection.prototype[method];
    jest.spyOn(DuckDBConnection.prototype, method).mockImplementation(function (
      this: DuckDBConnection,
      sql,
      ...rest
    ) {
      lengths.push(sql.length);
      return original.call(this, sql, ...rest) as never;
    });
  }
  const engine = await openEngine({ library: duckdbLibrary, temp: folder, allowedFolders: [folder] });
  const facts = await gatherFacts(engine, [join(folder, 'train.csv')]);
  await engine.close();
  writeFileSync(join(folder, 'contract.yaml'), writeContract(facts, 'wide', 'odcs'));
  const { result } = await action.main(
    readInputs(action.definition.inputs, () => undefined),
    dependencies(),
  );
  jest.restoreAllMocks();
  return {
    validation: parse(validationSchema, result),
    statements: lengths.length,
    letters: lengths.reduce((sum, length) => sum + length, 0),
  };
}

function dependencies(): Dependencies {
  const refuse = (): never => {
    throw new Error('validate-data needs none of this');
  };
  return {
    run: {
      ...{ owner: 'o', repository: 'r', sha: 'a'.repeat(40), ref: 'refs/heads/main', eventName: 'push' },
      ...{ event: {}, workflow: 'w', job: 'j', runId: 1, runAttempt: 1, actor: 'me' },
      ...{ serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
      ...{ workspace: folder, temp: join(folder, 'tmp'), os: 'Linux', runnerName: 'x' },
    },
    github: refuse,
    duckdb: () => Promise.resolve(duckdbLibrary),
    logger: new RecordingLogger(),
    clock: systemClock,
    signal: new AbortController().signal,
    artifacts: { upload: refuse, download: refuse },
    cache: { restore: refuse, save: refuse },
    state: { get: refuse, set: refuse },
    environment: {},
    outputFolder: join(folder, 'out'),
    mask: refuse,
  };
}

it('makes every check of a table of 1,040 columns, and asks for no more a column than of 260', async () => {
  const narrow = await validateWide(260);
  const wide = await validateWide(1_040, (rows) => {
    rows[5] = rows[5]!.replace(/[^,]*$/, '');
    rows[7] = rows[1]!;
  });
  const { datasets, leakage } = wide.validation;
  expect(datasets.every(({ identity }) => identity?.logical !== undefined)).toBe(true);
  expect(leakage!.features).toHaveLength(1_038);
  const outcomes = Object.fromEntries(leakage!.checks.map(({ check, outcome }) => [check, outcome]));
  expect(outcomes).toMatchObject({
    ...{ overlap: 'clean', 'near-duplicate': 'clean', 'similar-text': 'clean', 'same-id': 'clean' },
    // Of 120 rows and as many tests as columns.
    ...{ giveaway: 'cannot-tell', 'row-order': 'clean' },
  });
  expect(datasets[0]!.findings).toEqual([]);
  expect(datasets[1]!.findings).toEqual([
    expect.objectContaining({ rule: 'required', column: 'f1037', count: 1 }),
    expect.objectContaining({ rule: 'unique', column: 'id', count: 1 }),
  ]);
  expect(datasets[1]!.findings[0]!.examples[0]).toMatchObject({ line: 6 });
  // Four times the columns, in two parts where the narrow table has one.
  expect(wide.statements).toBeLessThan(6 * narrow.statements);
  expect(wide.letters).toBeLessThan(6 * narrow.letters);
}, 120_000);
