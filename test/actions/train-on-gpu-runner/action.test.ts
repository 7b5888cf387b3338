import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'valibot';
import { runRecordSchema } from '../../../src/formats/run-record.js';
import { LocalGitHub } from '../../../src/rehearsal/github/server.js';
import { type Run, startStep } from './step.js';

/* Counts to `rounds`, a round each time that a file `go` allows it, and can go on from where it was ended. */
const program = `
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR: model, MLOPS_CHECKPOINT_DIR: checkpoints, MLOPS_PARAM_ROUNDS: rounds } = process.env;
const state = checkpoints + '/state.json';
let { round } = process.env.MLOPS_RESUME === 'true' ? JSON.parse(readFileSync(state)) : { round: 0 };
console.log('from round', round, 'with key', process.env.WANDB_API_KEY, 'and', process.env.ACTIONS_RUNTIME_TOKEN);
process.on('SIGTERM', () => { console.log('SIGTERM in round', round); process.exit(143); });
while (round < rounds) {
  if (existsSync('fail')) { console.log('out of memory'); process.exit(9); }
  if (existsSync('wait')) { await new Promise((r) => setTimeout(r, 20)); continue; }
  round++;
  writeFileSync(state, JSON.stringify({ round }));
  console.log('round', round);
  if (round === 2 && existsSync('wait-at-2')) writeFileSync('wait', '');
}
writeFileSync(model + '/model.json', JSON.stringify({ round, seed: process.env.MLOPS_SEED }));
writeFileSync(process.env.MLOPS_METRICS, JSON.stringify({ loss: 1 / round }));
`;
const spec = (more = '') => `name: counter
task: regression
data: { contract: contract.yaml, train: data/*.csv, holdout: data/b.csv }
train: { run: node train.mjs, params: { rounds: 4 }, seed: 7${more} }
evaluate: { run: node predict.mjs, label: y, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`;

let hub: LocalGitHub;
let folder: string;
let run: Run;

async function checkout(files: Record<string, string> = {}): Promise<void> {
  await rm(run.workspace, { recursive: true, force: true });
  await mkdir(join(run.workspace, 'data'), { recursive: true });
  const all = { 'model.yml': spec(), 'train.mjs': program, 'data/a.csv': 'x,y\n1,2\n', ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(run.workspace, name), text);
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !condition(); i++) await delay(50);
  expect(condition()).toBe(true);
}

const readRecord = async (file: string) => parse(runRecordSchema, JSON.parse(await readFile(file, 'utf8')));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-'));
  hub = await LocalGitHub.start({ folder: join(folder, 'hub') });
  const repository = await hub.repository({ owner: 'acme', name: 'models' });
  const sha = await repository.commit({ branch: 'main', files: { a: 'b' }, message: 'Begin' });
  const started = {
    workflow: 'train.yml',
    name: 'train',
    event: 'push',
    headSha: sha,
    headBranch: 'main',
    actor: 'ada',
  };
  const { id, attempt } = await repository.runs.start(started);
  run = { hub, repository, runId: id, attempt, sha, workspace: join(folder, 'workspace') };
});
afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

