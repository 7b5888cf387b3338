import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Bench, node24, workflowOf } from './harness.js';

const grace = { interrupt: 300, terminate: 300 };

describe('runs', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.close());

  it('are recorded in the local GitHub, with their jobs', async () => {
    const result = await bench.push(workflowOf('- run: echo hi', 'run-name: Hello ${{ github.actor }}\n'));
    const runs = (await bench.hub.state()).runs as {
      id: number;
      conclusion: string;
      status: string;
      name: string;
    }[];
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      id: result.runs[0]!.run.id,
      status: 'completed',
      conclusion: 'success',
      name: 'W',
    });
    expect(result.runs[0]!.run.title).toBe('Hello ada');
    const token = bench.repository.token({ permissions: { actions: 'read' } });
    const response = await fetch(`${bench.hub.apiUrl}/repos/octo/models/actions/runs/${runs[0]!.id}/jobs`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await response.json()).toMatchObject({
      jobs: [{ name: 'job', status: 'completed', conclusion: 'success', steps: [{ name: 'Run echo hi' }] }],
    });
  });

  it('a dispatch from inside a run starts another, with its inputs', async () => {
    const result = await bench.push(
      `
on: push
permissions: { actions: write, contents: write }
jobs:
  job:
    runs-on: x
    steps:
      - env: { TOKEN: '\${{ github.token }}' }
        run: |
          send() { curl -sf -X POST -H "authorization: Bearer $TOKEN" -d "$2" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$1"; }
          send actions/workflows/other.yml/dispatches '{"ref":"main","inputs":{"word":"given","loud":"true"}}'
          send dispatches '{"event_type":"retrain","client_payload":{"why":"drift"}}'
`,
      {
        files: {
          '.github/workflows/other.yml': `
on:
  workflow_dispatch:
    inputs:
      word: { required: true }
      loud: { type: boolean }
      size: { type: choice, options: [small, large] }
jobs:
  job:
    runs-on: x
    steps: [{ run: 'echo "dispatched \${{ inputs.word }} \${{ inputs.loud == true }} \${{ inputs.size }} \${{ github.event_name }}"' }]
`,
          '.github/workflows/retrain.yml': `
on: { repository_dispatch: { types: [retrain] } }
jobs:
  job:
    runs-on: x
    steps: [{ run: 'echo "because of \${{ github.event.client_payload.why }}"' }]
`,
          '.github/workflows/not.yml': `
on: { repository_dispatch: { types: [other] } }
jobs: { job: { runs-on: x, steps: [{ run: echo not this }] } }
`,
          '.github/workflows/after.yml': `
on: { workflow_run: { workflows: [.github/workflows/retrain.yml], types: [completed] } }
jobs: { job: { runs-on: x, steps: [{ run: 'echo "after \${{ github.event.workflow_run.conclusion }}"' }] } }
`,
        },
      },
    );
    expect(result.conclusion).toBe('success');
    expect(result.runs.map((r) => r.run.path.replace('.github/workflows/', ''))).toEqual([
      'w.yml',
      'other.yml',
      'retrain.yml',
      'after.yml',
    ]);
    const shown = bench.lines().filter((line) => /^(dispatched|because|after|not)/.test(line));
    expect(shown).toEqual([
      'dispatched given true small workflow_dispatch',
      'because of drift',
      'after success',
    ]);
  });

  it('inputs of a dispatch that are wrong are refused, all at once', async () => {
    const workflow = `
on:
  workflow_dispatch:
    inputs:
      must: { required: true }
      size: { type: choice, options: [small, large] }
jobs: { job: { runs-on: x, steps: [{ run: echo } ] } }
`;
    const error = await bench
      .push(workflow, {
        event: { name: 'workflow_dispatch', payload: { inputs: { size: 'huge', mist: 'x' } } },
      })
      .catch((e: Error) => e);
    expect((error as Error).message).toContain('needs the input "must"');
    expect((error as Error).message).toContain('"huge"');
    expect((error as Error).message).toContain('has no input "mist"');
  });

  it('cancelling stops the step, and runs what is to run always', async () => {
    const controller = new AbortController();
    const result = await bench.push(
      workflowOf(`
- name: long
  run: |
    echo started
    exec sleep 60
- { name: not, run: echo not }
- { name: cleanup, if: always(), run: 'echo cleaned' }
- { name: told, if: cancelled(), run: 'echo told' }
`),
      {
        signal: controller.signal,
        grace,
        reporter: {
          report: (e) => {
            bench.events.push(e);
            if (e.kind === 'log' && e.line === 'started') controller.abort();
          },
        },
      },
    );
    expect(result.conclusion).toBe('cancelled');
    expect(bench.steps()).toEqual({ long: 'cancelled', not: 'skipped', cleanup: 'success', told: 'success' });
  });

  it('a process hears SIGINT first, and is killed when it does not listen', async () => {
    const controller = new AbortController();
    await bench.push(
      workflowOf(`
- shell: node {0}
  run: |
    process.on('SIGINT', () => console.log('heard SIGINT'));
    process.on('SIGTERM', () => console.log('heard SIGTERM'));
    console.log('ready');
    setInterval(() => undefined, 1000);
`),
      {
        signal: controller.signal,
        grace,
        reporter: {
          report: (e) => {
            bench.events.push(e);
            if (e.kind === 'log' && e.line === 'ready') controller.abort();
          },
        },
      },
    );
    const heard = bench.lines().filter((line) => /^heard/.test(line));
    expect(heard).toEqual(['heard SIGINT', 'heard SIGTERM']);
  });

  it('steps and jobs that take too long are stopped', async () => {
    const result = await bench.push(
      `
on: push
jobs:
  step:
    runs-on: x
    steps:
      - { name: slow, run: exec sleep 60, timeout-minutes: 0.005 }
      - { name: after, if: failure(), run: echo after }
  job:
    runs-on: x
    timeout-minutes: 0.01
    steps: [{ run: exec sleep 60 }]
`,
      { grace },
    );
    expect(result.runs[0]!.jobs).toMatchObject({
      step: { conclusion: 'failure' },
      job: { conclusion: 'cancelled' },
    });
    expect(bench.steps()).toMatchObject({ slow: 'failure', after: 'success' });
    expect(bench.of('annotation').some((a) => a.message.includes('has timed out'))).toBe(true);
  });

  it('what a job leaves running ends with it, unless it says that it is to stay', async () => {
    const result = await bench.push(
      workflowOf(`
- name: leave
  run: |
    sleep 61 & echo "gone $!"
    RUNNER_TRACKING_ID= nohup sleep 62 > stays.log 2>&1 & echo "stays $!"
- run: echo next
`),
    );
    expect(result.conclusion).toBe('success');
    const pid = (what: string): number =>
      Number(
        bench
          .lines()
          .find((line) => line.startsWith(`${what} `))
          ?.split(' ')[1],
      );
    expect(bench.lines()).toContain('ended 1 process(es) that the job left running');
    expect(pid('gone')).toBeGreaterThan(0);
    expect(process.kill(pid('stays'), 'SIGKILL')).toBe(true);
  });

  it('a group runs one at a time; a newer one takes the place of the one that waits, unless all are to run', async () => {
    const workflow = (queue: string): string =>
      workflowOf('- run: echo begin; sleep 0.3; echo end', `concurrency: { group: g${queue} }\n`);
    const three = async (text: string): Promise<string[]> => {
      const results = [];
      for (let i = 0; i < 3; i++) {
        results.push(bench.push(text, { files: { 'n.txt': `${queueCount++}` } }));
        await delay(100);
      }
      return (await Promise.all(results)).map((r) => r.conclusion);
    };
    let queueCount = 0;
    expect(await three(workflow(''))).toEqual(['success', 'cancelled', 'success']);
    const order = bench.lines().filter((line) => line === 'begin' || line === 'end');
    expect(order).toEqual(['begin', 'end', 'begin', 'end']);
    expect(await three(workflow(', queue: max'))).toEqual(['success', 'success', 'success']);
    expect((await three(workflow(', cancel-in-progress: true'))).slice(0, 2)).toEqual([
      'cancelled',
      'cancelled',
    ]);
  });

  it('leaves no workspace behind, and clears those of a rehearsal that was killed', async () => {
    const work = join(bench.folder, 'work');
    const script = `
      import { mkdirSync } from 'node:fs';
      import { spawn } from 'node:child_process';
      mkdirSync(${JSON.stringify(work)} + '/run-' + process.pid + '-1/1000/job', { recursive: true });
      process.kill(process.pid, 'SIGKILL');
    `;
    await new Promise((resolve) =>
      spawn(node24, ['--input-type=module', '-e', script]).once('exit', resolve),
    );
    expect((await readdir(work)).length).toBe(1);
    await bench.push(workflowOf('- run: echo hi'));
    expect((await readdir(work)).sort()).toEqual(['logs', 'tools']);
    expect(existsSync(join(work, 'logs'))).toBe(true);
  });

  it('only what the event triggers runs; a workflow named runs whatever its filters', async () => {
    const filtered = (on: string): string =>
      `on: ${on}\njobs: { job: { runs-on: x, steps: [{ run: 'true' }] } }\n`;
    const files = {
      '.github/workflows/a.yml': filtered('{ push: { branches: [main], paths: ["src/**"] } }'),
      '.github/workflows/b.yml': filtered('{ push: { branches-ignore: [main] } }'),
      '.github/workflows/c.yml': filtered('{ push: { tags: ["v*"] } }'),
      '.github/workflows/d.yml': filtered('pull_request'),
    };
    const before = await bench.repository.commit({ branch: 'main', files, message: 'workflows' });
    const names = (result: { runs: readonly { run: { path: string } }[] }): string[] =>
      result.runs.map((r) => r.run.path.slice(-5));
    const event = { payload: { before } };
    expect(names(await bench.push(filtered('push'), { files: { 'src/x': '1' }, event }))).toEqual([
      'a.yml',
      'w.yml',
    ]);
    expect(
      names(
        await bench.push(filtered('push'), {
          files: { other: '1' },
          event: { payload: { before: await bench.repository.resolve('main') } },
        }),
      ),
    ).toEqual(['w.yml']);
    expect(names(await bench.push(filtered('push'), { workflow: '.github/workflows/b.yml' }))).toEqual([
      'b.yml',
    ]);
    await expect(bench.push(filtered('push'), { workflow: '.github/workflows/d.yml' })).rejects.toThrow(
      /not started by push/,
    );
    await expect(bench.push(filtered('push'), { workflow: '.github/workflows/x.yml' })).rejects.toThrow(
      /it has .*a\.yml/,
    );
  });
});
