import { readLedger } from '../../src/ledger/ledger.js';
import { deploy, coreOfDeploying, endOfDeploying, prepareProduction, traceOfDeploying } from './deploying.js';
import { describeSweep } from './harness.js';

describeSweep({
  action: 'rollback',
  prepare: async (site) => {
    await prepareProduction(site);
    await deploy(site, { version: '1.1.0' }, 2);
    // Its incident stays open until something succeeds.
    await deploy(site, { version: '1.2.0' }, 3);
    await site.startRun();
  },
  run: (site) => deploy(site, { cause: 'rollback', version: 'previous' }),
  end: endOfDeploying,
  trace: traceOfDeploying,
  core: coreOfDeploying,
  danger: async (site) => {
    const champion = site.stage.read('champion');
    const challenger = site.stage.read('challenger');
    const { live } = await readLedger(site.github(), 'late', 'production');
    if (champion !== '1.0.0' && champion !== '1.1.0') return `${champion ?? 'nothing'} serves`;
    if (challenger !== undefined) return `${challenger} serves beside it`;
    if (live?.version !== '1.1.0' && live?.version !== champion) return `on record is ${live?.version}`;
    return undefined;
  },
});
