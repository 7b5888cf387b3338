import fc from 'fast-check';
import * as v from 'valibot';
import { UserError } from '../../src/common/errors.js';
import { validateDataset } from '../../src/dataset/checks/validate.js';
import { parseContract } from '../../src/dataset/contract/load.js';
import { gatherFacts } from '../../src/dataset/infer/facts.js';
import { writeContract } from '../../src/dataset/infer/write.js';
import { profileTables } from '../../src/dataset/profile/profile.js';
import { compareProfiles } from '../../src/drift/compare.js';
import { readLabels } from '../../src/evaluation/labels.js';
import { findMetric } from '../../src/evaluation/metrics/registry.js';
import type { Task } from '../../src/evaluation/metrics/metric.js';
import { readPredictions } from '../../src/evaluation/predictions.js';
import type { Profile } from '../../src/formats/profile.js';
import { specSchema } from '../../src/spec/schema.js';
import { seededRandom } from '../../src/statistics/random.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';
import { columnNames, tables, writeTable } from '../dataset/infer/tables.js';

/* What drafts a contract, profiles, compares and judges must take any table, and agree about it. */

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

async function profileOf(contract: string, file: string): Promise<Profile> {
  const { tables: read } = await validateDataset({
    ...{ engine: place.engine, name: 'train', folder: place.folder, files: [file] },
    contract: parseContract(contract, 'c.yaml'),
  });
  return profileTables(place.engine, read);
}

const compare = (reference: Profile, current: Profile) =>
  compareProfiles(reference, current, {
    alpha: 1e-6,
    columns: new Map(),
    optional: [],
    random: seededRandom(3).uniform,
  });

/** The value of a metric of a model whose predictions are the labels themselves; undefined where these are no labels. */
async function judgeItself(file: string, column: string, task: Task, metric: string) {
  const { evaluate } = v.parse(specSchema, {
    name: 'm',
    task,
    data: { contract: 'c', train: 't', holdout: 'h' },
    train: { run: 'x' },
    evaluate: { run: 'x', label: column, prediction: column, gates: [{ metric, min: 0 }] },
  });
  const at = () => ({ file: 'model.yml' });
  try {
    const labels = await readLabels(place.engine, [file], task, evaluate, at);
    const rows = await readPredictions(place.engine, file, labels, task, evaluate, at);
    const found = findMetric(metric, task);
    return 'metric' in found ? found.metric.value(rows) : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const { message } of error.problems) expect(message).not.toMatch(/defect|undefined|Error:/);
    return undefined;
  }
}

describe('a table of any types', () => {
  it('has not drifted from itself, nor from more of the same', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const file = await writeTable(place, table, 'drift');
        const contract = writeContract(await gatherFacts(place.engine, [file]), 'rows', table.contract);
        const reference = await profileOf(contract, file);
        expect(compare(reference, reference).verdict).not.toBe('fail');
        const more = await profileOf(
          contract,
          await writeTable(place, { ...table, seed: table.seed + 5 }, 'more'),
        );
        const { verdict, columns } = compare(reference, more);
        expect([verdict, columns.filter((column) => column.verdict === 'type-changed')]).toEqual([
          expect.not.stringMatching('fail') as string,
          [],
        ]);
      }),
      { numRuns: Number(process.env.RUNS ?? 25), seed: 11 },
    );
  });

  it('is predicted by itself without an error, or is refused in words', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.nat(9), async (table, which) => {
        const file = await writeTable(place, table, 'gate');
        const column = columnNames[which % table.columns.length]!;
        expect([undefined, 1]).toContain(
          await judgeItself(file, column, 'multiclass-classification', 'accuracy'),
        );
        expect([undefined, 0]).toContain(await judgeItself(file, column, 'regression', 'mae'));
      }),
      { numRuns: Number(process.env.RUNS ?? 25), seed: 13 },
    );
  });
});
