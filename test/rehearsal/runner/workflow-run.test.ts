import type { RehearseOptions } from '../../../src/rehearsal/rehearse.js';
import { Bench } from './harness.js';

const check = `
name: check
on: [push, pull_request]
permissions: { contents: write }
jobs: { check: { runs-on: x, steps: [{ run: 'curl -s -o /dev/null -w "check may %{http_code}\\n" -X POST -H "authorization: Bearer \${{ github.token }}" -d "{}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/git/blobs"' }] } }
`;
const after = `
on: { workflow_run: { workflows: [check], types: [completed] } }
permissions: { contents: write }
jobs:
  after:
    runs-on: x
    steps:
      - run: echo '\${{ toJSON(github.event.workflow_run) }}' > run.json; echo "run $(tr -d ' \\n' < run.json)"
      - env: { TOKEN: '\${{ github.token }}', SECRET: '\${{ secrets.KEY }}' }
        run: |
          curl -s -o /dev/null -w "after may %{http_code}\\n" -X POST -H "authorization: Bearer $TOKEN" -d '{"content":"x"}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/git/blobs"
          test -n "$SECRET" && echo "after has the secret"
`;

describe('a run that another one starts by having ended', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
    bench.repository.secrets.KEY = 'x9';
  });
  afterEach(() => bench.close());

  const told = (): Record<string, unknown> => {
    const line = bench.lines().find((one) => one.startsWith('run {'))!;
    return JSON.parse(line.slice(4)) as Record<string, unknown>;
  };
  const pull = async (repository: string, options: Partial<RehearseOptions> = {}) => {
    const head = { ref: 'topic', sha: 'a'.repeat(40), repo: { full_name: repository } };
    const { runs } = await bench.push(check, {
      ...options,
      files: { '.github/workflows/after.yml': after },
      event: {
        ...{ name: 'pull_request', ref: 'refs/pull/7/merge' },
        payload: { action: 'opened', pull_request: { number: 7, head, base: { ref: 'main' } } },
      },
    });
    return { conclusions: runs.map((run) => run.conclusion), sha: runs[0]!.run.sha };
  };

  it('is told the branch and commit of a pull request, not those of the merge that ran', async () => {
    expect((await pull('octo/models')).conclusions).toEqual(['success', 'success']);
    expect(told()).toMatchObject({
      ...{ event: 'pull_request', conclusion: 'success', head_sha: 'a'.repeat(40), head_branch: 'topic' },
      head_repository: { full_name: 'octo/models', owner: { login: 'octo' }, fork: false },
      pull_requests: [{ number: 7 }],
    });
  });

  it('of a fork: is not told the pull request, and may write and has secrets again', async () => {
    expect((await pull('mallory/models', { fork: true })).conclusions).toEqual(['success', 'success']);
    expect(told()).toMatchObject({
      head_repository: { full_name: 'mallory/models', owner: { login: 'mallory' }, fork: true },
      pull_requests: [],
    });
    expect(bench.lines().filter((line) => /^(check|after) /.test(line))).toEqual([
      'check may 403',
      'after may 201',
      'after has the secret',
    ]);
  });

  it('of a push: is told its own commit', async () => {
    const { runs } = await bench.push(check, { files: { '.github/workflows/after.yml': after } });
    expect(told()).toMatchObject({ head_sha: runs[0]!.run.sha, head_branch: 'main', pull_requests: [] });
  });

  it('every event says of which repository it is, and its default branch', async () => {
    await bench.push(`
on: push
jobs: { job: { runs-on: x, steps: [{ run: 'echo "of \${{ github.event.repository.full_name }} \${{ github.event.repository.default_branch }} by \${{ github.event.sender.login }}"' }] } }
`);
    expect(bench.lines()).toContain('of octo/models main by ada');
  });
});
