import { parseYaml } from '../../src/common/yaml.js';
import { specSchema } from '../../src/spec/schema.js';
import type { Gpus } from '../../src/training/gpus.js';
import { describeMachine, missingResources } from '../../src/training/resources.js';

const spec = (train: string) =>
  parseYaml(
    `name: m
task: regression
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train:
  run: ./train
${train}
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`,
    specSchema,
    'model.yml',
  );
const t4 = { index: 0, name: 'Tesla T4', memory: 16_106_127_360, driver: '535' };
const none: Gpus = { gpus: [], why: 'there is no nvidia-smi', remedy: 'run it elsewhere' };

describe('missingResources', () => {
  it('asks for nothing where the spec does not', () => {
    expect(missingResources(spec('  gpus: 0'), none, undefined)).toEqual([]);
  });

  it('says why there is no GPU, at the line that asks for one', () => {
    expect(missingResources(spec('  gpus: 1'), none, undefined)).toEqual([
      {
        message: 'the training asks for 1 GPU; there is no nvidia-smi',
        where: { file: 'model.yml', line: 6, column: 3 },
        remedy: 'run it elsewhere',
      },
    ]);
  });

  it('names the GPUs that there are when they are too few', () => {
    const [problem] = missingResources(spec('  gpus: 2'), { gpus: [t4] }, undefined);
    expect(problem!.message).toBe('the training asks for 2 GPUs; this runner has 1 (Tesla T4)');
  });

  it('lets the input override the spec, both ways', () => {
    expect(missingResources(spec('  gpus: 2'), { gpus: [t4] }, 1)).toEqual([]);
    expect(missingResources(spec('  gpus: 0'), { gpus: [t4] }, 2)).toHaveLength(1);
  });

  it('wants the memory on as many GPUs as it asks for', () => {
    const asked = spec('  gpus: 1\n  gpu-memory: 40');
    const a100 = { ...t4, index: 1, name: 'A100', memory: 85e9 };
    expect(missingResources(asked, { gpus: [t4] }, undefined)[0]).toMatchObject({
      message: 'the training asks for 1 GPU with 40 GB each; this runner has Tesla T4 16 GB',
      where: { line: 7 },
    });
    expect(missingResources(asked, { gpus: [t4, a100] }, undefined)).toEqual([]);
    expect(missingResources(asked, { gpus: [t4, a100] }, 2)).toHaveLength(1);
  });

  it('takes a T4 for the 16 GB that it is sold with', () => {
    expect(missingResources(spec('  gpus: 1\n  gpu-memory: 16'), { gpus: [t4] }, undefined)).toEqual([]);
  });
});

it('describes this machine', () => {
  const { cpu, memory, os } = describeMachine();
  expect(cpu.cores).toBeGreaterThan(0);
  expect(memory).toBeGreaterThan(1e8);
  expect(os).toMatch(/^\w+ \d/);
});
