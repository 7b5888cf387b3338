import { Bench, workflowOf } from './harness.js';

const phases = {
  'act/action.yml': `
name: Phases
description: d
inputs:
  word: { description: w, default: '\${{ github.event_name }}' }
  other-one: { description: o }
outputs: { said: { description: s } }
runs: { using: node24, main: main.js, post: post.js, post-if: always() }
`,
  'act/main.js': `
const fs = require('node:fs');
console.log('main', process.env.INPUT_WORD, process.env['INPUT_OTHER-ONE'], process.version.split('.')[0]);
console.log('cache', process.env.ACTIONS_CACHE_SERVICE_V2, !!process.env.ACTIONS_RUNTIME_TOKEN, process.env.ACTIONS_RESULTS_URL.startsWith('http'));
fs.appendFileSync(process.env.GITHUB_OUTPUT, 'said=' + process.env.INPUT_WORD + '\\n');
fs.appendFileSync(process.env.GITHUB_STATE, 'left=' + process.env.INPUT_WORD + '\\n');
if (process.env.INPUT_WORD === 'fail') process.exit(2);
`,
  'act/post.js': `console.log('post', process.env.INPUT_WORD, process.env.STATE_left);`,
};
const checkout = '- uses: actions/checkout@v5\n';

describe('actions', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.close());

  it('JavaScript actions run on Node 24, main before post, the last post first', async () => {
    const result = await bench.push(
      workflowOf(`${checkout}
- { id: a, uses: ./act, with: { word: one, Other-One: x, typo-one: y } }
- { uses: ./act }
- run: echo "said \${{ steps.a.outputs.said }}"
- { uses: ./act, with: { word: fail } }
- run: echo never
`),
      { files: phases },
    );
    expect(result.conclusion).toBe('failure');
    const shown = bench.lines().filter((line) => /^(main|post|said|never|cache)/.test(line));
    expect(shown).toEqual([
      'main one x v24',
      'cache True true true',
      'main push  v24',
      'cache True true true',
      'said one',
      'main fail  v24',
      'cache True true true',
      'post fail fail',
      'post push push',
      'post one one',
    ]);
    const warning = bench.of('annotation').find((a) => a.level === 'warning');
    expect(warning?.message).toContain("Unexpected input(s) 'typo-one'");
  });

  it('composite actions have inputs, outputs, steps and conditions of their own, and nest', async () => {
    const composite = (inner: string): string => `
name: C
description: d
inputs: { n: { description: n, required: true } }
outputs: { out: { description: o, value: '\${{ steps.last.outputs.v }}' } }
runs:
  using: composite
  steps:
${inner}
    - id: last
      shell: bash
      run: echo "v=\${{ inputs.n }}!" >> "$GITHUB_OUTPUT"
`;
    const result = await bench.push(
      workflowOf(`${checkout}
- { id: c, uses: ./outer, with: { n: 1 }, env: { GIVEN: g } }
- run: echo "out \${{ steps.c.outputs.out }} \${{ steps.last.outputs.v }}"
- { name: failing, id: f, uses: ./failing, continue-on-error: true }
- run: echo "failing \${{ steps.f.outcome }}"
`),
      {
        files: {
          'outer/action.yml': composite(`
    - { id: i, uses: $/inner, with: { n: '\${{ inputs.n }}2' } }
    - { shell: bash, run: 'echo "inner \${{ steps.i.outputs.out }} $GIVEN $(basename "$GITHUB_ACTION_PATH") $(basename "\${{ github.action_path }}")"' }
    - { shell: bash, if: failure(), run: echo not this }`),
          'inner/action.yml': composite(''),
          'failing/action.yml': `
name: F
description: d
runs:
  using: composite
  steps:
    - { shell: bash, run: exit 1 }
    - { shell: bash, run: echo not reached }
    - { shell: bash, if: failure(), run: echo inner cleanup }
`,
        },
      },
    );
    expect(result.conclusion).toBe('success');
    expect(bench.lines()).toEqual(
      expect.arrayContaining(['inner 12! g outer outer', 'out 1! ', 'inner cleanup', 'failing failure']),
    );
    expect(bench.lines()).not.toContain('not reached');
    expect(bench.lines()).not.toContain('not this');
  });

  it('checkout gives the commit of the run, another ref, or all of the history', async () => {
    const first = await bench.repository.commit({
      branch: 'main',
      files: { 'a.txt': 'old' },
      message: 'old',
    });
    const result = await bench.push(
      workflowOf(`${checkout}
- { uses: actions/checkout@v5, with: { ref: ${first}, path: before } }
- { uses: actions/checkout@v5, with: { fetch-depth: 0, path: all } }
- run: |
    echo "now $(cat a.txt), before $(cat before/a.txt)"
    echo "branch $(git rev-parse --abbrev-ref HEAD), depth $(git rev-list --count HEAD), all $(git -C all rev-list --count HEAD | sed 's/[2-9]/many/')"
    test "$(git rev-parse HEAD)" = "$GITHUB_SHA"
`),
      { files: { 'a.txt': 'new' } },
    );
    expect(result.conclusion).toBe('success');
    expect(bench.lines()).toContain('now new, before old');
    expect(bench.lines()).toContain('branch main, depth 1, all many');
  });

  it('artifacts go from job to job', async () => {
    const result = await bench.push(`
on: push
jobs:
  make:
    runs-on: x
    strategy: { matrix: { n: [1, 2] } }
    steps:
      - run: mkdir -p out/deep && echo "\${{ matrix.n }}" > out/deep/n.txt && echo skip > out/skip.log && echo h > out/.hidden
      - id: up
        uses: actions/upload-artifact@v4
        with: { name: 'part-\${{ matrix.n }}', path: "out\\n!out/*.log" }
      - run: test -n "\${{ steps.up.outputs.artifact-id }}"
      - { name: again, uses: actions/upload-artifact@v4, continue-on-error: true, with: { name: 'part-\${{ matrix.n }}', path: out } }
      - { name: overwrite, uses: actions/upload-artifact@v4, with: { name: 'part-\${{ matrix.n }}', path: "out\\n!out/*.log", overwrite: true } }
      - { name: nothing, uses: actions/upload-artifact@v4, continue-on-error: true, with: { name: none, path: nothing/**, if-no-files-found: error } }
  use:
    needs: make
    runs-on: x
    steps:
      - { uses: actions/download-artifact@v4, with: { name: part-1, path: one } }
      - { uses: actions/download-artifact@v4, with: { pattern: part-*, path: all } }
      - { uses: actions/download-artifact@v4, with: { name: missing }, continue-on-error: true, name: missing }
      - run: (find . -type f | sort; cat all/part-2/deep/n.txt) | tr '\\n' ' '
`);
    expect(result.conclusion).toBe('success');
    expect(bench.lines()).toContain('./all/part-1/deep/n.txt ./all/part-2/deep/n.txt ./one/deep/n.txt 2 ');
    const steps = bench.steps();
    expect([steps.again, steps.overwrite, steps.nothing, steps.missing]).toEqual([
      'failure',
      'success',
      'failure',
      'failure',
    ]);
  });

  it('actions of the suite come from its checkout', async () => {
    const result = await bench
      .push(workflowOf('- uses: mlops-actions/suite/act@v1'), {
        suite: { folder: bench.folder, name: 'mlops-actions/suite' },
      })
      .catch((error: Error) => error.message);
    expect(result).toContain('there is no act/action.yml');
    const { mkdir, writeFile } = await import('node:fs/promises');
    await mkdir(`${bench.folder}/act`);
    for (const [path, text] of Object.entries(phases)) await writeFile(`${bench.folder}/${path}`, text);
    const again = await bench.push(workflowOf('- uses: mlops-actions/suite/act@v1'), {
      suite: { folder: bench.folder, name: 'mlops-actions/suite' },
    });
    expect(again.conclusion).toBe('success');
    expect(bench.lines()).toContain('post push push');
  });

  it('what is not supported is refused by name, all of it, before anything runs', async () => {
    const error = await bench
      .push(
        `
on: push
jobs:
  boxed:
    runs-on: x
    container: node:24
    services: { db: { image: postgres } }
    steps:
      - run: echo hi
        shell: pwsh
      - uses: docker://alpine:3
      - uses: someone/else@v1
      - { uses: actions/checkout@v5, with: { submodules: true } }
      - uses: ./dock
      - uses: ./nest
  away: { uses: other/repo/.github/workflows/x.yml@main }
`,
        {
          files: {
            'dock/action.yml': 'name: D\ndescription: d\nruns: { using: docker, image: Dockerfile }\n',
            'nest/action.yml':
              'name: N\ndescription: d\nruns: { using: composite, steps: [{ uses: deep/unknown@v2 }] }\n',
          },
        },
      )
      .catch((e: Error) => e);
    const message = (error as Error).message;
    for (const name of [
      'container is not supported',
      'services are not supported',
      'shell pwsh',
      'docker://alpine:3',
      'someone/else',
      '"submodules"',
      './dock runs on "docker"',
      'deep/unknown',
      'other/repo/.github/workflows/x.yml@main',
    ])
      expect(message).toContain(name);
    expect(message).toContain('.github/workflows/w.yml:6');
    expect(bench.of('run-started')).toEqual([]);
  });
});
