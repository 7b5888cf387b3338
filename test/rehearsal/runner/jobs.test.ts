import { Bench } from './harness.js';

describe('jobs', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.close());

  const run = (text: string): string => `{ runs-on: x, steps: [{ run: ${JSON.stringify(text)} }] }`;

  it('need each other, and pass outputs and results on', async () => {
    const result = await bench.push(`
on: push
env: { GREETING: hello }
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: { word: '\${{ steps.s.outputs.word }}' }
    steps:
      - id: s
        run: echo "word=$GREETING" >> "$GITHUB_OUTPUT"
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ needs.first.outputs.word }} \${{ needs.first.result }}"
  broken: ${run('exit 1')}
  after-broken: { needs: broken, ${run('echo no').slice(1)}
  far: { needs: after-broken, ${run('echo no').slice(1)}
  rescue:
    needs: [broken, first]
    if: failure()
    runs-on: x
    steps: [{ run: 'echo "broken is \${{ needs.broken.result }}"' }]
  always: { needs: far, if: always(), ${run('echo "far ${{ needs.far.result }}"').slice(1)}
  forgiven: { continue-on-error: true, ${run('exit 1').slice(1)}
  after-forgiven: { needs: forgiven, ${run('echo fine').slice(1)}
`);
    expect(result.conclusion).toBe('failure');
    const conclusions = Object.fromEntries(
      Object.entries(result.runs[0]!.jobs).map(([id, job]) => [id, job.conclusion]),
    );
    expect(conclusions).toEqual({
      first: 'success',
      second: 'success',
      broken: 'failure',
      'after-broken': 'skipped',
      far: 'skipped',
      rescue: 'success',
      always: 'success',
      forgiven: 'failure',
      'after-forgiven': 'success',
    });
    expect(bench.lines()).toEqual(
      expect.arrayContaining(['hello success', 'broken is failure', 'far skipped', 'fine']),
    );
  });

  it('a matrix runs every combination, named by it, and stops the rest at a failure', async () => {
    const result = await bench.push(`
on: push
jobs:
  build:
    runs-on: x
    strategy:
      max-parallel: 1
      matrix:
        os: [a, b]
        v: [1, 2]
        exclude: [{ os: b, v: 2 }]
        include: [{ os: a, colour: red }, { os: c, v: 9 }]
    outputs: { last: '\${{ steps.s.outputs.last }}' }
    steps:
      - id: s
        run: |
          echo "\${{ matrix.os }}-\${{ matrix.v }}-\${{ matrix.colour }} \${{ strategy.job-index }}/\${{ strategy.job-total }}"
          echo "last=\${{ matrix.os }}" >> "$GITHUB_OUTPUT"
  stops:
    runs-on: x
    strategy: { max-parallel: 1, matrix: { n: [1, 2, 3] } }
    steps: [{ run: 'exit \${{ matrix.n }}' }]
  dynamic:
    runs-on: x
    strategy: { matrix: { n: '\${{ fromJSON(''[7,8]'') }}' } }
    steps: [{ run: 'echo "n=\${{ matrix.n }}"' }]
`);
    expect(bench.lines()).toEqual(
      expect.arrayContaining(['a-1-red 0/4', 'a-2-red 1/4', 'b-1- 2/4', 'c-9- 3/4', 'n=7', 'n=8']),
    );
    expect(result.runs[0]!.jobs.build).toEqual({ conclusion: 'success', outputs: { last: 'c' } });
    const names = bench.of('job-finished').map((e) => [e.job, e.conclusion]);
    expect(names).toContainEqual(['build (a, 1, red)', 'success']);
    expect(names).toContainEqual(['stops (1)', 'failure']);
    expect(names).toContainEqual(['stops (2)', 'cancelled']);
    expect(names).toContainEqual(['stops (3)', 'cancelled']);
  });

  it('call reusable workflows with inputs, secrets and outputs', async () => {
    bench.repository.secrets.KEY = 'very-secret';
    const result = await bench.push(
      `
on: push
permissions: { contents: read, issues: write }
jobs:
  call:
    uses: ./.github/workflows/called.yml
    with: { n: 3, flag: true }
    secrets: inherit
  after:
    needs: call
    runs-on: x
    steps: [{ run: 'echo "got \${{ needs.call.outputs.sum }}"' }]
`,
      {
        files: {
          '.github/workflows/called.yml': `
on:
  workflow_call:
    inputs:
      n: { type: number, required: true }
      flag: { type: boolean }
      text: { type: string, default: fallback }
    outputs: { sum: { value: '\${{ jobs.inner.outputs.sum }}' } }
jobs:
  inner:
    runs-on: x
    outputs: { sum: '\${{ steps.s.outputs.sum }}' }
    steps:
      - run: echo "\${{ inputs.n == 3 && inputs.flag == true }} \${{ inputs.text }} key=\${{ secrets.KEY }} \${{ github.event_name }}"
      - id: s
        run: echo "sum=\${{ inputs.n }}4" >> "$GITHUB_OUTPUT"
`,
        },
      },
    );
    expect(result.conclusion).toBe('success');
    expect(bench.lines()).toEqual(expect.arrayContaining(['true fallback key=*** push', 'got 34']));
    expect(bench.of('job-finished').map((e) => e.job)).toContain('call / inner');
  });

  it('contexts are what GitHub gives', async () => {
    bench.repository.variables.MODE = 'quick';
    await bench.push(
      `
name: Names
on: push
defaults: { run: { shell: bash } }
jobs:
  job:
    name: Nice \${{ github.ref_name }}
    runs-on: x
    env: { FROM_JOB: '\${{ vars.MODE }}' }
    steps:
      - run: |
          echo "1 \${{ github.repository }} \${{ github.repository_owner }} \${{ github.workflow }} \${{ github.job }}"
          echo "2 $GITHUB_REF $GITHUB_REF_NAME $GITHUB_REF_TYPE $GITHUB_EVENT_NAME $GITHUB_ACTOR $CI"
          echo "3 $FROM_JOB \${{ env.FROM_JOB }} \${{ runner.os == env.RUNNER_OS }} \${{ job.status }}"
          echo "4 \${{ github.workspace == '' }} $([ "$PWD" = "$GITHUB_WORKSPACE" ] && echo same)"
          echo "5 $(cat "$GITHUB_EVENT_PATH" | tr -d ' \\n') \${{ github.event.n }}"
          echo "6 \${{ github.run_id }} $GITHUB_RUN_ATTEMPT \${{ github.server_url }}"
          echo "7 \${{ contains(github.ref, 'main') }} \${{ join(fromJSON('["a","b"]'), '+') }} \${{ format('{0}!', 'x') }}"
          env | sort > env.txt
          echo "8 $(grep -c '^SECRET_OF_THE_CALLER' env.txt || true)"
          mkdir d; echo x > d/a.lock
      - run: echo "9 \${{ hashFiles('**/*.lock') != '' }} \${{ hashFiles('nothing') == '' }}"
`,
      { event: { payload: { n: 5 } } },
    );
    const line = (n: number): string => bench.lines().find((l) => l.startsWith(`${n} `)) ?? '';
    expect(line(1)).toBe('1 octo/models octo Names job');
    expect(line(2)).toBe('2 refs/heads/main main branch push ada true');
    expect(line(3)).toBe('3 quick quick false success');
    expect(line(4)).toBe('4 false same');
    expect(line(5)).toMatch(/^5 \{"repository":\{.*"default_branch":"main"\}.*,"n":5\} 5$/);
    expect(line(6)).toMatch(/^6 \d+ 1 http:\/\/github\.localhost:\d+$/);
    expect(line(7)).toBe('7 true a+b x!');
    expect(line(8)).toBe('8 0');
    expect(line(9)).toBe('9 true true');
    expect(bench.of('job-started')[0]!.job).toBe('Nice main');
  });

  it('an environment asks for approval; a rejected one fails the job', async () => {
    await bench.repository.setEnvironment({ name: 'production', reviewers: ['grace'] });
    const workflow = `
on: push
jobs:
  deploy:
    runs-on: x
    environment: { name: production, url: 'https://x.example/' }
    steps: [{ run: echo deployed }]
  quiet:
    needs: deploy
    runs-on: x
    environment: { name: staging, deployment: false }
    steps: [{ run: echo quiet }]
`;
    const asked: string[] = [];
    const good = await bench.push(workflow, {
      approve: (environment) => {
        asked.push(environment);
        return { user: 'grace', state: 'approved', comment: 'fine' };
      },
    });
    expect([good.conclusion, asked]).toEqual(['success', ['production']]);
    const deployments = (await bench.hub.state()).deployments as {
      environment: string;
      statuses: { state: string; environment_url: string }[];
    }[];
    expect(deployments.map((d) => d.environment)).toEqual(['production']);
    expect(deployments[0]!.statuses[0]).toMatchObject({
      state: 'success',
      environment_url: 'https://x.example/',
    });
    const bad = await bench.push(workflow, {
      approve: () => ({ user: 'grace', state: 'rejected', comment: 'no' }),
    });
    expect(bad.runs[0]!.jobs.deploy!.conclusion).toBe('failure');
    expect(bad.runs[0]!.jobs.quiet!.conclusion).toBe('skipped');
  });

  it('permissions reach the token exactly, and nothing more', async () => {
    const workflow = (permissions: string): string => `
on: push
jobs:
  job:
    runs-on: x
    ${permissions}
    steps:
      - env: { TOKEN: '\${{ github.token }}' }
        run: |
          for path in issues releases; do
            curl -s -o /dev/null -w "$path %{http_code}\\n" -X POST -H "authorization: Bearer $TOKEN" \\
              -d '{"title":"t","tag_name":"v1"}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$path"
          done
`;
    await bench.push(workflow('permissions: { issues: write }'));
    expect(bench.lines()).toEqual(expect.arrayContaining(['issues 201', 'releases 403']));
    bench.events.length = 0;
    await bench.push(workflow('permissions: write-all'), { fork: true });
    expect(bench.lines()).toEqual(expect.arrayContaining(['issues 403', 'releases 403']));
  });
});
