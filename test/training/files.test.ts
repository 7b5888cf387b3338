import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFolder } from '../../src/common/folder.js';
import { loadSpec } from '../../src/spec/load.js';
import { prepareFolders, recordFiles } from '../../src/training/files.js';

async function specWith(train: string) {
  const repository = await mkdtemp(join(tmpdir(), 'folders-'));
  const folder = join(repository, 'project');
  await mkdir(join(repository, '.git'));
  await mkdir(join(folder, 'data'), { recursive: true });
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
    expect((await listFolder(folders.output)).files).toEqual([]);
    expect((await readdir(spec.folder)).sort()).toEqual(['data', 'model', 'model.yml']);
  });

  it.each([
    [', output: .', 'not inside'],
    [', output: ../elsewhere', 'not inside'],
    [', metrics: ../metrics.json', 'not inside'],
    [', output: data', 'holds data'],
    [', checkpoints: data', 'holds data'],
    [', checkpoints: held', 'holds held/out.csv'],
    [', output: out, checkpoints: out/checkpoints', 'hold each other'],
  ])('refuses %s, and deletes nothing', async (train, message) => {
    const spec = await specWith(train);
    await expect(prepareFolders(spec)).rejects.toThrow(message);
    expect((await listFolder(join(spec.folder, 'data'))).files).toHaveLength(1);
  });
});

describe('recordFiles', () => {
  it('tells path, size and digest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'files-'));
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b/c.bin'), 'abc');
    await writeFile(join(folder, 'a.bin'), '');
    expect(await recordFiles((await listFolder(folder)).files, folder)).toEqual([
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
