import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { workflowFiles } from '../../src/cli/tour/project.js';
import { CommitFiles } from '../../src/rehearsal/runner/git.js';
import { checkSupport } from '../../src/rehearsal/runner/support.js';
import { readWorkflow } from '../../src/rehearsal/runner/workflow.js';
import { Bench, projectFolder } from '../rehearsal/runner/harness.js';
import { type Definitions, ofComposite, problemsOf } from './rules.js';

const folder = join(projectFolder, 'workflows-templates');
const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const linter = join(projectFolder, 'node_modules/.cache/bin/actionlint');

async function definitionsOf(): Promise<Definitions> {
  const actions = readdirSync(join(projectFolder, 'src/actions'), { withFileTypes: true });
  const found = actions
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }): Promise<[string, Definitions[string]]> => {
      const { definition } = (await import(`../../src/actions/${name}/inputs.js`)) as {
        definition: Definitions[string];
      };
      return [name, definition];
    });
  return Object.fromEntries(await Promise.all(found));
}

describe('the templates', () => {
  let definitions: Definitions;
  beforeAll(async () => {
    definitions = await definitionsOf();
  });

  it('are those of the chain', () => {
    expect(names.sort()).toEqual([
      'model-data-sharded.yml',
      'model-delivery.yml',
      'model-drift.yml',
      'model-heartbeat.yml',
      'model-pull-request-report.yml',
      'model-pull-request.yml',
      'model-rollback.yml',
    ]);
  });

  it.each(names)('%s is read by GitHub’s own parser, and can be rehearsed', async (name) => {
    const bench = await Bench.open();
    try {
      const files = await workflowFiles(projectFolder);
      const path = `.github/workflows/${name}`;
      const sha = await bench.repository.commit({ branch: 'main', files, message: 'Templates' });
      const commit = new CommitFiles(bench.repository.gitFolder, sha, bench.folder);
      const workflow = await readWorkflow(path, files[path]!);
      expect(workflow.jobs.length).toBeGreaterThan(0);
      await checkSupport(workflow, commit, { folder: projectFolder, name: 'mlops-actions/suite' });
    } finally {
      await bench.close();
    }
  });

  it.each(names)('%s is offered with what GitHub shows of a starter workflow', (name) => {
    const properties = JSON.parse(textOf(name.replace(/yml$/, 'properties.json'))) as Record<string, unknown>;
    expect(properties).toEqual({
      name: expect.stringMatching(/^Model /) as string,
      description: expect.stringMatching(/^.{20,120}[^.]$/) as string,
      iconName: expect.stringMatching(/^octicon [a-z-]+$/) as string,
      categories: expect.arrayContaining(['Machine Learning']) as string[],
      filePatterns: expect.arrayContaining([expect.any(String)]) as string[],
    });
    const [pattern] = properties.filePatterns as string[];
    expect('model.yml').toMatch(new RegExp(pattern!));
  });

  it.each(names)('%s takes least permissions, loses no run, and trusts no event', (name) => {
    expect(problemsOf(textOf(name), definitions)).toEqual([]);
  });

  it('the composite asks for all that its parts need', () => {
    expect([...ofComposite(definitions)]).toEqual([]);
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    [
      'model-delivery.yml',
      '      issues: write # the incident, when a rollout fails\n',
      '',
      /staging: issues: none, but its steps need write/,
    ],
    [
      'model-delivery.yml',
      'deployments: read #',
      'deployments: write #',
      /gate: deployments: write, but .* need read/,
    ],
    ['model-delivery.yml', 'comment: false', 'comment: true', /gate: pull-requests: none, but .* need write/],
    ['model-delivery.yml', '  queue: max\n', '', /waits would be cancelled/],
    [
      'model-delivery.yml',
      '  queue: max\n',
      '  cancel-in-progress: true\n',
      /in progress would be cancelled/,
    ],
    ['model-delivery.yml', ', deployment: false', '', /staging: its environment files a deployment/],
    ['model-drift.yml', 'permissions: {}', 'permissions: read-all', /at the top/],
    ['model-drift.yml', 'environment: production', 'enviroment: production', /no input enviroment/],
    ['model-drift.yml', 'drift-check@v1', 'drift-check@main', /none of ours, or not pinned/],
    [
      'model-rollback.yml',
      '          environment: ${{ inputs.environment }}\n',
      '',
      /lacks its input environment/,
    ],
    ['model-rollback.yml', 'persist-credentials: false', 'fetch-depth: 1', /token in \.git/],
    [
      'model-pull-request.yml',
      '      - uses: actions/ch',
      '      - run: echo ${{ github.head_ref }}\n      - uses: actions/ch',
      /shell line/,
    ],
    ['model-pull-request.yml', '  cancel-in-progress: true\n', '', /outdated check/],
    ['model-heartbeat.yml', "['**']", '[$default-branch]', /means nothing in a file that was copied/],
    ['model-delivery.yml', ' # v7.0.1', '', /no comment says which version/],
    [
      'model-delivery.yml',
      /@[0-9a-f]{40} # v7.0.1/,
      '@v7',
      /actions\/checkout@v7 is none of ours, or not pinned/,
    ],
    ['model-drift.yml', ' # which version is live', '', /deployments: read: no comment says what it is for/],
    [
      'model-pull-request.yml',
      'github.event.pull_request.head.repo.full_name == github.repository && vars',
      'vars',
      /check: the code of a fork gets to a self-hosted runner/,
    ],
    ['model-data-sharded.yml', '          shard: ', '          shart: ', /no input shart/],
  ])('a break of the rules in %s is seen', (name, from, to, problem) => {
    const text = textOf(name);
    const broken = text.replace(from, to);
    expect(broken).not.toBe(text);
    expect(problemsOf(broken, definitions).join('\n')).toMatch(problem);
  });

  it('actionlint finds nothing', () => {
    if (!existsSync(linter)) {
      process.stdout.write('skipped: actionlint is not installed\n');
      return;
    }
    // It does not know yet of queues that cancel nobody.
    const ignored = 'unexpected key "queue" for "concurrency" section';
    const args = ['-no-color', '-shellcheck=', '-pyflakes=', '-ignore', ignored];
    const { stdout, stderr } = spawnSync(linter, [...args, ...names.map((name) => join(folder, name))], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
  });
});
