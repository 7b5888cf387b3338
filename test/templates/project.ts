import { readFileSync } from 'node:fs';
import { workflowFiles } from '../../src/cli/tour/project.js';
import { platformScript } from '../rollout/stage.js';
import { projectFolder } from '../rehearsal/runner/harness.js';

const spec = (skill: number, platform: string): string => {
  const command = (name: string): string =>
    `PLATFORM='${platform}'/$MLOPS_ENVIRONMENT bash platform.sh ${name}`;
  return `name: late
task: binary-classification
data: { contract: contract.yaml, train: data/train.csv, holdout: data/holdout.csv }
train: { run: node train.mjs, params: { skill: ${skill} } }
evaluate:
  run: node predict.mjs
  label: late
  score: p
  gates:
    - { metric: roc_auc, min: 0.6 }
    - { metric: roc_auc, max-drop: 0.02, versus: champion }
release: { files: [model.json] }
rollout:
  target:
    kind: command
    start: ${command('start')}
    set-weight: ${command('set-weight')}
    stop: ${command('stop')}
    status: ${command('status')}
  guardrails: [{ signal: error_rate, max-ratio: 1.5, negligible: 1% }]
  environments:
    staging: { steps: [100%] }
    production:
      steps: [20%, 50%, 100%]
      interval: 200ms
      bake: 60s
      require-approval: environment
      signals: { kind: http, url: '\${SERVING_URL}/production' }
`;
};

const contract = `apiVersion: v3.0.2
kind: DataContract
id: late
name: Late
version: 1.0.0
status: active
schema:
  - name: rows
    quality: [{ type: library, rule: rowCount, mustBeBetween: [500, 5000] }]
    properties:
      - { name: x, logicalType: number, required: true, logicalTypeOptions: { minimum: 0, maximum: 1 } }
      - { name: late, logicalType: integer, required: true, logicalTypeOptions: { minimum: 0, maximum: 1 } }
`;

const train = `import { mkdirSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR: folder, MLOPS_PARAMS: parameters } = process.env;
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/model.json', parameters);
`;

/** Of the two columns of noise that a row is made of, skill says how much of the one that matters is seen. */
const predict = `import { readFileSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR: folder, MLOPS_DATA: data, MLOPS_PREDICTIONS: predictions } = process.env;
const { skill } = JSON.parse(readFileSync(folder + '/model.json', 'utf8'));
const rows = data.split('\\n').flatMap((file) => readFileSync(file, 'utf8').trim().split('\\n').slice(1));
const scores = rows.map((row, i) => skill * Number(row.split(',')[0]) + (1 - skill) * (((i * 7919) % 1009) / 1009));
writeFileSync(predictions, ['p', ...scores.map((p) => p.toFixed(4))].join('\\n') + '\\n');
`;

/** Rows without order or repetition, as data has them: by the golden ratio and by another irrational number. */
const rows = (offset: number): string =>
  Array.from({ length: 1000 }, (_, i) => {
    const x = ((i + offset) * 0.6180339887498949) % 1;
    const noise = ((i + offset) * 0.7548776662466927) % 1;
    return `${x.toFixed(6)},${x + noise > 1 ? 1 : 0}`;
  }).join('\n');

/**
 * A whole repository of a small model, with the templates.
 * @param skill how much the model sees of what matters, 0 to 1
 * @param platform the folder in which the platform of each environment is kept
 */
export async function projectFiles(skill: number, platform: string): Promise<Record<string, string>> {
  return {
    ...(await workflowFiles(projectFolder)),
    'model.yml': spec(skill, platform),
    'contract.yaml': contract,
    'train.mjs': train,
    'predict.mjs': predict,
    'platform.sh': readFileSync(platformScript, 'utf8'),
    'data/train.csv': `x,late\n${rows(0)}\n`,
    'data/holdout.csv': `x,late\n${rows(1000)}\n`,
  };
}