it('trains, records what came out of what, and uploads both', async () => {
  await checkout();
  const { code, log, outputs } = await startStep(run, { parameters: 'rounds=3', seed: '11' }).ended;
  expect([code, log]).toEqual([0, expect.stringContaining('round 3')]);
  expect(log).toContain('from round 0 with key *** and undefined');
  const shown = log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  expect(shown.join('\n')).not.toContain('a-secret-of-the-user');
  expect(outputs).toMatchObject({
    'model-folder': 'model',
    'artifact-name': 'counter-training',
    metrics: '{"loss":0.3333333333333333}',
    resumed: 'false',
    result: join(run.workspace, 'mlops-out/train-on-gpu-runner/result.json'),
  });
  const record = await readRecord(outputs.result!);
  expect(record).toMatchObject({
    model: 'counter',
    parameters: { rounds: 3 },
    seed: 11,
    commit: run.sha,
    data: [{ path: 'data/a.csv', bytes: 8 }],
    environment: { runner: 'runner-1', withoutGpu: expect.any(String) },
    exit: { code: 0, endedBy: 'itself' },
    files: [{ path: 'model.json', bytes: 23 }],
  });
  expect(JSON.stringify(record)).not.toContain('a-secret-of-the-user');

  const there = join(folder, 'elsewhere');
  expect(await run.repository.runs.extractArtifact(run.runId, 'counter-training', there)).toBe(true);
  expect(JSON.parse(await readFile(join(there, 'model/model.json'), 'utf8'))).toEqual({
    round: 3,
    seed: '11',
  });
  expect(await readRecord(join(there, 'mlops-out/train-on-gpu-runner/result.json'))).toEqual(record);
});

it('saves the checkpoint when cancelled, and the next run goes on from it', async () => {
  await checkout({ 'wait-at-2': '' });
  const first = startStep(run);
  await until(() => first.log().includes('round 2'));
  first.child.kill('SIGINT');
  const ended = await first.ended;
  expect(ended.code).toBe(1);
  expect(ended.log).toContain('SIGTERM in round 2');
  expect(ended.log).toContain('the training was cancelled; its checkpoint is saved');
  const post = await startStep(run, {}, { name: 'post', state: ended.state }).ended;
  expect([post.code, post.log]).toEqual([0, '']);

  await checkout(); // another machine: nothing is left of the first
  const next = await startStep({ ...run, attempt: 2 }).ended;
  expect(next.log).toContain('from round 2');
  expect(next.log).not.toContain('round 1\n');
  expect(next.outputs).toMatchObject({ resumed: 'true', metrics: '{"loss":0.25}' });
  expect((await readRecord(next.outputs.result!)).resumedFrom).toMatch(/^mlops-checkpoint-counter-/);
});

it('goes on from the artifact where the cache is gone, and starts anew when told to', async () => {
  await checkout({ 'wait-at-2': '' });
  const first = startStep(run);
  await until(() => first.log().includes('round 2'));
  hub.faults.add({ operation: 'CacheService/CreateCacheEntry', count: 100, how: { status: 403 } });
  first.child.kill('SIGTERM');
  expect((await first.ended).log).toContain('the checkpoint is not in the cache');

  await checkout();
  expect((await startStep(run).ended).log).toContain('from round 2');
  await checkout();
  expect((await startStep(run, { resume: 'false' }).ended).log).toContain('from round 0');
});

it('saves in post what main was killed over', async () => {
  await checkout({ 'wait-at-2': '' });
  const first = startStep(run);
  await until(() => first.log().includes('round 2'));
  first.child.kill('SIGKILL');
  const { state } = await first.ended;
  // The program is not in the entry process's group, so it is still there: as on a runner, whose cleanup ends it.
  await rm(join(run.workspace, 'wait'));
  const post = await startStep(run, {}, { name: 'post', state }).ended;
  expect(post.log).toContain('the checkpoint is saved');

  await checkout();
  expect((await startStep({ ...run, attempt: 2 }).ended).outputs).toMatchObject({ resumed: 'true' });
});

it('fails with the last lines of a program that fails, and keeps its checkpoint', async () => {
  await checkout({ fail: '' });
  const { code, log, outputs } = await startStep(run).ended;
  expect(code).toBe(1);
  expect(log).toContain('the training ended with code 9. Its last lines:');
  expect(log).toContain('out of memory');
  expect((await readRecord(outputs.result!)).exit).toEqual({ code: 9, endedBy: 'itself' });
  expect(await run.repository.runs.artifacts(run.runId)).toEqual([]);
});

