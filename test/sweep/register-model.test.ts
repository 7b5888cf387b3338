import { definition } from '../../src/actions/register-model/inputs.js';
import { main } from '../../src/actions/register-model/main.js';
import { readInputs } from '../../src/actions/inputs.js';
import { verifyVersion } from '../../src/registry/verify.js';
import { listVersions } from '../../src/registry/versions.js';
import { contentOf, endOnGitHub } from './ends.js';
import { describeSweep } from './harness.js';
import type { Scene } from './judge.js';
import type { Site } from './site.js';

const spec = `name: late
task: regression
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: mae, max: 9 }] }
`;

/** A commit that a reviewed pull request brought, and a trained model. */
async function prepareCheckout(site: Site): Promise<void> {
  const { repo } = site;
  await repo.commit({ branch: 'main', files: { 'a.txt': 'a' }, message: 'Start' });
  await repo.commit({ branch: 'better', files: { 'a.txt': 'b' }, message: 'Better' });
  const { number } = await repo.openPull({ title: 'Better', head: 'better', author: 'ann' });
  await repo.review(number, { user: 'bob', state: 'APPROVED' });
  site.head = await repo.merge(number, { user: 'bob' });
  site.write('model.yml', spec);
  site.write('model/model.bin', 'x'.repeat(1500));
  site.write('model/tokens.txt', 'a b c');
}

const register = (site: Site, raw: Readonly<Record<string, string>>) => {
  const given: Readonly<Record<string, string>> = { token: 'x', 'part-size': '1000', ...raw };
  return main(
    readInputs(definition.inputs, (name) => given[name]),
    site.dependencies(),
  );
};

const shared: Pick<Scene, 'end' | 'trace' | 'danger'> = {
  end: async (site, { outputs: { version, tag } }) => ({
    ...(await endOnGitHub(site)),
    outputs: { version, tag },
  }),
  trace: async (site, { outputs }) => ({
    created: outputs.created,
    lock: await contentOf(site, 'refs/mlops/locks/late', 'lock.json'),
  }),
  // What is published is whole.
  danger: async (site) => {
    const github = site.github();
    for (const version of await listVersions(github, 'late')) await verifyVersion({ github, version });
    return undefined;
  },
};

describeSweep({
  ...shared,
  action: 'register-model, the first version',
  prepare: async (site) => {
    await prepareCheckout(site);
    await site.startRun();
  },
  run: (site) => register(site, {}),
});

describeSweep({
  ...shared,
  action: 'register-model after review',
  prepare: async (site) => {
    await prepareCheckout(site);
    await site.register('a');
    await site.startRun();
  },
  run: (site) => register(site, { 'require-approval': 'review' }),
});
