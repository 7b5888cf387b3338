import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/deploy-canary/inputs.js';
import { main } from '../../../src/actions/deploy-canary/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import type { RolloutResult } from '../../../src/formats/rollout.js';
import { connect } from '../../../src/github/connect.js';
import type { GitHub } from '../../../src/github/types.js';
import { LocalGitHub } from '../../../src/rehearsal/github/server.js';
import type { HubRepository, Permissions } from '../../../src/rehearsal/types.js';
import { type Local, startLocal } from '../../github/local.js';
import { registerSample } from '../../registry/models.js';
import { type Rates, Stage, commandsOf } from '../../rollout/stage.js';

export const rates: Rates = { '1.0.0': { error: 0.01 }, '1.1.0': { error: 0.01 }, '1.2.0': { error: 0.3 } };

const spec = `name: late
task: regression
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: mae, max: 9 }] }
rollout:
  target:
${Object.entries(commandsOf())
  .map(([name, line]) => `    ${name}: ${JSON.stringify(line)}`)
  .join('\n')}
    kind: command
  signals: { kind: http, url: '\${SIGNALS}', timeout: 2s }
  steps: [50%, 100%]
  bake: 60s
  interval: 1ms
  guardrails:
    - { signal: error_rate, max-ratio: 2 }
  environments:
    guarded: { require-approval: environment }
`;

/** A GitHub with three registered versions of a model, a checkout with its spec, and a platform. */
export class Workspace {
  readonly folder: string;
  readonly hub: LocalGitHub;
  readonly repo: HubRepository;
  readonly stage: Stage;
  readonly head: string;
  private runs = 0;

  private constructor(folder: string, hub: LocalGitHub, repo: HubRepository, stage: Stage, head: string) {
    this.folder = folder;
    this.hub = hub;
    this.repo = repo;
    this.stage = stage;
    this.head = head;
  }

  static async make(): Promise<{ workspace: Workspace; local: Local }> {
    const local = await startLocal();
    const github = local.client();
    for (const seed of ['a', 'b', 'c'])
      await registerSample(local, github, { contents: { 'model.bin': seed } });
    mkdirSync(join(local.folder, 'checkout'));
    writeFileSync(join(local.folder, 'checkout/model.yml'), spec);
    const stage = await Stage.open(join(local.folder, 'platform'), rates);
    return { workspace: new Workspace(local.folder, local.hub, local.repo, stage, local.head), local };
  }

  /** All of it once more, in a folder of its own: as it was when it was copied. */
  async copyTo(folder: string): Promise<Workspace> {
    for (const part of ['hub', 'checkout', 'platform']) {
      cpSync(join(this.folder, part), join(folder, part), { recursive: true });
    }
    const hub = await LocalGitHub.start({ folder: join(folder, 'hub') });
    const repo = await hub.repository({ owner: 'acme', name: 'models' });
    const stage = await Stage.open(join(folder, 'platform'), rates);
    const copy = new Workspace(folder, hub, repo, stage, this.head);
    copy.runs = this.runs;
    return copy;
  }

  github(permissions: Permissions = 'write-all', attempts = 4): GitHub {
    return connect({
      token: this.repo.token({ permissions }),
      run: { apiUrl: this.hub.apiUrl, owner: 'acme', repository: 'models' },
      logger: new RecordingLogger(),
      clock: systemClock,
      retry: { attempts, baseMs: 1 },
    });
  }

  async deploy(
    raw: Readonly<Record<string, string>>,
    change: { permissions?: Permissions; attempts?: number; runId?: number; signal?: AbortSignal } = {},
  ) {
    const runId = change.runId ?? 100 + ++this.runs;
    const dependencies = {
      run: {
        owner: 'acme',
        repository: 'models',
        sha: this.head,
        ref: 'refs/heads/main',
        eventName: 'push',
        event: {},
        workflow: 'delivery',
        job: 'deploy',
        runId,
        runAttempt: 1,
        actor: 'ann',
        serverUrl: 'http://github.localhost',
        apiUrl: this.hub.apiUrl,
        workspace: join(this.folder, 'checkout'),
        temp: join(this.folder, `temp-${runId}`),
        os: 'Linux',
        runnerName: 'r1',
      },
      github: () => Promise.resolve(this.github(change.permissions, change.attempts)),
      logger: new RecordingLogger(),
      clock: systemClock,
      signal: change.signal ?? new AbortController().signal,
      environment: this.stage.environment,
    } as unknown as Dependencies;
    const inputs = readInputs(
      definition.inputs,
      (name) => ({ environment: 'production', token: 'x', ...raw })[name],
    );
    const outcome = await main(inputs, dependencies);
    return { ...outcome, result: outcome.result as RolloutResult };
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.hub.stop();
  }
}
