import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** Another checkout's actions and dist can be tested as well. */
export const suite = resolve(process.env.MLOPS_TEST_SUITE ?? '.');
export const node24 = resolve('node_modules/node/bin/node');

export interface ActionRun {
  readonly code: number | null;
  /** Messages of `::error` commands. */
  readonly errors: readonly string[];
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly ms: number;
}

export interface ActionOptions {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly apiUrl?: string;
  readonly event?: { name: string; payload: object };
}

/** Runs what is in dist/, as the runner would: inputs with their defaults from action.yml, files for outputs. */
export async function runAction(name: string, options: ActionOptions): Promise<ActionRun> {
  const { workspace, inputs = {}, env = {}, apiUrl = 'http://127.0.0.1:9' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const file = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, '');
    return path;
  };
  const action = parse(readFileSync(join(suite, 'actions', name, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
    runs: { main: string };
  };
  const given = Object.entries(action.inputs).map(([key, definition]) => {
    const fallback = definition.default === '${{ github.token }}' ? '' : (definition.default ?? '');
    return [`INPUT_${key.replaceAll(' ', '_').toUpperCase()}`, inputs[key] ?? fallback];
  });
  const event = file('event.json');
  writeFileSync(event, JSON.stringify(options.event?.payload ?? {}));
  const output = file('output');
  const summary = file('summary');
  const started = performance.now();
  const child = spawn(node24, [join(suite, 'actions', name, action.runs.main)], {
    cwd: workspace,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/flights',
      GITHUB_SHA: '0'.repeat(40),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_NAME: options.event?.name ?? 'push',
      GITHUB_EVENT_PATH: event,
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_JOB: 'job',
      GITHUB_ACTOR: 'ada',
      GITHUB_SERVER_URL: 'http://github.localhost',
      GITHUB_API_URL: apiUrl,
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: output,
      GITHUB_ENV: file('env'),
      GITHUB_STATE: file('state'),
      GITHUB_PATH: file('path'),
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: folder,
      RUNNER_TOOL_CACHE: join(folder, 'tools'),
      RUNNER_OS: 'Linux',
      ...Object.fromEntries(given),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => (log += String(chunk)));
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  const code = await new Promise<number | null>((resolved) => child.once('close', resolved));
  const ms = performance.now() - started;
  return {
    code,
    log,
    ms,
    errors: [...log.matchAll(/^::error[^:]*::(.*)$/gm)].map((match) =>
      decodeURIComponent(match[1]!.replace(/%(?!0A|0D|25)/g, '%25')),
    ),
    outputs: existsSync(output) ? readOutputs(readFileSync(output, 'utf8')) : {},
    summary: readFileSync(summary, 'utf8'),
  };
}

/** `key<<delimiter` blocks, as @actions/core writes them. */
function readOutputs(text: string): Record<string, string> {
  const blocks = text.matchAll(/^([^\n<]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...blocks].map((block) => [block[1]!, block[3]!]));
}
