import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import type { GitHub } from '../../src/github/types.js';
import type { RolloutSettings } from '../../src/rollout/plan.js';
import type { Rollback, Rollout, RolloutEnd, RolloutTools } from '../../src/rollout/request.js';
import { rollBack } from '../../src/rollout/rollback.js';
import { rollOut } from '../../src/rollout/rollout.js';
import { httpSignals } from '../../src/rollout/signals/http.js';
import { commandTarget } from '../../src/rollout/targets/command.js';
import type { Platform } from './stage.js';

export interface Try {
  readonly github: GitHub;
  readonly stage: Platform;
  readonly version: string;
  readonly cause?: 'rollout' | 'rollback';
  readonly settings?: Partial<RolloutSettings>;
  readonly change?: Partial<Rollout> & Partial<Rollback>;
  readonly runId?: number;
  readonly signal?: AbortSignal;
  readonly logger?: RecordingLogger;
}

export const sha = (text: string): string => `sha256:${text.replace(/\D/g, '').padEnd(64, '0')}`;

export function settingsFor(stage: Platform, change: Partial<RolloutSettings> = {}): RolloutSettings {
  return {
    target: { kind: 'command', ...stage.commands },
    signals: { kind: 'http', url: stage.url },
    steps: [0.5, 1],
    bakeMs: 60_000,
    intervalMs: 1,
    rules: [{ signal: 'error_rate', event: 'error', side: 'max', limit: 2, negligible: 0.001 }],
    approval: 'none',
    approvals: 1,
    production: true,
    ...change,
  };
}

/** A rollout (or a rollback to `version`) by real commands, over real HTTP on both sides. */
export function tryRollout(options: Try): Promise<RolloutEnd> {
  const {
    github,
    stage,
    version,
    cause = 'rollout',
    runId = 1,
    signal,
    logger = new RecordingLogger(),
  } = options;
  const settings = settingsFor(stage, options.settings);
  const approvalOf = (manifestDigest: string) => ({ policy: 'none' as const, manifestDigest, approvers: [] });
  const request = {
    model: 'flight-delay',
    environment: 'production',
    settings,
    restore: false,
    run: {
      id: runId,
      attempt: 1,
      job: 'deploy',
      runner: 'r1',
      url: `https://github.example/runs/${runId}`,
      actor: 'ann',
    },
  };
  const tools: RolloutTools = {
    github,
    target: (use) =>
      commandTarget({
        ...use,
        commands: settings.target,
        cwd: stage.folder,
        environment: stage.environment,
        model: 'flight-delay',
        deployTo: 'production',
        folderOf: () => Promise.resolve(stage.folder),
        clock: systemClock,
        logger,
        pauseMs: 5,
      }),
    verify: (registered) => Promise.resolve({ version: registered, manifestDigest: sha(registered) }),
    signals: settings.signals && httpSignals({ url: settings.signals.url, environment: {}, timeoutMs: 2000 }),
    clock: systemClock,
    logger,
    settleMs: 200,
    lookMs: 50,
    ...(signal && { signal }),
  };
  if (cause === 'rollback') {
    return rollBack(
      {
        ...request,
        requested: version,
        requestedAt: undefined,
        approve: (served) => Promise.resolve(approvalOf(served.manifestDigest)),
        ...options.change,
      },
      tools,
    );
  }
  return rollOut(
    {
      ...request,
      version,
      tag: `flight-delay@v${version}`,
      manifestDigest: sha(version),
      approval: approvalOf(sha(version)),
      firstDeployment: false,
      reconcile: undefined,
      waitMs: 300_000,
      ...options.change,
    },
    tools,
  );
}

/** What is on record, without what differs from run to run. */
export async function record(github: GitHub): Promise<object> {
  const deployments: string[] = [];
  for await (const deployment of github.deployments.list({})) {
    const statuses = await github.deployments.statuses(deployment.id);
    deployments.push(`${deployment.ref} ${statuses.map((s) => s.state).join(' < ')}`);
  }
  const issues: object[] = [];
  for await (const issue of github.issues.list({ state: 'all' })) {
    let comments = 0;
    for await (const comment of github.issues.comments(issue.number)) comments += comment.id > 0 ? 1 : 0;
    issues.push({ title: issue.title, state: issue.state, labels: [...issue.labels].sort(), comments });
  }
  return { deployments, issues };
}
