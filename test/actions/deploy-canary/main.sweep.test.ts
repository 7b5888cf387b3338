import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../../src/rehearsal/types.js';
import type { Local } from '../../github/local.js';
import { record } from '../../rollout/harness.js';
import { Workspace } from './workspace.js';

let local: Local;
let template: Workspace;
let cases = 0;

beforeAll(async () => {
  // 1.0.0 is live, and an incident is open: a rollout that passes closes it, one that fails adds to it.
  ({ workspace: template, local } = await Workspace.make());
  await template.deploy({ version: '1.0.0' });
  await template.deploy({ version: '1.2.0' });
}, 60_000);
afterAll(async () => {
  await template.stage.close();
  await local.close();
});

async function once(version: string, fault?: Fault) {
  const folder = join(local.folder, `case-${++cases}`);
  const workspace = await template.copyTo(folder);
  try {
    if (fault !== undefined) workspace.hub.faults.add(fault);
    const { outputs } = await workspace.deploy({ version });
    const requests = [...workspace.hub.requests];
    workspace.hub.faults.clear();
    const { stage } = workspace;
    const serving = [stage.read('champion'), stage.read('challenger')];
    const { verdict, fault: blamed } = outputs;
    const end = { ...(await record(workspace.github())), verdict, blamed, serving, log: stage.log };
    return { requests, end };
  } finally {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ways = {
  'answers 500': { when: 'before', how: { status: 500 } },
  'is lost on its way': { when: 'before', how: { drop: true } },
  'is done and its answer lost': { when: 'after', how: { drop: true } },
} as const;

/** Requests of a rollout from the first that differs from those of another: the ones before fail alike. */
async function requestsOf(version: string) {
  const { requests, end } = await once(version);
  if (version === '1.1.0') return { requests, end, from: 0 };
  const other = await once('1.1.0');
  const from = requests.findIndex(({ operation }, i) => operation !== other.requests[i]?.operation);
  return { requests, end, from };
}

describe.each(['1.1.0', '1.2.0'])('any one request that fails once, deploying %s', (version) => {
  it.each(Object.entries(ways))(
    'changes nothing in the end when it %s',
    async (_, way) => {
      const { requests, end, from } = await requestsOf(version);
      expect(end.verdict).toBe(version === '1.1.0' ? 'pass' : 'fail');
      expect(from).toBeGreaterThanOrEqual(0);
      for (let skip = from; skip < requests.length; skip++) {
        const { operation, method } = requests[skip]!;
        // A read has nothing that could be done before its answer is lost.
        if (method === 'GET' && way.when === 'after') continue;
        const broken = await once(version, { operation: '*', skip, count: 1, ...way });
        expect({ operation, ...broken.end }).toEqual({ operation, ...end });
      }
    },
    600_000,
  );
});
