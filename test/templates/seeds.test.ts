import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'valibot';
import { stringify, parse as parseYaml } from 'yaml';
import { type Decision, decisionSchema } from '../../src/formats/decision.js';
import { Bench, projectFolder } from '../rehearsal/runner/harness.js';

const spec = `name: late
task: binary-classification
data: { contract: c.yaml, train: t.csv, holdout: holdout.csv }
train: { run: node train.mjs, seed: 0 }
evaluate:
  run: node predict.mjs
  label: y
  score: p
  repeats: 4
  gates: [{ metric: roc_auc, min: 0.6 }]
release: { files: [model.json] }
`;
const train = `import { mkdirSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR: folder, MLOPS_SEED: seed } = process.env;
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/model.json', JSON.stringify({ seed: Number(seed) }));
`;
/** Each seed finds the label behind a noise of its own. */
const predict = `import { readFileSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR: folder, MLOPS_DATA: data, MLOPS_PREDICTIONS: predictions } = process.env;
const { seed } = JSON.parse(readFileSync(folder + '/model.json', 'utf8'));
const rows = readFileSync(data, 'utf8').trim().split('\\n').slice(1);
const noise = (i) => (((i + 1) * (seed + 3) * 104729) % 997) / 997;
writeFileSync(predictions, ['p', ...rows.map((y, i) => (0.3 * y + 0.7 * noise(i)).toFixed(4))].join('\\n') + '\\n');
`;

/** The workflow of docs/gate.md, with three seeds and a training before it. */
function workflow(): string {
  const page = readFileSync(join(projectFolder, 'docs/gate.md'), 'utf8');
  const block = [...page.matchAll(/\`\`\`yaml\n(jobs:.*?)\`\`\`/gs)].find(([, text]) =>
    text!.includes('seeds/*/model'),
  );
  const { jobs } = parseYaml(block![1]!) as { jobs: Record<string, { strategy?: object; steps: object[] }> };
  jobs.seeds!.strategy = { matrix: { seed: [1, 2, 3] } };
  jobs.gate!.steps.push({
    uses: 'actions/upload-artifact@v4',
    with: { name: 'evidence', path: 'mlops-out/evaluate-gate/result.json' },
  });
  const training = {
    'runs-on': 'ubuntu-latest',
    outputs: { artifact: '\${{ steps.train.outputs.artifact-name }}' },
    steps: [
      { uses: 'actions/checkout@v5' },
      { id: 'train', uses: 'mlops-actions/suite/actions/train-on-gpu-runner@v1' },
    ],
  };
  return stringify({ on: 'workflow_dispatch', jobs: { train: training, ...jobs } });
}

describe('models of several seeds', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterAll(() => bench.close());

  it('reach the gate as the page on it says, and are decided on together', async () => {
    const holdout = ['y', ...Array.from({ length: 400 }, (_, i) => (i % 5 < 2 ? 1 : 0))].join('\n');
    const { runs } = await bench.push(workflow(), {
      files: {
        ...{ 'model.yml': spec, 'train.mjs': train, 'predict.mjs': predict },
        ...{
          'holdout.csv': `${holdout}\n`,
          't.csv': 'y\n1\n',
          'c.yaml': 'fields: [{ name: y, type: integer }]',
        },
      },
      event: { name: 'workflow_dispatch', payload: { inputs: {} } },
    });
    const [run] = runs;
    expect(
      Object.fromEntries(Object.entries(run!.jobs).map(([id, { conclusion }]) => [id, conclusion])),
    ).toEqual({
      train: 'success',
      seeds: 'success',
      gate: 'success',
    });
    const folder = join(bench.folder, 'evidence');
    mkdirSync(folder);
    await bench.repository.runs.extractArtifact(run!.run.id, 'evidence', folder);
    const decision: Decision = parse(
      decisionSchema,
      JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')),
    );
    expect(decision.verdict).toBe('pass');
    expect(decision.repeats!.kind).toBe('models');
    expect(new Set(decision.repeats!.list.map(({ digest }) => digest)).size).toBe(4);
    expect(decision.challenger.digest).toBe(decision.repeats!.list[0]!.digest);
    expect(decision.reasons[0]).toContain('on average over 4 repeats');
  }, 120_000);
});
