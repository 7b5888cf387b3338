import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suiteVersion } from '../../src/common/defect.js';
import { Project } from './project.js';
import { node24, suite } from './run-action.js';

const secret = 'ghp_0123456789abcdefghij0123456789abcdef';
const folder = mkdtempSync(join(tmpdir(), 'defect-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A module that breaks a part of Node before the program starts: what our code does with it is a defect. */
function breaking(name: string, body: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
${body}
syncBuiltinESMExports();
`,
  );
  return `--import=${file}`;
}

function mlops(option: string, ...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, GITHUB_TOKEN: secret };
    execFile(
      node24,
      [option, join(suite, 'dist/cli/index.js'), ...args],
      { env, cwd: folder },
      (error, _, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

describe('a defect of the command mlops', () => {
  it('ends in a report to paste, with the place in our code and without data or secrets', async () => {
    writeFileSync(join(folder, 'data.csv'), `a,b\n${'1,2\n'.repeat(50)}`);
    const option = breaking(
      'write',
      `promises.writeFile = async () => { throw new Error('cannot keep "a row of data" with ${secret}'); };`,
    );
    const { code, stderr } = await mlops(option, 'infer', 'data.csv', '--out', 'contract.yaml');
    expect(code).toBe(1);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'This is a defect of mlops-actions, not of your files. Please report it with these lines:',
      expect.stringMatching(
        new RegExp(`^  mlops-actions ${suiteVersion}, mlops infer, Node 24\\.[\\d.]+ on \\w+-\\w+$`),
      ),
      '  Error: cannot keep … with ***',
    ]);
    expect(lines.slice(3).length).toBeGreaterThan(0);
    for (const frame of lines.slice(3)) expect(frame).toMatch(/^ {4}at .*dist\/[\w/.-]+:\d+:\d+\)?$/);
    expect(stderr).not.toContain(folder);
    expect(stderr).not.toContain(secret);
  });

  it('is reported in the same way when it happens outside of the command', async () => {
    const option = breaking(
      'later',
      `setTimeout(() => { undefined.later; }, 300);\nsetTimeout(() => {}, 5000);`,
    );
    const { code, stderr } = await mlops(option, 'tour', '--state', join(folder, 'state'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^This is a defect of mlops-actions[^\n]*\n.*, mlops tour, .*\n {2}TypeError: /);
    expect(stderr).not.toContain('Node.js v');
  });
});

describe('a defect of an action', () => {
  it('ends in a report to paste, and the step fails with one error', async () => {
    const project = await Project.open();
    const NODE_OPTIONS = breaking(
      'action',
      `promises.writeFile = async () => { throw new RangeError('broken with ${secret}'); };`,
    );
    const { code, errors, log } = await project.run('validate-data', {
      env: { NODE_OPTIONS, GITHUB_TOKEN: secret },
    });
    expect(code).toBe(1);
    expect(errors).toEqual(['broken with *** (this is a defect of the action: please report it)']);
    expect(log).toMatch(/This is a defect of mlops-actions[^\n]*\n.*validate-data, Node 24/);
    expect(log).toMatch(/RangeError: broken with \*\*\*\n {4}at .*dist\/runtime\//);
    expect(log).not.toContain(secret);
    await project.close();
  });
});
