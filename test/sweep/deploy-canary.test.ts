import {
  coreOfDeploying,
  deploy,
  dangerOfRollout,
  endOfDeploying,
  prepareProduction,
  traceOfDeploying,
} from './deploying.js';
import { describeSweep } from './harness.js';
import type { Site } from './site.js';

/** An incident is open: a rollout that passes closes it, one that fails adds to it. */
async function prepare(site: Site): Promise<void> {
  await prepareProduction(site);
  await deploy(site, { version: '1.2.0' }, 2);
  await site.repo.setEnvironment({ name: 'production', reviewers: ['bob'] });
  await site.startRun();
  await site.repo.runs.requestApproval(site.runId, 'production');
  await site.repo.runs.decide(site.runId, 'production', { user: 'bob', state: 'approved', comment: '' });
}

describeSweep({
  action: 'deploy-canary that passes',
  prepare,
  run: (site) => deploy(site, { version: '1.1.0', 'require-approval': 'environment' }),
  end: endOfDeploying,
  trace: traceOfDeploying,
  danger: (site, failing) =>
    dangerOfRollout(site, failing, { stable: '1.0.0', candidate: '1.1.0', isGood: true, approved: true }),
});

describeSweep({
  action: 'deploy-canary that fails',
  prepare,
  run: (site) => deploy(site, { version: '1.2.0' }),
  end: endOfDeploying,
  trace: traceOfDeploying,
  danger: (site, failing) =>
    dangerOfRollout(site, failing, { stable: '1.0.0', candidate: '1.2.0', isGood: false, approved: false }),
  core: coreOfDeploying,
});
