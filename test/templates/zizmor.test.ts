import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pythonWith, skipped } from '../python.js';
import { projectFolder } from '../rehearsal/runner/harness.js';

/** The command stands beside the Python that it was installed with: it is no module. */
function zizmor(): string | undefined {
  const python = pythonWith('sys');
  const beside = python === undefined ? undefined : join(dirname(python), 'zizmor');
  return beside !== undefined && existsSync(beside) ? beside : undefined;
}

describe('zizmor, as strict as it can be offline', () => {
  const command = zizmor();
  const audit = (...inputs: string[]) => {
    const args = ['--offline', '--persona', 'pedantic', '--no-progress', '--no-config', '--format', 'plain'];
    const { status, stdout, stderr } = spawnSync(command!, [...args, ...inputs], {
      cwd: projectFolder,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  };
  const templates = readdirSync(join(projectFolder, 'workflows-templates'))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `workflows-templates/${name}`);

  // It reads no folder of workflows but .github/workflows: each template is named.
  it('finds nothing in the templates', () => {
    if (command === undefined) return skipped('zizmor');
    const { status, said } = audit(...templates);
    expect(said).toContain('No findings to report');
    for (const template of templates) expect(said).toContain(`completed ${template}`);
    expect(status).toBe(0);
  });

  it('finds nothing in the actions', () => {
    if (command === undefined) return skipped('zizmor');
    const { status, said } = audit('actions');
    expect(said).toContain('No findings to report');
    for (const action of readdirSync(join(projectFolder, 'actions'))) {
      expect(said).toContain(`completed actions/${action}/action.yml`);
    }
    expect(status).toBe(0);
  });
});
