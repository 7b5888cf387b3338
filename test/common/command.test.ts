import { runCommand } from '../../src/common/command.js';

const base = { cwd: '.', environment: { PATH: process.env.PATH ?? '' } };

describe('runCommand', () => {
  it('streams lines and gives code, output and tail', async () => {
    const lines: string[] = [];
    const result = await runCommand('echo one; echo two >&2; exit 3', {
      ...base,
      onLine: (l, s) => lines.push(`${s}:${l}`),
    });
    expect(result).toMatchObject({ code: 3, endedBy: 'itself', stdout: 'one\n' });
    expect(lines.sort()).toEqual(['stderr:two', 'stdout:one']);
    expect(result.tail).toContain('two');
  });

  it('fails at the first failing command of a line, also inside a pipe', async () => {
    expect((await runCommand('false | cat; echo not reached', base)).code).toBe(1);
  });

  it('passes values by the environment only', async () => {
    const evil = '$(touch /dev/null); `id`; "quoted"';
    const result = await runCommand('printf %s "$VALUE"', {
      ...base,
      environment: { ...base.environment, VALUE: evil },
    });
    expect(result.stdout.trim()).toBe(evil);
  });

  it('shows lines without secrets and without a meaning for the runner, and keeps stdout raw', async () => {
    const lines: string[] = [];
    const result = await runCommand(
      String.raw`printf 'a\r::error::b\r\n::add-mask::x ##[error]\r  ::stop-commands::y\n%s\n' "$DATABASE_URL"`,
      {
        ...base,
        environment: { ...base.environment, DATABASE_URL: 'postgres://u:p4ssw0rd@host/db' },
        onLine: (line) => lines.push(line),
      },
    );
    expect(lines).toEqual([
      'a',
      ':\u200b:error::b',
      ':\u200b:add-mask::x ##\u200b[error]',
      '  :\u200b:stop-commands::y',
      'postgres://u:***@host/db',
    ]);
    expect(result.tail).toBe(lines.join('\n'));
    expect(result.stdout).toContain('::error::b\n::add-mask::x ##[error]');
    expect(result.stdout).toContain('p4ssw0rd');
  });

  it('ends the whole process group at the time limit', async () => {
    const result = await runCommand('sleep 60 & sleep 60', { ...base, timeLimit: 100 });
    expect(result.endedBy).toBe('time-limit');
    expect(result.code).not.toBe(0);
  });

  it('hands SIGTERM on when cancelled, and waits for the command to clean up', async () => {
    const controller = new AbortController();
    const result = await runCommand(
      'trap "echo saved; exit 0" TERM; echo ready; while :; do sleep 0.05; done',
      {
        ...base,
        signal: controller.signal,
        onLine: (line) => line === 'ready' && controller.abort(),
      },
    );
    expect(result).toMatchObject({ endedBy: 'cancellation', code: 0 });
    expect(result.stdout).toContain('saved');
  });

  it('kills what does not end in its grace', async () => {
    const result = await runCommand('trap "" TERM; while :; do sleep 0.05; done', {
      ...base,
      timeLimit: 100,
      grace: 200,
    });
    expect(result).toMatchObject({ endedBy: 'time-limit', code: null });
  });
});
