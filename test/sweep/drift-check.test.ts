import { join } from 'node:path';
import type { Outcome } from '../../src/actions/definition.js';
import { definition } from '../../src/actions/drift-check/inputs.js';
import { main } from '../../src/actions/drift-check/main.js';
import { profileFiles } from '../../src/actions/drift-check/profile.js';
import { readInputs } from '../../src/actions/inputs.js';
import type { DriftHistory } from '../../src/formats/drift-history.js';
import { type DeploymentPayload, deploymentTask } from '../../src/formats/deployment.js';
import { seeded } from '../drift/profiles.js';
import { contentOf, endOnGitHub } from './ends.js';
import { describeSweep } from './harness.js';
import type { Site } from './site.js';

const spec = `name: late
task: binary-classification
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: y, score: p, gates: [{ metric: roc_auc, min: 0.6 }] }
drift:
  current: data/current.csv
  retrain: { workflow: train.yml }
`;
const workflow = 'on: { workflow_dispatch: { inputs: { reason: { required: false } } } }\njobs: {}\n';

function csvOf(seed: number, shift: number): string {
  const random = seeded(seed);
  const rows = Array.from(
    { length: 600 },
    () => `${(random() + shift).toFixed(4)},${random() < 0.5 ? 'a' : 'b'}`,
  );
  return `x,c\n${rows.join('\n')}\n`;
}

/** A live version with the profile of other data than the current. */
async function prepare(site: Site): Promise<void> {
  site.head = await site.repo.commit({
    branch: 'main',
    files: { '.github/workflows/train.yml': workflow },
    message: 'Start',
  });
  site.write('model.yml', spec);
  site.write('data/reference.csv', csvOf(1, 0));
  site.write('data/current.csv', csvOf(2, 2));
  const file = join(site.folder, 'checkout/data/reference.csv');
  const profile = await profileFiles([file], {}, site.dependencies());
  const { version, manifestDigest } = await site.register('a', [
    { kind: 'profile', bytes: Buffer.from(JSON.stringify(profile)) },
  ]);
  const payload: DeploymentPayload = {
    ...{ kind: 'deployment', schemaVersion: 1, model: 'late', version: version.version, manifestDigest },
    ...{ cause: 'rollout', replaces: null, plan: { steps: [1], bakeMs: 0, intervalMs: 0 } },
    ...{ approval: { policy: 'none', manifestDigest, approvers: [] }, run: { id: 1, attempt: 1, url: '' } },
  };
  const { deployments } = site.github();
  const { id } = await deployments.create({
    ...{ ref: version.tag, task: deploymentTask('late'), environment: 'production', production: true },
    ...{ description: '', payload },
  });
  await deployments.createStatus(id, { state: 'success', description: '' });
  // An earlier check, which found nothing, is on record.
  await check(site, { current: 'data/reference.csv' }, 1);
  await site.startRun();
}

function check(site: Site, raw: Readonly<Record<string, string>>, runId?: number): Promise<Outcome> {
  const given: Readonly<Record<string, string>> = { token: 'x', ...raw };
  return main(
    readInputs(definition.inputs, (name) => given[name]),
    site.dependencies(runId),
  );
}

/** The checks that are kept for the next ones. */
async function historyOf(site: Site): Promise<unknown> {
  const content = await contentOf(site, 'refs/mlops/history/late/inputs', 'history.json');
  const { checks } = (content ?? { checks: [] }) as DriftHistory;
  return checks.map(({ run, verdict, findings }) => ({ run, verdict, findings }));
}

describeSweep({
  action: 'drift-check',
  prepare,
  run: (site) => check(site, {}),
  end: async (site, { outputs, failure }) => {
    const { verdict, alarm, 'drifted-columns': columns, incident } = outputs;
    const { runs } = await site.hub.state();
    return {
      ...(await endOnGitHub(site)),
      history: await historyOf(site),
      // A request that is cut short is made again: a second training does less harm than none.
      retraining: runs.some((run) => (run as { event: string }).event === 'workflow_dispatch'),
      outputs: { verdict, alarm, columns, incident },
      fails: failure !== undefined,
    };
  },
  trace: async (site, { outputs }) => {
    const { runs } = await site.hub.state();
    return { asked: outputs['retrain-requested'], runs: runs.length };
  },
  danger: () => Promise.resolve(undefined),
  notSentAgain: ['actions/create-workflow-dispatch'],
});
