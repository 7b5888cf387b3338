import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateDataset } from '../../../src/dataset/checks/validate.js';
import { croissantOf } from '../../../src/dataset/identity/croissant.js';
import { dvcDigests } from '../../../src/dataset/identity/dvc.js';
import { logicalIdentity } from '../../../src/dataset/identity/logical.js';
import type { Validation } from '../../../src/formats/validation.js';
import { pythonWith, skipped } from '../../python.js';
import { type Workbench, contractOf, workbench } from '../sets.js';

const place = (name: string): string => fileURLToPath(new URL(`../../reference/${name}`, import.meta.url));
const reference = JSON.parse(readFileSync(place('croissant.json'), 'utf8')) as {
  files: Record<string, string>;
  croissant: unknown;
};

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
afterAll(() => bench.close());

it('describes files, columns, identity and lineage as Croissant does', async () => {
  const contract = {
    ...contractOf({
      day: { type: 'date', roles: ['timestamp'] },
      origin: { type: 'string', description: 'Airport of departure' },
      delay: ['integer', 'label'],
    }),
    version: '1.2.0',
  };
  const datasets = [];
  for (const [name, pattern] of [
    ['train', /^data\/[ab]/],
    ['holdout', /^data\/c/],
  ] as const) {
    const files = Object.keys(reference.files).filter((file) => pattern.test(file));
    for (const file of files) {
      mkdirSync(dirname(join(bench.folder, file)), { recursive: true });
      bench.write(file, reference.files[file]!);
    }
    const paths = files.map((file) => join(bench.folder, file));
    const { engine, folder } = bench;
    const { set, tables } = await validateDataset({ engine, contract, name, files: paths, folder });
    const { md5 } = await dvcDigests(paths);
    set.files.forEach((file, i) => (file.md5 = md5[i]!));
    set.identity = { logical: await logicalIdentity(engine, tables, contract.columns) };
    datasets.push(set);
  }
  const validation: Validation = {
    kind: 'validation',
    schemaVersion: 1,
    model: 'flight-delay',
    verdict: 'pass',
    reasons: [],
    contract: { path: 'contract.yaml', digest: 'sha256:0', version: '1.2.0' },
    datasets,
    lineage: {
      repository: 'acme/flights',
      commit: 'a'.repeat(40),
      ref: 'refs/heads/main',
      workflow: 'model',
      job: 'validate',
      runId: 12,
      runAttempt: 1,
      url: 'https://github.com/acme/flights/actions/runs/12',
      at: '2026-11-21T10:00:00.000Z',
    },
    engine: bench.engine.version,
  };
  const made = croissantOf({
    validation,
    contract,
    license: 'CC-BY-4.0',
    url: 'https://github.com/acme/flights',
    owner: { name: 'acme', url: 'https://github.com/acme' },
  });
  expect(made).toEqual(reference.croissant);
});

const python = pythonWith('mlcroissant');
if (python === undefined) skipped('mlcroissant');
(python === undefined ? it.skip : it)(
  'is valid and can be loaded',
  () => {
    const { status, stderr } = spawnSync(python!, [place('croissant.py')], { encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  },
  60_000,
);
