import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readInputs } from '../../../src/actions/inputs.js';
import { definition } from '../../../src/actions/comment-report/inputs.js';
import { decisionReport } from '../../../src/actions/comment-report/report.js';
import { main } from '../../../src/actions/comment-report/main.js';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { commentOn } from '../../../src/actions/evaluate-gate/comment.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import type { Decision, RuleDecision } from '../../../src/formats/decision.js';
import { connect } from '../../../src/github/connect.js';
import type { toolkitArtifacts } from '../../../src/runtime/artifacts.js';
import { type Local, startLocal } from '../../github/local.js';

const estimate = { value: 0.8123, lower: 0.79, upper: 0.83, method: 'delong' };
const rule: RuleDecision = {
  metric: 'roc_auc',
  title: 'ROC AUC',
  better: 'higher',
  kind: 'min',
  limit: 0.6,
  versus: null,
  rule: 'roc_auc min 0.6',
  challenger: estimate,
  champion: null,
  difference: null,
  verdict: 'pass',
  reason: 'ROC AUC is at least 0.79',
  rowsNeeded: null,
  detectable: null,
};

export const decision: Decision = {
  kind: 'decision',
  schemaVersion: 1,
  model: 'late',
  task: 'binary-classification',
  verdict: 'pass',
  reasons: ['ROC AUC is at least 0.79, and 0.6 is asked for'],
  challenger: { digest: null, predictions: 'sha256:0' },
  champion: null,
  data: { rows: 500, files: [{ path: 'data/holdout.csv', sha256: 'sha256:1' }] },
  confidence: 0.95,
  seed: 0,
  rules: [rule],
  metrics: { roc_auc: 0.8123 },
  slices: [],
};

interface RunOptions {
  /** Artifact → file → content. */
  readonly artifacts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly sha?: string;
}

/** A repository with the pull request of a fork, whose run has ended; reported on over HTTP by the real toolkit. */
export class ForkedPull {
  readonly local: Local;
  readonly logger = new RecordingLogger();
  number = 0;
  sha = '';
  runId = 0;

  private readonly artifacts: typeof toolkitArtifacts;

  private constructor(local: Local, artifacts: typeof toolkitArtifacts) {
    this.local = local;
    this.artifacts = artifacts;
  }

  /** The toolkit reads the address of GitHub when it is loaded: so it is loaded anew, once GitHub has one. */
  static async open(): Promise<ForkedPull> {
    const local = await startLocal();
    process.env.GITHUB_API_URL = local.hub.apiUrl;
    process.env.GITHUB_SERVER_URL = local.hub.serverUrl;
    jest.resetModules();
    const { toolkitArtifacts } = await import('../../../src/runtime/artifacts.js');
    return new ForkedPull(local, toolkitArtifacts);
  }

  /** Mallory's pull request from a branch of her fork. */
  async propose(branch: string): Promise<number> {
    const { repo } = this.local;
    this.sha = await repo.commit({
      branch,
      fork: 'mallory',
      files: { [`${branch}.txt`]: 'x' },
      message: 'Change',
    });
    ({ number: this.number } = await repo.openPull({
      ...{ title: 'A change', head: branch, fork: 'mallory', author: 'mallory' },
    }));
    return this.number;
  }

  /** Her run ends, and leaves files. */
  async ran({ artifacts = {}, sha = this.sha }: RunOptions = {}): Promise<void> {
    const { repo, folder } = this.local;
    const { id } = await repo.runs.start({
      ...{ workflow: '.github/workflows/model-pull-request.yml', name: 'model pull request' },
      ...{ event: 'pull_request', headSha: sha, headBranch: 'change', actor: 'mallory' },
    });
    this.runId = id;
    for (const [name, files] of Object.entries(artifacts)) {
      const source = mkdtempSync(join(folder, 'artifact-'));
      const list = Object.entries(files).map(([path, content], i) => {
        writeFileSync(join(source, String(i)), content);
        return { path, source: join(source, String(i)) };
      });
      await repo.runs.putArtifact(id, name, list);
    }
  }

  /** Puts other bytes in the place of the newest artifact; GitHub still says the old size. */
  forge(bytes: Buffer): void {
    const blobs = join(this.local.folder, 'hub/acme/models/blobs');
    const newest = readdirSync(blobs)
      .filter((name) => name.startsWith('artifact-'))
      .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))[0]!;
    writeFileSync(join(blobs, newest), bytes);
  }

  /** As evaluate-gate does where its token may. */
  async commentItself(): Promise<void> {
    const { local, logger, runId } = this;
    const { hub, repo } = local;
    const run = {
      ...{
        owner: 'acme',
        repository: 'models',
        serverUrl: hub.serverUrl,
        runId,
        runAttempt: 1,
        sha: this.sha,
      },
      event: { pull_request: { number: this.number, head: { sha: this.sha } } },
    } as unknown as Dependencies['run'];
    const github = () => Promise.resolve(local.client());
    await commentOn(
      decision,
      { ...decisionReport(decision), reasons: ['its own words'] },
      repo.token({ permissions: { 'pull-requests': 'write' } }),
      { run, logger, clock: systemClock, github } as unknown as Dependencies,
    );
  }

  event(branch: string, change: object = {}): Record<string, unknown> {
    return {
      workflow_run: {
        ...{ id: this.runId, run_attempt: 1, event: 'pull_request', conclusion: 'success' },
        ...{ head_sha: this.sha, head_branch: branch, pull_requests: [] },
        head_repository: { full_name: 'mallory/models', owner: { login: 'mallory' } },
        ...change,
      },
    };
  }

  async report(
    event: Record<string, unknown>,
    given: Record<string, string> = {},
    eventName = 'workflow_run',
  ) {
    const { local, logger } = this;
    const { hub, repo, folder } = local;
    const token = repo.token({ permissions: { actions: 'read', 'pull-requests': 'write' } });
    const run: Dependencies['run'] = {
      ...{ owner: 'acme', repository: 'models', sha: local.head, ref: 'refs/heads/main', eventName, event },
      ...{
        workflow: 'model pull request report',
        job: 'report',
        runId: 999,
        runAttempt: 1,
        actor: 'mallory',
      },
      ...{ serverUrl: hub.serverUrl, apiUrl: hub.apiUrl, workspace: folder, temp: join(folder, 'temp') },
      ...{ os: 'Linux', runnerName: 'r' },
    };
    mkdirSync(run.temp, { recursive: true });
    const retry = { attempts: 2, baseMs: 2 };
    const dependencies = {
      ...{ run, logger, clock: systemClock, artifacts: this.artifacts(run) },
      github: (t: string) => Promise.resolve(connect({ token: t, run, logger, clock: systemClock, retry })),
    } as unknown as Dependencies;
    const inputs = readInputs(definition.inputs, (name) => (name === 'token' ? token : given[name]));
    return main(inputs, dependencies);
  }

  /** Bodies of all comments, by the number of the pull request. */
  async comments(): Promise<Record<string, string[]>> {
    const { comments } = await this.local.hub.state();
    const found: Record<string, string[]> = {};
    for (const { body, issue_url } of comments as { body: string; issue_url: string }[]) {
      (found[issue_url.replace(/^.*\//, '')] ??= []).push(body);
    }
    return found;
  }
}
