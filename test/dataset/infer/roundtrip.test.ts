import { join } from 'node:path';
import fc from 'fast-check';
import { validateDataset } from '../../../src/dataset/checks/validate.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { gatherFacts } from '../../../src/dataset/infer/facts.js';
import { writeContract } from '../../../src/dataset/infer/write.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { profileSchema } from '../../../src/formats/profile.js';
import { parse } from 'valibot';
import { type Place, openPlace } from '../checks/harness.js';
import { type Table, columnNames, names, tables, writeTable } from './tables.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const write = (table: Table, name: string): Promise<string> => writeTable(place, table, name);

const findingsOf = async (contract: string, file: string) => {
  const { set, tables: read } = await validateDataset({
    ...{ engine: place.engine, name: 'train', folder: place.folder, files: [file] },
    contract: parseContract(contract, join(place.folder, 'c.yaml')),
  });
  parse(profileSchema, JSON.parse(JSON.stringify(await profileTables(place.engine, read))));
  return set.findings.map(({ rule, column, message }) => `${rule} ${column ?? ''}: ${message}`);
};

describe('a draft of a contract', () => {
  it('holds for the data that it was drafted from, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const file = await write(table, 'data');
        const contract = writeContract(await gatherFacts(place.engine, [file]), 'rows', table.contract);
        expect(await findingsOf(contract, file)).toEqual([]);
      }),
      { numRuns: Number(process.env.RUNS ?? 60), seed: 7 },
    );
  });

  it('holds for other data of the same source', async () => {
    const drawn = names.filter((name) => !['text', 'digits', 'infinite'].includes(name));
    for (const format of ['csv', 'parquet'] as const) {
      for (let from = 0; from < drawn.length; from += columnNames.length) {
        const columns = drawn.slice(from, from + columnNames.length).map((type) => ({ type, missing: 0 }));
        const train: Table = { rows: 1500, seed: 1, columns, format, contract: 'odcs' };
        const contract = writeContract(
          await gatherFacts(place.engine, [await write(train, 'train')]),
          'rows',
          'odcs',
        );
        const holdout = await write({ ...train, rows: 500, seed: 77_777 }, 'holdout');
        expect(await findingsOf(contract, holdout)).toEqual([]);
      }
    }
  });
});
