import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalGitHub } from '../../src/rehearsal/github/server.js';
import type { Fault, HubRepository, Permissions } from '../../src/rehearsal/types.js';
import { type ActionRun, runAction } from './run-action.js';

export const modelYml = `name: flights
task: binary-classification
data: { contract: contract.yaml, train: data/train.csv, holdout: data/holdout.csv }
train: { run: 'cp data/train.csv "$MLOPS_MODEL_DIR/model.txt"' }
evaluate:
  run: 'cp data/predictions.csv "$MLOPS_PREDICTIONS"'
  label: late
  score: p
  gates: [{ metric: roc_auc, min: 0.5 }, { metric: log_loss, max-increase: 0.1, versus: champion }]
rollout:
  target: { kind: command, start: 'true', set-weight: 'true', stop: 'true' }
  signals: { kind: http, url: 'http://127.0.0.1:9/' }
  guardrails: [{ signal: error_rate, max-ratio: 2 }]
  steps: [100%]
drift: { current: data/holdout.csv }
`;
const contract = `apiVersion: v3.0.2
kind: DataContract
id: flights
name: flights
version: 1.0.0
status: active
schema:
  - name: flights
    properties:
      - { name: distance, logicalType: integer }
      - { name: late, logicalType: integer }
`;
const late = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 1 : 0));
const csv = (distance: number): string =>
  `distance,late\n${late.map((y, i) => `${distance + ((i * 37) % 101)},${y}`).join('\n')}\n`;

export const files: Readonly<Record<string, string>> = {
  'model.yml': modelYml,
  'contract.yaml': contract,
  'data/train.csv': csv(100),
  'data/holdout.csv': csv(300),
  'data/predictions.csv': `p\n${late.map((y) => (y === 1 ? 0.7 : 0.2)).join('\n')}\n`,
  'model/model.txt': 'a model\n',
};

/** Inputs without which an action says just that. */
const needed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'validate-data': {},
  'merge-profiles': {},
  'train-on-gpu-runner': { upload: 'false', resume: 'false' },
  'evaluate-gate': {},
  'register-model': {},
  'fetch-model': {},
  'deploy-canary': { version: '1.0.0', environment: 'production' },
  'drift-check': {},
  'drift-heartbeat': {},
  'comment-report': {},
};
export const actions = Object.keys(needed);

export interface RunOptions {
  readonly change?: Readonly<Record<string, string | null>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, string>>;
}

/** A small project on a local GitHub of its own. */
export class Project {
  readonly folder: string;
  readonly hub: LocalGitHub;
  readonly repository: HubRepository;
  readonly sha: string;
  private runs = 0;

  private constructor(folder: string, hub: LocalGitHub, repository: HubRepository, sha: string) {
    this.folder = folder;
    this.hub = hub;
    this.repository = repository;
    this.sha = sha;
  }

  /** `from`: what another project's GitHub holds. */
  static async open(options: { fault?: Fault; from?: Project } = {}): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), 'project-'));
    const store = join(folder, 'github');
    if (options.from !== undefined) cpSync(join(options.from.folder, 'github'), store, { recursive: true });
    const hub = await LocalGitHub.start({ folder: store });
    const repository = await hub.repository({ owner: 'acme', name: 'flights' });
    const sha =
      options.from?.sha ??
      (await repository.commit({ branch: 'main', files: { 'model.yml': modelYml }, message: 'Start' }));
    if (options.fault !== undefined) hub.faults.add(options.fault);
    return new Project(folder, hub, repository, sha);
  }

  /** Runs an action in a workspace of its own; null removes a file. */
  async run(action: string, options: RunOptions = {}): Promise<ActionRun> {
    const workspace = join(this.folder, `workspace-${this.runs++}`);
    for (const [path, content] of Object.entries({ ...files, ...options.change })) {
      if (content === null) continue;
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), content);
    }
    const token = this.repository.token({ permissions: options.permissions ?? 'write-all' });
    return runAction(action, {
      workspace,
      apiUrl: this.hub.apiUrl,
      inputs: { ...needed[action], token, ...options.inputs },
      env: { GITHUB_SHA: this.sha, ...options.env },
    });
  }

  /** What was written to GitHub: `operation` of every request that changed something. */
  written(): string[] {
    return this.hub.requests
      .filter(({ method, status }) => method !== 'GET' && status < 300)
      .map(({ operation }) => operation);
  }

  async close(): Promise<void> {
    await this.hub.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const body = (message: string) => ({ message, documentation_url: 'https://docs.github.com/rest' });

/** The ways in which GitHub says no, and what our user then must read. */
export const refusals: readonly (readonly [string, Fault['how'], RegExp])[] = [
  [
    '404',
    { status: 404, body: body('Not Found') },
    /cannot .*: it is not there, or the token cannot see it → check .*`[a-z-]+: (read|write)` under/,
  ],
  [
    '403 at the rate limit',
    {
      status: 403,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3000),
      },
      body: body('API rate limit exceeded'),
    },
    /cannot .*rate limit is used up until .* → run it again after/,
  ],
  [
    '403 without the headers of a rate limit',
    { status: 403, body: body('Resource not accessible by integration') },
    /the token may not .* → add `[a-z-]+: (read|write)` under `permissions:`/,
  ],
  [
    '422',
    {
      status: 422,
      body: { ...body('Validation Failed'), errors: [{ resource: 'X', field: 'y', code: 'invalid' }] },
    },
    /cannot .*\(Validation Failed: y invalid\) → fix the fields listed/,
  ],
  [
    '500 for good',
    { status: 500, body: body('Server Error') },
    /cannot .*: GitHub answers 500 .* → run it again/,
  ],
];

/** A clear error says the place and what to do, is no defect of ours, and lets the step fail. */
export function expectClear({ code, errors, log }: ActionRun, said: RegExp): void {
  expect(`${errors.join('\n')}\n--- log\n${log}`).toMatch(said);
  expect(code).toBe(1);
  expect(errors.join('\n')).toContain(' → ');
  for (const error of errors) expect(error).not.toMatch(/defect of the action|undefined|\[object|^ +at /m);
}
