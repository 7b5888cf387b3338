import { join } from 'node:path';
import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import type { GitHub } from '../../src/github/types.js';
import type { Fault } from '../../src/rehearsal/types.js';
import { initialState } from '../../src/rollout/state.js';
import { openRolloutIncident } from '../../src/rollout/incident.js';
import { type Local, startLocal } from '../github/local.js';
import { record, tryRollout } from './harness.js';
import { Stage } from './stage.js';

const rates = { '1.0.0': { error: 0.01 }, '1.1.0': { error: 0.01 }, '1.2.0': { error: 0.3 } };
let local: Local;
let cases = 0;

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

/** A repository of its own with 1.0.0 live and an incident open. */
async function prepare(): Promise<{ github: GitHub; stage: Stage }> {
  const name = `case-${++cases}`;
  const repo = await local.hub.repository({ owner: 'acme', name });
  const head = await repo.commit({ branch: 'main', files: { 'README.md': 'x\n' }, message: 'Start' });
  const github = connect({
    token: repo.token({ permissions: 'write-all' }),
    run: { apiUrl: local.hub.apiUrl, owner: 'acme', repository: name },
    logger: new RecordingLogger(),
    clock: systemClock,
    retry: { attempts: 4, baseMs: 1 },
  });
  for (const version of Object.keys(rates))
    await github.refs.create(`refs/tags/flight-delay@v${version}`, head);
  const stage = await Stage.open(join(local.folder, name), rates, cases);
  await tryRollout({ github, stage, version: '1.0.0', settings: { signals: undefined } });
  const decision = { verdict: 'fail' as const, fault: 'model' as const, reasons: ['slow'] };
  const scope = { model: 'flight-delay', environment: 'production' };
  const about = {
    version: '0.9.0',
    replaced: null,
    decision,
    state: initialState,
    runUrl: 'https://x',
    deployment: 0,
  };
  await openRolloutIncident(github, scope, about);
  return { github, stage };
}

async function once(version: string, fault?: Fault) {
  const { github, stage } = await prepare();
  const before = local.hub.requests.length;
  if (fault !== undefined) local.hub.faults.add(fault);
  try {
    const { how, state } = await tryRollout({ github, stage, version, runId: 2 });
    local.hub.faults.clear();
    const { verdict, fault: blamed } = state.decision!;
    const requests = local.hub.requests.slice(before);
    return {
      requests,
      end: {
        ...(await record(github)),
        how,
        verdict,
        blamed,
        serving: [stage.read('champion'), stage.read('challenger')],
        log: stage.log,
      },
    };
  } finally {
    local.hub.faults.clear();
    await stage.close();
  }
}

const ways = {
  'answers 500': { when: 'before', how: { status: 500 } },
  'is lost on its way': { when: 'before', how: { drop: true } },
  'is done and its answer lost': { when: 'after', how: { drop: true } },
} as const;

describe.each(['1.1.0', '1.2.0'])('any one request that fails once, rolling out %s', (version) => {
  it.each(Object.entries(ways))(
    'changes nothing in the end when it %s',
    async (_, way) => {
      const { requests, end } = await once(version);
      expect(end.verdict).toBe(version === '1.1.0' ? 'pass' : 'fail');
      expect(requests.length).toBeGreaterThan(20);
      for (let skip = 0; skip < requests.length; skip++) {
        const broken = await once(version, { operation: '*', skip, count: 1, ...way });
        expect({ operation: requests[skip]!.operation, ...broken.end }).toEqual({
          operation: requests[skip]!.operation,
          ...end,
        });
      }
    },
    300_000,
  );
});
