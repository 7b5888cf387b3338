import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import { type Local, startLocal } from '../github/local.js';
import { record, tryRollout } from './harness.js';
import { Stage } from './stage.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rates = { '1.0.0': { error: 0.01 }, '1.1.0': { error: 0.01 }, '1.2.0': { error: 0.3 } };
let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

/** Kills a rollout after its n-th request to GitHub, and starts it again in another process. */
async function killedAfter(version: string, requests: number) {
  const name = `killed-${version}-${requests}`;
  const repo = await local.hub.repository({ owner: 'acme', name });
  const head = await repo.commit({ branch: 'main', files: { 'README.md': 'x\n' }, message: 'Start' });
  const token = repo.token({ permissions: 'write-all' });
  const run = { apiUrl: local.hub.apiUrl, owner: 'acme', repository: name };
  const retry = { attempts: 4, baseMs: 1 };
  const github = connect({ token, run, logger: new RecordingLogger(), clock: systemClock, retry });
  for (const v of Object.keys(rates)) await github.refs.create(`refs/tags/flight-delay@v${v}`, head);
  const stage = await Stage.open(join(local.folder, name), rates, requests);
  try {
    await tryRollout({ github, stage, version: '1.0.0', settings: { signals: undefined } });
    const before = local.hub.requests.length;
    const given = {
      apiUrl: run.apiUrl,
      repository: name,
      token,
      stage: stage.folder,
      url: stage.url,
      version,
    };
    const child = spawn(
      join(root, 'node_modules/node/bin/node'),
      [
        '--no-warnings',
        '--import',
        join(root, 'scripts/typescript.mjs'),
        join(root, 'test/rollout/killed.child.ts'),
        JSON.stringify(given),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    const watch = setInterval(() => {
      if (local.hub.requests.length - before >= requests) child.kill('SIGKILL');
    }, 1);
    const [code, signal] = await exited;
    clearInterval(watch);
    const { state } = await tryRollout({ github, stage, version, runId: 2 });
    return {
      killed: signal === 'SIGKILL',
      code,
      end: {
        ...(await record(github)),
        verdict: state.decision!.verdict,
        serving: [stage.read('champion'), stage.read('challenger')],
      },
    };
  } finally {
    await stage.close();
  }
}

describe('a rollout that is killed and started again', () => {
  it('ends as if it had not been killed', async () => {
    for (const requests of [1, 4, 8, 12, 17, 22, 27]) {
      const { killed, end } = await killedAfter('1.1.0', requests);
      expect({ requests, killed, ...end }).toEqual({
        requests,
        killed: true,
        deployments: [
          'flight-delay@v1.1.0 success < in_progress',
          'flight-delay@v1.0.0 inactive < success < in_progress',
        ],
        issues: [],
        verdict: 'pass',
        serving: ['1.1.0', undefined],
      });
    }
  }, 120_000);

  it('ends a rollback as if it had not been killed', async () => {
    for (const requests of [6, 14, 20, 24]) {
      const { killed, end } = await killedAfter('1.2.0', requests);
      expect({ requests, killed, ...end }).toMatchObject({
        requests,
        killed: true,
        deployments: [
          'flight-delay@v1.2.0 failure < in_progress',
          'flight-delay@v1.0.0 success < in_progress',
        ],
        issues: [{ state: 'open' }],
        verdict: 'fail',
        serving: ['1.0.0', undefined],
      });
    }
  }, 120_000);
});
