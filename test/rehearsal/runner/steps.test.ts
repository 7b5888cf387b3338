import { Bench, workflowOf } from './harness.js';

describe('steps', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.close());

  it('run in order, and hand outputs, variables and paths on', async () => {
    const result = await bench.push(
      workflowOf(`
- id: one
  run: |
    echo "colour=blue" >> "$GITHUB_OUTPUT"
    printf 'text<<EOF\\na\\nb\\nEOF\\n' >> "$GITHUB_OUTPUT"
    echo "LATER=from env file" >> "$GITHUB_ENV"
    mkdir -p "$RUNNER_TEMP/bin"; printf '#!/bin/sh\\necho tool ran\\n' > "$RUNNER_TEMP/bin/sometool"
    chmod +x "$RUNNER_TEMP/bin/sometool"; echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
- run: |
    echo "colour is \${{ steps.one.outputs.colour }}; $LATER; \${{ env.LATER }}"
    echo "\${{ toJSON(steps.one.outputs.text) }}"
    sometool
- shell: sh
  run: echo "plain sh $0"
- shell: python
  run: print('from', 'python')
- shell: node {0}
  run: console.log('from node', [1, 2].map((x) => x * 2).join())
- working-directory: sub
  run: pwd
`).replace('- id: one', '- run: mkdir sub\n      - id: one'),
    );
    expect(result.conclusion).toBe('success');
    const shown = bench.lines().join('\n');
    expect(shown).toContain('colour is blue; from env file; from env file');
    expect(shown).toContain('a\\nb');
    expect(shown).toContain('tool ran');
    expect(shown).toMatch(/plain sh .*\.sh/);
    expect(shown).toContain('from python');
    expect(shown).toContain('from node 2,4');
    expect(shown).toMatch(/models\/models\/sub$/m);
  });

  it('stop at the first failure, but for those whose condition says otherwise', async () => {
    const result = await bench.push(
      workflowOf(`
- { name: forgiven, id: f, run: exit 3, continue-on-error: true }
- { name: outcome, run: 'echo "outcome=\${{ steps.f.outcome }} conclusion=\${{ steps.f.conclusion }}"' }
- { name: broken, run: 'false | true' }
- { name: never, run: echo never }
- { name: on failure, if: failure(), run: echo cleaning }
- { name: always, if: '\${{ always() }}', run: echo always }
- { name: on success, if: success(), run: echo no }
- { name: implied, if: "github.ref == 'refs/heads/main'", run: echo no }
`).replace("'false | true' }", "'false | true', shell: bash }"),
    );
    expect(result.conclusion).toBe('failure');
    expect(bench.steps()).toEqual({
      forgiven: 'failure',
      outcome: 'success',
      broken: 'failure',
      never: 'skipped',
      'on failure': 'success',
      always: 'success',
      'on success': 'skipped',
      implied: 'skipped',
    });
    expect(bench.of('step-finished')[0]).toMatchObject({ continued: true });
    expect(bench.lines()).toContain('outcome=failure conclusion=success');
  });

  it('a script without a shell has no pipefail, one for bash has', async () => {
    await bench.push(
      workflowOf(`
- { name: plain, run: 'false | true' }
- { name: bash, shell: bash, run: 'false | true' }
`),
    );
    expect(bench.steps()).toEqual({ plain: 'success', bash: 'failure' });
  });

  it('read workflow commands, and hide what is masked in everything shown', async () => {
    bench.repository.secrets.KEY = 'hunter2';
    const result = await bench.push(
      workflowOf(`
- name: talk \${{ secrets.KEY }}
  run: |
    echo "::warning file=a.csv,line=3,title=T::odd%0Arow"
    echo "::error::bad \${{ secrets.KEY }}"
    echo "::notice::note"
    echo "::debug::hidden"
    value="s3cr3t"; value="$value-value"
    echo "::add-mask::$value"
    echo "the value is $value, base64 $(printf $value | base64)"
    echo "::stop-commands::tok"
    echo "::error::not a command"
    echo "::tok::"
    echo "::set-output name=x::1"
    echo "summary $value" >> "$GITHUB_STEP_SUMMARY"
`),
    );
    expect(result.conclusion).toBe('success');
    expect(
      bench
        .of('annotation')
        .map(({ level, message, file, line, title }) => ({ level, message, file, line, title })),
    ).toEqual([
      { level: 'warning', message: 'odd\nrow', file: 'a.csv', line: 3, title: 'T' },
      { level: 'error', message: 'bad ***', file: undefined, line: undefined, title: undefined },
      { level: 'notice', message: 'note', file: undefined, line: undefined, title: undefined },
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('GITHUB_OUTPUT') }),
    ]);
    expect(bench.lines()).toContain('::error::not a command');
    expect(bench.lines()).toContain('the value is ***, base64 ***');
    expect(bench.of('summary')[0]).toMatchObject({ markdown: 'summary ***\n' });
    const everything = (await bench.logOf(result, 'job')) + JSON.stringify(bench.events);
    expect(everything).not.toContain('hunter2');
    expect(everything).not.toContain('##[debug]');
    expect(everything).not.toContain('s3cr3t-value');
  });
});
