import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Overrides, planOf, rolloutSettings } from '../../src/rollout/plan.js';
import { loadSpec } from '../../src/spec/load.js';

const base = `name: flight-delay
task: binary-classification
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: y, score: p, gates: [{ metric: roc_auc, min: 0.6 }] }
`;
const rollout = `rollout:
  target: { kind: command, start: ./start, set-weight: ./weigh, stop: ./stop }
  signals: { kind: http, url: 'http://localhost/signals' }
  guardrails:
    - { signal: error_rate, max-ratio: 1.5 }
    - { signal: positive_rate, min-ratio: 0.5, max-ratio: 2, negligible: 1% }
  environments:
    staging: { steps: [100%], guardrails: [] }
    production: { steps: [10%, 100%], bake: 10m, interval: 5s, require-approval: both, approvals: 2 }
`;
async function settings(text: string, environment: string, overrides: Overrides = {}) {
  const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'model.yml');
  writeFileSync(file, text);
  return rolloutSettings(await loadSpec(file), environment, overrides);
}

describe('the settings of a rollout', () => {
  it('come from the environment, then the rollout, then the defaults', async () => {
    expect(await settings(base + rollout, 'production')).toMatchObject({
      steps: [0.1, 1],
      bakeMs: 600_000,
      intervalMs: 5000,
      approval: 'both',
      approvals: 2,
      production: true,
    });
    const elsewhere = await settings(base + rollout, 'preview');
    expect(elsewhere).toMatchObject({
      steps: [0.05, 0.25, 0.5, 1],
      bakeMs: 3_600_000,
      production: false,
      approval: 'none',
    });
    expect(
      elsewhere.rules.map(({ signal, side, limit, negligible }) => [signal, side, limit, negligible]),
    ).toEqual([
      ['error_rate', 'max', 1.5, 0.001],
      ['positive_rate', 'max', 2, 0.01],
      ['positive_rate', 'min', 0.5, 0.01],
    ]);
  });

  it('are overridden by inputs', async () => {
    const overrides = {
      steps: ['20%', '0.5', '100%'],
      bakeMs: 1000,
      intervalMs: 10,
      signalsUrl: 'http://x/y',
    };
    expect(await settings(base + rollout, 'staging', overrides).catch((e: Error) => e.message)).toContain(
      'no guardrail for staging',
    );
    expect(await settings(base + rollout, 'production', overrides)).toMatchObject({
      steps: [0.2, 0.5, 1],
      bakeMs: 1000,
      intervalMs: 10,
      signals: { url: 'http://x/y' },
    });
  });

  it('plan one step where there is nothing to compare with', async () => {
    const all = await settings(base + rollout, 'production');
    expect(planOf(all, true)).toMatchObject({ steps: [0.1, 1], compares: true, watches: true });
    expect(planOf(all, false)).toMatchObject({ steps: [1], rules: [], watches: true });
  });

  it.each([
    ['', {}, /there is no rollout.*→ add rollout:/],
    [
      rollout.replace('error_rate', 'errors'),
      {},
      /model\.yml:10:7: "errors" is not a rate → name it <event>_rate/,
    ],
    [rollout.replace('max-ratio: 1.5', 'max-ratio: 1'), {}, /a ratio of exactly 1 for error_rate/],
    [rollout.replace(/ {2}signals.*\n/, ''), {}, /no signals for production/],
    [rollout, { steps: ['10', '100%'] }, /input "steps": 10 is not a share/],
    [rollout, { steps: ['50%', '10%', '100%'] }, /input "steps" must grow/],
    [rollout, { steps: ['10%'] }, /the last of the input "steps" must be 100%/],
    [rollout, { intervalMs: 700_000 }, /the interval \(700000 ms\) must be above 0 and not above bake/],
  ])('are refused with place and remedy: %#', async (text, overrides, message) => {
    await expect(settings(base + text, 'production', overrides)).rejects.toThrow(message);
  });

  it('are refused with all problems at once', async () => {
    const wrong = rollout.replace('error_rate', 'errors').replace(/ {2}signals.*\n/, '');
    const error = await settings(base + wrong, 'production', { intervalMs: 700_000 }).catch((e: Error) => e);
    expect((error as Error).message.split('\n')).toHaveLength(3);
  });
});
