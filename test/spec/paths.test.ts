import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSpec } from '../../src/spec/load.js';

let above: string;
let repository: string;
let folder: string;

beforeEach(async () => {
  above = await mkdtemp(join(tmpdir(), 'paths-'));
  repository = join(above, 'repository');
  folder = join(repository, 'models/late');
  await mkdir(folder, { recursive: true });
  await mkdir(join(repository, '.git'));
  await writeFile(join(repository, 'shared.yaml'), '');
  await writeFile(join(above, 'secret'), 'root:x:0:0');
});
afterEach(() => rm(above, { recursive: true }));

interface Paths {
  contract?: string;
  train?: string;
  baseline?: string;
  cases?: string;
  data?: string;
}

async function load({
  contract = 'c.yaml',
  train = '',
  baseline = 'b.csv',
  cases = 'c.csv',
  data = 'a.csv',
}: Paths) {
  const text = `name: late
task: regression
data: { contract: "${contract}", train: "${data}", holdout: b.csv }
train: { run: ./train${train} }
evaluate:
  run: ./predict
  label: y
  prediction: p
  gates: [{ metric: rmse, baseline: "${baseline}", max-increase: 1 }]
  slices: [x]
  slice-gates: [{ metric: rmse, baseline: "${baseline}", max-increase: 1 }]
  behaviour: { minimum-functionality: [{ file: "${cases}" }] }
`;
  await writeFile(join(folder, 'model.yml'), text);
  return loadSpec(join(folder, 'model.yml'));
}

const refusal = (key: string, line: number) =>
  new RegExp(`model\\.yml:${line}:\\d+: ${key}: ".*" leads out of the repository → keep the file`);

describe('paths of model.yml', () => {
  it('may name what is in the repository, there yet or not, and data on another disk', async () => {
    await symlink('../../shared.yaml', join(folder, 'link.yaml'));
    for (const contract of ['../../shared.yaml', 'link.yaml#flights', '../other/none.yaml', 'c.yaml']) {
      expect((await load({ contract, data: '/mnt/data/*.csv' })).value.data.contract).toBe(contract);
    }
  });

  it('are all refused at once where they leave it', async () => {
    const out = '../../../secret';
    const loading = load({
      contract: out,
      train: `, output: ${out}, checkpoints: /var/x, metrics: ${out}`,
      baseline: out,
      cases: '/etc/passwd',
    });
    for (const [key, line] of [
      ['data.contract', 3],
      ['train.output', 4],
      ['train.checkpoints', 4],
      ['train.metrics', 4],
      ['evaluate.gates.0.baseline', 9],
      ['evaluate.slice-gates.0.baseline', 11],
      ['evaluate.behaviour.minimum-functionality.0.file', 12],
    ] as const) {
      await expect(loading).rejects.toThrow(refusal(key, line));
    }
    await expect(loading).rejects.not.toThrow('root:');
    await expect(loading).rejects.toMatchObject({ problems: { length: 7 } });
  });

  it.each([
    ['a link to a file', '../../../secret', 'link'],
    ['a link to a folder', '../../..', 'link/secret'],
    ['a link to what is not there yet', '../../../later', 'link'],
    ['a link to nothing below a link', '../../..', 'link/none/c.yaml#t'],
  ])('are refused where %s leads out', async (_, target, contract) => {
    await symlink(target, join(folder, 'link'));
    await expect(load({ contract })).rejects.toThrow(refusal('data.contract', 3));
  });

  it('end at links that lead to each other', async () => {
    await symlink('two', join(folder, 'one'));
    await symlink('one', join(folder, 'two'));
    expect((await load({ contract: 'one' })).value.data.contract).toBe('one');
  });

  it('stay in the folder of a model.yml that is in no repository', async () => {
    await rm(join(repository, '.git'), { recursive: true });
    await expect(load({ contract: '../../shared.yaml' })).rejects.toThrow(refusal('data.contract', 3));
  });

  it('may name another checkout in the same workspace', async () => {
    await mkdir(join(above, 'contracts'));
    const before = process.cwd();
    process.chdir(above);
    try {
      const contract = '../../../contracts/late.yaml';
      expect((await load({ contract })).value.data.contract).toBe(contract);
    } finally {
      process.chdir(before);
    }
  });
});