it('shows no secret of the environment in the log, failure, report and record of a training that fails', async () => {
  const leaky = `
const url = process.env.DATABASE_URL;
console.log('to', url);
console.error('as', Buffer.from('p4ssw0rd').toString('base64'));
process.exit(9);`;
  await checkout({ 'train.mjs': leaky, 'model.yml': spec().replace('rounds: 4', 'rounds: 4, key: none') });
  const { code, log, outputs } = await startStep(run, { parameters: 'key=p4ssw0rd' }).ended;
  expect([code, log]).toEqual([1, expect.stringContaining('to postgres://u:***@host/db')]);
  const shown = log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const written = [outputs.result!, outputs.report!].map((file) => readFile(file, 'utf8'));
  for (const text of [shown.join('\n'), ...(await Promise.all(written))]) {
    expect(text).not.toMatch(/p4ssw0rd|cDRzc3cwcmQ/);
  }
  expect((await readRecord(outputs.result!)).parameters).toEqual({ rounds: 4, key: '***' });
});

it('shows no secret in the error on metrics that a program wrote', async () => {
  const leaky = `
import { writeFileSync } from 'node:fs';
writeFileSync(process.env.MLOPS_MODEL_DIR + '/model.json', '1');
writeFileSync(process.env.MLOPS_METRICS, JSON.stringify({ loss: process.env.DATABASE_URL }));`;
  await checkout({ 'train.mjs': leaky });
  const { code, log } = await startStep(run).ended;
  expect([code, log]).toEqual([1, expect.stringContaining('"loss" is "postgres://u:***@host/db"')]);
});

it('uploads nothing of a model whose folder links out of itself, and still records the training', async () => {
  const leaky = `
import { symlinkSync, writeFileSync } from 'node:fs';
writeFileSync(process.env.MLOPS_MODEL_DIR + '/model.json', '1');
symlinkSync('/etc/hostname', process.env.MLOPS_MODEL_DIR + '/leak');`;
  await checkout({ 'train.mjs': leaky });
  const { code, log, outputs } = await startStep(run).ended;
  expect([code, log]).toEqual([1, expect.stringContaining('leak: is a link that leads out of the folder')]);
  expect((await readRecord(outputs.result!)).files).toMatchObject([{ path: 'model.json' }]);
  expect(outputs['artifact-name']).toBeUndefined();
});

it('ends at the time limit', async () => {
  await checkout({ wait: '' });
  const { code, log } = await startStep(run, { 'time-limit': '1s' }).ended;
  expect([code, log]).toEqual([1, expect.stringContaining('did not end within its time limit of 1 s')]);
});

describe('before anything runs', () => {
  it.each([
    ['GPUs that are not there', spec(', gpus: 1'), {}, 'the training asks for 1 GPU'],
    ['a parameter that is not there', spec(), { parameters: 'round=3' }, 'did you mean "rounds"?'],
    ['a seed that is none', spec(), { seed: 'x' }, '"x" is not a whole number'],
    ['data that is not there', spec().replace('data/*.csv', 'data/*.parquet'), {}, 'no file matches'],
    ['an unknown key', spec(', gpu: 1'), {}, 'did you mean "gpus"?'],
    ['no spec', '', { model: 'none.yml' }, 'does not exist'],
  ])('refuses %s', async (_what, text, inputs, message) => {
    await checkout({ 'model.yml': text });
    const { code, log } = await startStep(run, inputs as Record<string, string>).ended;
    expect([code, log]).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(join(run.workspace, 'model/model.json'))).toBe(false);
  });
});

it.each([
  ['no model', 'process.exit(0)', 'left no file in model'],
  [
    'no numbers',
    "import { writeFileSync } from 'node:fs'; writeFileSync(process.env.MLOPS_METRICS, '{\"loss\": NaN}')",
    '"loss" is NaN',
  ],
])('refuses a program that writes %s', async (_what, text, message) => {
  await checkout({ 'train.mjs': text });
  const { code, log } = await startStep(run).ended;
  expect([code, log]).toEqual([1, expect.stringContaining(message)]);
});
