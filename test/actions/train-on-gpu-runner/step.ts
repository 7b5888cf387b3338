import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalRepository } from '../../../src/rehearsal/github/repository.js';
import type { LocalGitHub } from '../../../src/rehearsal/github/server.js';

const root = resolve('.');

export interface Run {
  readonly hub: LocalGitHub;
  readonly repository: LocalRepository;
  readonly runId: number;
  readonly attempt: number;
  readonly sha: string;
  readonly workspace: string;
}

export interface Step {
  readonly child: ChildProcess;
  log(): string;
  ended: Promise<{
    code: number | null;
    log: string;
    outputs: Record<string, string>;
    state: Record<string, string>;
  }>;
}

/** Runs the action from its sources in a process of its own, with the real toolkit against the local GitHub. */
export function startStep(
  run: Run,
  inputs: Readonly<Record<string, string>> = {},
  phase: { name: 'main' | 'post'; state?: Readonly<Record<string, string>> } = { name: 'main' },
): Step {
  const folder = mkdtempSync(join(tmpdir(), 'step-'));
  const file = (name: string): string => {
    writeFileSync(join(folder, name), name === 'event' ? '{}' : '');
    return join(folder, name);
  };
  const [output, state] = [file('output'), file('state')];
  mkdirSync(run.workspace, { recursive: true });
  const named = (prefix: string, values: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        `${prefix}_${prefix === 'INPUT' ? key.toUpperCase() : key}`,
        value,
      ]),
    );
  const url = pathToFileURL(join(root, 'src/runtime/start.ts')).href;
  const script = `const { start } = await import(${JSON.stringify(url)}); await start('train-on-gpu-runner', '${phase.name}');`;
  const child = spawn(
    join(root, 'node_modules/node/bin/node'),
    ['--no-warnings', '--import', join(root, 'scripts/typescript.mjs'), '--input-type=module', '-e', script],
    {
      cwd: run.workspace,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: `${run.repository.owner}/${run.repository.name}`,
        GITHUB_SHA: run.sha,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_EVENT_PATH: file('event'),
        GITHUB_RUN_ID: String(run.runId),
        GITHUB_RUN_ATTEMPT: String(run.attempt),
        GITHUB_JOB: 'train',
        GITHUB_SERVER_URL: run.hub.serverUrl,
        GITHUB_API_URL: run.hub.apiUrl,
        GITHUB_WORKSPACE: run.workspace,
        GITHUB_OUTPUT: output,
        GITHUB_STATE: state,
        GITHUB_ENV: file('env'),
        GITHUB_PATH: file('path'),
        GITHUB_STEP_SUMMARY: file('summary'),
        RUNNER_TEMP: folder,
        RUNNER_OS: 'Linux',
        RUNNER_NAME: 'runner-1',
        ACTIONS_RUNTIME_TOKEN: run.repository.runs.runtimeToken(run.runId, 'train'),
        ACTIONS_RESULTS_URL: run.hub.resultsUrl,
        ACTIONS_CACHE_URL: run.hub.resultsUrl,
        ACTIONS_CACHE_SERVICE_V2: 'True',
        WANDB_API_KEY: 'a-secret-of-the-user',
        DATABASE_URL: 'postgres://u:p4ssw0rd@host/db',
        ...named('INPUT', inputs),
        ...named('STATE', phase.state ?? {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once('close', done)).then((code) => ({
    code,
    log,
    outputs: readValues(output),
    state: readValues(state),
  }));
  return { child, log: () => log, ended };
}

/** `key<<delimiter` … `delimiter`, as the toolkit writes them. */
function readValues(file: string): Record<string, string> {
  const pattern = /^(.+?)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm;
  const text = readFileSync(file, 'utf8');
  return Object.fromEntries([...text.matchAll(pattern)].map(([, key, , value]) => [key!, value!]));
}
