import type { DeploymentPayload } from '../../src/formats/deployment.js';
import type { DeploymentState, DeploymentStatus } from '../../src/github/types.js';
import { type Entry, type Ledger, deriveLedger } from '../../src/ledger/ledger.js';

/** Second `n` of the ledgers of these tests, as GitHub writes it. */
export const second = (n: number): string =>
  new Date(Date.parse('2026-05-03T12:00:00Z') + n * 1000).toISOString().replace('.000Z', 'Z');

export const digestOf = (version: string): string => `sha256:${version.replace(/\D/g, '').padEnd(64, '0')}`;

export const payloadOf = (version: string, change: Partial<DeploymentPayload> = {}): DeploymentPayload => ({
  kind: 'deployment',
  schemaVersion: 1,
  model: 'm',
  version,
  manifestDigest: digestOf(version),
  cause: 'rollout',
  replaces: null,
  plan: { steps: [0.5, 1], bakeMs: 1000, intervalMs: 10 },
  approval: { policy: 'none', manifestDigest: digestOf(version), approvers: [] },
  run: { id: 1, attempt: 1, url: 'https://github.example/runs/1' },
  ...change,
});

/**
 * One deployment.
 * @param at the second of its creation; its id, too
 * @param states its statuses with the seconds of each, oldest first
 */
export function entryOf(
  at: number,
  version: string,
  states: readonly (readonly [DeploymentState, number])[],
  more: Partial<DeploymentPayload> & { environment?: string } = {},
): Entry {
  const { environment = 'production', ...change } = more;
  const payload = payloadOf(version, change);
  const statuses = states
    .map(([state, n]): DeploymentStatus => {
      return { state, description: '', createdAt: second(n), logUrl: '', environmentUrl: '' };
    })
    .toReversed();
  const deployment = {
    id: at,
    nodeId: `DE_${at}`,
    sha: 'c'.repeat(40),
    ref: `m@v${version}`,
    task: 'deploy:m',
    environment,
    description: '',
    payload: { ...payload },
    creator: 'robot',
    createdAt: second(at),
  };
  return { deployment, payload, version, statuses, state: statuses[0]?.state ?? null };
}

/** The ledger of these entries, oldest first. */
export const ledgerOf = (...entries: readonly Entry[]): Ledger =>
  deriveLedger('m', 'production', entries.toReversed());

export const versionsOf = (entries: readonly Entry[]): string[] => entries.map(({ version }) => version);
