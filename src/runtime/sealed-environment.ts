import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the file with the values that a re-executed process takes over. */
const sealedFile = 'MLOPS_SEALED_ENVIRONMENT';

/** Our inputs and state, the runner's own credentials, and the files by which a step talks to the runner. */
export const isHidden = (name: string): boolean =>
  /^(INPUT_|STATE_|ACTIONS_(RUNTIME|RESULTS|CACHE|ID_TOKEN)_|GITHUB_(OUTPUT|ENV|STATE|PATH|STEP_SUMMARY)$)/.test(
    name,
  );

/**
 * Replaces this process by one whose environment at its start holds no credentials: on Linux, every process of the
 * same user can read that environment (`/proc/PID/environ`), so the commands of a user's program could. The values
 * pass through a file that only this user can read and that is deleted before any command runs. Returns in the new
 * process, and where Node cannot do it (before 22.15, Windows): then nothing changes.
 */
export function sealEnvironment(process: NodeJS.Process): void {
  const file = process.env[sealedFile];
  if (file !== undefined) {
    delete process.env[sealedFile];
    Object.assign(process.env, JSON.parse(readFileSync(file, 'utf8')));
    rmSync(file, { force: true });
    return;
  }
  const { execve } = process as { execve?: (file: string, args: string[], env: NodeJS.ProcessEnv) => never };
  const entries = Object.entries(process.env);
  const hidden = entries.filter(([name]) => isHidden(name));
  if (process.platform !== 'linux' || execve === undefined || hidden.length === 0) return;
  const path = join(process.env.RUNNER_TEMP ?? tmpdir(), `.mlops-${randomUUID()}`);
  try {
    writeFileSync(path, JSON.stringify(Object.fromEntries(hidden)), { mode: 0o600, flag: 'wx' });
  } catch {
    return;
  }
  const visible = Object.fromEntries(entries.filter(([name]) => !isHidden(name)));
  // Node warns that execve is experimental; the log is the user's.
  process.removeAllListeners('warning');
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  execve.call(process, process.execPath, args, { ...visible, [sealedFile]: path });
}
