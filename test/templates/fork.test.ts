import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rehearse } from '../../src/rehearsal/rehearse.js';
import { evaluateExpression } from '../../src/rehearsal/runner/expressions.js';
import { suite } from '../bundle/run-action.js';
import { Bench, node24, projectFolder } from '../rehearsal/runner/harness.js';
import { projectFiles } from './project.js';

describe('a pull request from a fork', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
    mkdirSync(join(bench.folder, 'platform'));
    const files = await projectFiles(0.5, join(bench.folder, 'platform'));
    await bench.repository.commit({ branch: 'main', files, message: 'Start' });
  });
  afterAll(() => bench.close());

  /** Opens a pull request, and runs what it starts: conclusions by the name of the workflow. */
  async function propose(branch: string, fork?: string): Promise<Record<string, string>> {
    const { hub, repository, folder, events } = bench;
    const from = fork === undefined ? {} : { fork };
    const change = { branch, files: { 'note.txt': branch }, message: 'Change', ...from };
    const sha = await repository.commit(change);
    const author = fork ?? 'ada';
    const { number } = await repository.openPull({ title: 'Change', head: branch, author, ...from });
    const ref = `refs/pull/${number}/merge`;
    const head = { ref: branch, sha, repo: { full_name: `${author === 'ada' ? 'octo' : author}/models` } };
    events.splice(0);
    const { runs } = await rehearse({
      ...{ hub, repository, node24, approve: () => ({ user: 'lin', state: 'approved', comment: '' }) },
      event: {
        ...{ name: 'pull_request', ref, sha: await repository.resolve(ref), actor: author },
        payload: { action: 'opened', number, pull_request: { number, head, base: { ref: 'main' } } },
      },
      suite: { folder: suite, name: 'mlops-actions/suite' },
      workFolder: join(folder, 'work'),
      reporter: { report: (one) => events.push(one) },
      fork: fork !== undefined,
    });
    return Object.fromEntries(runs.map(({ run, conclusion }) => [run.workflow, conclusion]));
  }
  const comments = async (): Promise<{ body: string; issue_url: string }[]> =>
    (await bench.hub.state()).comments as { body: string; issue_url: string }[];

  it('is commented by the run on the default branch, as its own run may not', async () => {
    expect(await propose('hers', 'mallory')).toEqual({
      'model pull request': 'success',
      'model pull request report': 'success',
    });
    const said = bench.of('annotation').map(({ message }) => message);
    expect(said.join('\n')).toContain('The pull request got no comment');
    const [comment, ...others] = await comments();
    expect(others).toEqual([]);
    expect(comment!.issue_url).toMatch(/\/issues\/1$/);
    expect(comment!.body).toContain('late passes');
    expect(comment!.body).toContain('checked by nobody');
  });

  it('one of the repository itself comments by its own run, and the other job is skipped', async () => {
    expect(await propose('ours')).toEqual({
      'model pull request': 'success',
      'model pull request report': 'skipped',
    });
    expect((await comments()).map(({ issue_url }) => issue_url.replace(/^.*\//, ''))).toEqual(['1', '2']);
    expect((await comments())[1]!.body).not.toContain('checked by nobody');
  });

  it('never gets to a runner of the owner’s own', () => {
    const text = readFileSync(join(projectFolder, 'workflows-templates/model-pull-request.yml'), 'utf8');
    const { jobs } = parse(text) as { jobs: { check: { 'runs-on': string } } };
    const expression = jobs.check['runs-on'].replace(/^\$\{\{(.*)\}\}$/, '$1');
    const runnerOf = (repository: string | null, vars: Record<string, string>) => {
      const repo = repository === null ? null : { full_name: repository };
      const event = { pull_request: { head: { repo } } };
      const contexts = { github: { repository: 'octo/models', event }, vars };
      return evaluateExpression(expression, { file: 'w.yml', contexts });
    };
    const vars = { GPU_RUNNER: 'gpu' };
    expect(runnerOf('octo/models', vars)).toBe('gpu');
    expect(runnerOf('octo/models', {})).toBe('ubuntu-latest');
    expect(runnerOf('mallory/models', vars)).toBe('ubuntu-latest');
    // The fork is gone.
    expect(runnerOf(null, vars)).toBe('ubuntu-latest');
  });
});
