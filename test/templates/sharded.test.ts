import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'valibot';
import { workflowFiles } from '../../src/cli/tour/project.js';
import { type Validation, validationSchema } from '../../src/formats/validation.js';
import { Bench, projectFolder } from '../rehearsal/runner/harness.js';

const contract = `apiVersion: v3.1.0
kind: DataContract
id: late
version: 1.0.0
status: active
schema:
  - name: rows
    quality: [{ type: library, metric: rowCount, mustBeGreaterThan: 150 }]
    properties:
      - { name: id, logicalType: integer, required: true, unique: true }
      - { name: late, logicalType: boolean, required: true }
`;
const spec = `name: late
task: binary-classification
data: { contract: contract.yaml, train: data/train-*.csv, holdout: data/holdout.csv }
train: { run: 'true' }
evaluate: { run: 'true', label: late, score: p, gates: [{ metric: roc_auc, min: 0.5 }] }
`;
const rows = (from: number, n: number): string =>
  `id,late\n${Array.from({ length: n }, (_, i) => `${from + i},${(from + i) % 3 === 0}\n`).join('')}`;

async function project(change: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const parts = Array.from({ length: 6 }, (_, i) => [`data/train-${i + 1}.csv`, rows(100 * i, 40)]);
  return {
    ...(await workflowFiles(projectFolder)),
    ...{ 'model.yml': spec, 'contract.yaml': contract, 'data/holdout.csv': rows(9000, 200) },
    ...(Object.fromEntries(parts) as Record<string, string>),
    ...change,
  };
}

const nothing = 'on: workflow_call\njobs: { none: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n';

describe('data in shards', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterAll(() => bench.close());

  async function validate(files: Record<string, string>) {
    bench.events.splice(0);
    const { runs } = await bench.push(nothing, {
      files,
      workflow: '.github/workflows/model-data-sharded.yml',
      event: { name: 'workflow_dispatch', payload: { inputs: {} } },
    });
    const [run] = runs;
    const folder = join(bench.folder, `evidence-${run!.run.id}`);
    mkdirSync(folder);
    await bench.repository.runs.extractArtifact(run!.run.id, 'evidence-data', folder);
    const text = readFileSync(join(folder, 'merge-profiles/result.json'), 'utf8');
    return { run: run!, folder, result: parse(validationSchema, JSON.parse(text)) };
  }
  const findings = ({ datasets }: Validation): string[] =>
    datasets.flatMap((set) => set.findings.map(({ rule, count }) => `${set.name} ${rule} ${count}`));

  it('are judged as one, and leave what the chain takes', async () => {
    const { run, folder, result } = await validate(await project());
    expect(run.conclusion).toBe('success');
    expect(result).toMatchObject({
      verdict: 'pass',
      model: 'late',
      datasets: [{ rows: 240 }, { rows: 200 }],
    });
    expect(result.reasons.join()).toContain('joined from 4 shards');
    const profile = JSON.parse(readFileSync(join(folder, 'merge-profiles/profile-train.json'), 'utf8')) as {
      rows: number;
    };
    expect(profile.rows).toBe(240);
    expect(readFileSync(join(folder, 'merge-profiles/report.html'), 'utf8')).toContain('Data of late');
  });

  it('fail together, where no shard fails alone', async () => {
    const { run, result } = await validate(await project({ 'data/train-6.csv': rows(20, 40) }));
    expect(run.conclusion).toBe('failure');
    expect(findings(result)).toEqual(['train unique 20']);
    const failed = bench.of('annotation').filter(({ level }) => level === 'error');
    expect(failed.map(({ message }) => message).join('\n')).toMatch(/id: 20 rows .* with the same id/);
  });
});
