import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Project, actions } from './project.js';
import { node24, suite } from './run-action.js';

/** A process that must end by itself, with nothing of this one's environment. */
async function run(file: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const program = join(suite, 'dist', file);
  const options = { env: { PATH: process.env.PATH, ...env } };
  return promisify(execFile)(node24, [program, ...args], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
}

describe('dist', () => {
  it('has a program for every JavaScript action, and no other', () => {
    const folders = readdirSync(join(suite, 'dist'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.sort()).toEqual([...actions, 'cli', 'runtime'].sort());
    expect(existsSync(join(suite, 'dist/train-on-gpu-runner/post.js'))).toBe(true);
  });

  it.concurrent.each([...actions.map((name) => `${name}/index.js`), 'train-on-gpu-runner/post.js'])(
    '%s says so when no runner started it',
    async (file) => {
      const { code, stdout } = await run(file);
      expect(stdout).toBe(
        '::error::GITHUB_REPOSITORY is not set: this is not a run of GitHub Actions → use the action in a workflow, or rehearse the workflow with `mlops rehearse`\n',
      );
      expect(code).toBe(1);
    },
  );

  it.concurrent('says so when MLOPS_PATIENCE is not a valid duration', async () => {
    const project = await Project.open();
    const { code, errors } = await project.run('fetch-model', { env: { MLOPS_PATIENCE: 'long' } });
    expect(errors).toEqual(['MLOPS_PATIENCE is "long", not a valid duration → write 30s, 2m or 0s']);
    expect(code).toBe(1);
    await project.close();
  });

  it.concurrent.each([[['help']], [['--help']], [[]]])('mlops %j explains itself', async (args) => {
    const { code, stdout } = await run('cli/index.js', args);
    expect(stdout).toMatch(/mlops tour[\s\S]*mlops rehearse/);
    expect(code).toBe(0);
  });
});

describe('what a failing verdict leaves', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.open();
  });
  afterAll(() => project.close());

  const late = { 'data/train.csv': 'distance,late\nfar,1\n12,0\n' };

  it('outputs, the summary, the result and the report are written, and the step fails', async () => {
    const answer = await project.run('validate-data', { change: late });
    expect(answer.code).toBe(1);
    expect(answer.outputs).toMatchObject({ verdict: 'fail', errors: '1', rows: '2' });
    expect(answer.summary).toContain('distance');
    expect(JSON.parse(readFileSync(answer.outputs.result!, 'utf8'))).toMatchObject({ verdict: 'fail' });
    expect(readFileSync(answer.outputs.report!, 'utf8')).toContain('<html');
    expect(answer.errors[0]).toMatch(/^data\/train\.csv:2: .* → /);
  });

  it('a runner without summaries gets all the rest', async () => {
    const answer = await project.run('validate-data', { change: late, env: { GITHUB_STEP_SUMMARY: '' } });
    expect(answer.outputs).toMatchObject({ verdict: 'fail', errors: '1' });
    expect(answer.errors.join()).not.toContain('SUMMARY');
  });
});
