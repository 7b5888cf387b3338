import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSpec } from '../../src/spec/load.js';
import { filesBelow, isWithin, prepareFolders, recordFiles } from '../../src/training/files.js';

async function specWith(train: string) {
  const folder = await mkdtemp(join(tmpdir(), 'folders-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/a.csv'), 'x\n1\n');
  await writeFile(
    join(folder, 'model.yml'),
    `name: m
task: regression
data: { contract: contract.yaml, train: data/*.csv, holdout: held/out.csv }
train: { run: ./train${train} }
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`,
  );
  return loadSpec(join(folder, 'model.yml'));
}

describe('prepareFolders', () => {
  it('leaves nothing of an earlier training in the output', async () => {
    const spec = await specWith('');
    await mkdir(join(spec.folder, 'model'));
    await writeFile(join(spec.folder, 'model/old.bin'), 'old');
    await writeFile(join(spec.folder, 'metrics.json'), '{"loss": 0}');
    const folders = await prepareFolders(spec);
    expect(await filesBelow(folders.output)).toEqual([]);
    expect((await readdir(spec.folder)).sort()).toEqual(['data', 'model', 'model.yml']);
  });

  it.each([
    [', output: .', 'not inside'],
    [', output: ../elsewhere', 'not inside'],
    [', output: /tmp', 'not inside'],
    [', metrics: ../metrics.json', 'not inside'],
    [', output: data', 'holds data'],
    [', checkpoints: data', 'holds data'],
    [', checkpoints: held', 'holds held/out.csv'],
    [', output: out, checkpoints: out/checkpoints', 'hold each other'],
  ])('refuses %s, and deletes nothing', async (train, message) => {
    const spec = await specWith(train);
    await expect(prepareFolders(spec)).rejects.toThrow(message);
    expect(await filesBelow(join(spec.folder, 'data'))).toHaveLength(1);
  });
});

describe('recordFiles', () => {
  it('tells path, size and digest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'files-'));
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b/c.bin'), 'abc');
    await writeFile(join(folder, 'a.bin'), '');
    expect(await recordFiles(await filesBelow(folder), folder)).toEqual([
      {
        path: 'a.bin',
        bytes: 0,
        sha256: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      {
        path: 'b/c.bin',
        bytes: 3,
        sha256: 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    ]);
  });

  it('refuses a file that is gone', async () => {
    await expect(recordFiles(['/no/such/file'], '/no')).rejects.toThrow('/no/such/file: cannot be read');
  });
});

it('knows what is within a folder', () => {
  expect(['/a/b', '/a', '/ab', '/', '/a/..b', '/a/../c'].map((path) => isWithin(path, '/a'))).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
});
