import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const serving = resolve('examples/flight-delays/serving');

/* A model that answers at once, late, or not at all, and says which process it is. */
const server = `
import { createServer } from 'node:http';
const { MODEL_VERSION: version } = process.env;
const server = createServer((request, response) => {
  const wait = version.startsWith('slow') ? 80 : 0;
  setTimeout(() => {
    response.statusCode = version.startsWith('broken') ? 500 : 200;
    response.end(JSON.stringify({ delayed: version.includes('late'), version, pid: process.pid }));
  }, wait);
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on('end', () => process.exit(0));
`;

interface Counts {
  readonly version: string;
  readonly requests: number;
  readonly error: number;
  readonly slow: number;
  readonly positive: number;
}
interface Signals {
  readonly weight: number;
  readonly arms: { readonly champion?: Counts; readonly challenger?: Counts };
}

let root: string;
let model: string;
let platform: ChildProcess;
let url: string;

async function startPlatform(): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    SERVING_FOLDER: join(root, 'serving'),
    SERVING_STATE: join(root, 'state.json'),
  };
  platform = spawn(process.execPath, [join(serving, 'platform.mjs')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((done) =>
    createInterface({ input: platform.stdout! }).once('line', done),
  );
  url = (JSON.parse(line) as { url: string }).url;
}

async function stopPlatform(): Promise<void> {
  const ended = new Promise((done) => platform.once('close', done));
  platform.stdin!.end();
  await ended;
}

interface Serving {
  readonly champion: { readonly version: string } | null;
  readonly challenger: { readonly version: string; readonly weight: number } | null;
}

async function signals(): Promise<Signals> {
  return (await fetch(`${url}/production/signals`)).json() as Promise<Signals>;
}

/** Runs a command of rollout.target. */
function control(command: string, version = '', more: Record<string, string> = {}) {
  const env = {
    SERVING_STATE: join(root, 'state.json'),
    MLOPS_ENVIRONMENT: 'production',
    MLOPS_VERSION: version,
    MLOPS_MODEL_DIR: model,
    ...more,
  };
  return new Promise<{ code: number; serving?: Serving; said: string }>((done) =>
    execFile(process.execPath, [join(serving, 'control.mjs'), command], { env }, (error, stdout, stderr) =>
      done({
        code: error === null ? 0 : Number(error.code),
        said: stderr,
        ...(error === null && { serving: JSON.parse(stdout) as Serving }),
      }),
    ),
  );
}
const weigh = (version: string, weight: number) =>
  control('set-weight', version, { MLOPS_WEIGHT: String(weight) });

async function ask(times: number): Promise<{ status: number; version?: string; pid?: number }[]> {
  const one = async () => {
    const answer = await fetch(`${url}/production/predict`, { method: 'POST', body: '{}' });
    return { status: answer.status, ...((await answer.json()) as { version?: string; pid?: number }) };
  };
  return Promise.all(Array.from({ length: times }, one));
}

async function champion(version: string): Promise<void> {
  await control('start', version);
  await weigh(version, 1);
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'serving-'));
  model = join(root, 'released');
  await mkdir(model);
  await writeFile(join(model, 'serve.mjs'), server);
  await startPlatform();
});
afterEach(async () => {
  await stopPlatform();
  await rm(root, { recursive: true, force: true });
});

it('serves nothing before something is deployed', async () => {
  expect(await ask(1)).toMatchObject([{ status: 503 }]);
  expect(await signals()).toEqual({ schemaVersion: 1, arms: {}, weight: 0 });
});

it('gives the challenger its share, counts for each arm, and lets it become the champion', async () => {
  await champion('1.0.0');
  await control('start', '1.1.0-late');
  expect(new Set((await ask(20)).map(({ version }) => version))).toEqual(new Set(['1.0.0']));
  await weigh('1.1.0-late', 0.5);
  const answers = await ask(200);
  const challenger = answers.filter(({ version }) => version === '1.1.0-late').length;
  expect(challenger).toBeGreaterThan(50);
  expect(challenger).toBeLessThan(150);
  expect(await signals()).toMatchObject({
    weight: 0.5,
    arms: {
      champion: { version: '1.0.0', requests: 220 - challenger, error: 0, positive: 0 },
      challenger: { version: '1.1.0-late', requests: challenger, error: 0, positive: challenger },
    },
  });
  await weigh('1.1.0-late', 1);
  expect(new Set((await ask(20)).map(({ version }) => version))).toEqual(new Set(['1.1.0-late']));
});

it('counts errors and slow answers', async () => {
  await champion('broken-1');
  await ask(3);
  expect((await signals()).arms.champion).toMatchObject({
    requests: 3,
    error: 3,
    positive: 0,
  });
  await champion('slow-1');
  await ask(2);
  expect((await signals()).arms.champion).toMatchObject({ requests: 2, error: 0, slow: 2 });
});

it('takes each command twice', async () => {
  const twice = async (command: () => ReturnType<typeof control>): Promise<Serving> => {
    const [first, second] = [await command(), await command()];
    expect(second).toEqual(first);
    return second.serving!;
  };
  await champion('1.0.0');
  expect((await twice(() => control('start', '1.1.0'))).challenger!.version).toBe('1.1.0');
  expect((await twice(() => weigh('1.1.0', 0.3))).challenger!.weight).toBe(0.3);
  expect((await twice(() => control('stop', '1.1.0'))).challenger).toBeNull();
  await control('start', '1.2.0');
  expect((await twice(() => weigh('1.2.0', 1))).champion!.version).toBe('1.2.0');
  expect((await twice(() => control('start', '1.2.0'))).challenger).toBeNull();
});

it('goes back to the champion before when the new one is stopped', async () => {
  await champion('1.0.0');
  const [before] = await ask(1);
  await champion('1.1.0');
  await control('stop', '1.1.0');
  expect(await ask(1)).toMatchObject([{ version: '1.0.0', pid: before!.pid! }]);
});

it('rolls back from the last step, as deploy-canary does', async () => {
  await champion('1.0.0');
  await champion('1.1.0');
  await control('start', '1.0.0');
  await weigh('1.0.0', 1);
  expect((await control('stop', '1.1.0')).serving).toEqual({
    champion: { version: '1.0.0' },
    challenger: null,
  });
  await control('stop', '1.0.0');
  expect(await ask(1)).toMatchObject([{ status: 503 }]);
});

it('takes a first version back, and one that went too far', async () => {
  await champion('1.0.0');
  expect((await weigh('1.0.0', 0)).serving).toEqual({
    champion: null,
    challenger: { version: '1.0.0', weight: 0 },
  });
  expect(await ask(1)).toMatchObject([{ status: 503 }]);
  await weigh('1.0.0', 0.1);
  expect(new Set((await ask(20)).map(({ status }) => status))).toEqual(new Set([200]));
  await weigh('1.0.0', 1);
  await champion('1.1.0');
  expect((await weigh('1.1.0', 0.5)).serving).toEqual({
    champion: { version: '1.0.0' },
    challenger: { version: '1.1.0', weight: 0.5 },
  });
  expect(await weigh('9.9.9', 0)).toMatchObject({ code: 0 });
});

it('answers all requests under way when an arm is stopped', async () => {
  await champion('1.0.0');
  await control('start', 'slow-2');
  await weigh('slow-2', 0.9);
  const answers = ask(50);
  await delay(20);
  await control('stop', 'slow-2');
  expect((await answers).every(({ status }) => status === 200)).toBe(true);
});

it('refuses what does not go with what serves', async () => {
  await champion('1.0.0');
  expect(await weigh('9.9.9', 0.5)).toMatchObject({
    code: 1,
    said: expect.stringContaining('start it first'),
  });
  expect(await control('start', '../../x')).toMatchObject({
    code: 1,
    said: expect.stringContaining('no version'),
  });
  const empty = { MLOPS_MODEL_DIR: root };
  expect(await control('start', '2.0.0', empty)).toMatchObject({
    code: 1,
    said: expect.stringContaining('no serve.mjs'),
  });
  expect((await signals()).arms.champion!.version).toBe('1.0.0');
});

it('says why an arm does not start, and goes on serving', async () => {
  await champion('1.0.0');
  await writeFile(join(model, 'serve.mjs'), 'throw new Error("no such table")');
  expect(await control('start', '2.0.0')).toMatchObject({
    code: 1,
    said: expect.stringContaining('no such table'),
  });
  expect(await ask(1)).toMatchObject([{ status: 200, version: '1.0.0' }]);
});

it('leaves no process behind, and serves again what it served', async () => {
  await champion('1.0.0');
  await control('start', '1.1.0');
  await weigh('1.1.0', 0.5);
  const pids = new Set((await ask(50)).map(({ pid }) => pid!));
  expect(pids.size).toBe(2);
  await stopPlatform();
  for (let i = 0; i < 100 && [...pids].some(alive); i++) await delay(20);
  expect([...pids].filter(alive)).toEqual([]);

  await rm(model, { recursive: true });
  await startPlatform();
  expect(await signals()).toMatchObject({
    weight: 0.5,
    arms: { champion: { version: '1.0.0' }, challenger: { version: '1.1.0' } },
  });
  expect((await ask(1))[0]!.status).toBe(200);
});

it('serves what it can when files of an arm are gone', async () => {
  await champion('1.0.0');
  await control('start', '1.1.0');
  await weigh('1.1.0', 0.5);
  await stopPlatform();
  const folder = join(root, 'serving/production');
  await rm(join(folder, '1.1.0'), { recursive: true });
  await mkdir(join(folder, '0.9.0.part'));
  await startPlatform();
  expect(await signals()).toMatchObject({ weight: 0, arms: { champion: { version: '1.0.0' } } });
  expect((await readdir(folder)).sort()).toEqual(['1.0.0', 'state.json']);
  expect((await control('start', '1.1.0')).serving!.challenger).toEqual({ version: '1.1.0', weight: 0 });
});

it('says how to start the platform where there is none', async () => {
  const nowhere = { SERVING_STATE: join(root, 'none.json') };
  expect(existsSync(nowhere.SERVING_STATE)).toBe(false);
  expect((await control('status', '', nowhere)).said).toContain('node serving/platform.mjs');
  expect((await control('status', '', { SERVING_URL: 'http://127.0.0.1:9' })).said).toContain(
    'does not answer',
  );
});

it('is asked at a steady rate by the traffic', async () => {
  await champion('1.0.0-late');
  const month = join(root, 'month.csv');
  await writeFile(month, 'date,distance,origin,destination\n2001-01-01 10:00:00,300,ATL,BOS\n');
  const env = {
    TRAFFIC_URL: `${url}/production`,
    TRAFFIC_DATA: month,
    TRAFFIC_RATE: '200',
    TRAFFIC_SECONDS: '1',
  };
  const traffic = spawn(process.execPath, [join(serving, 'traffic.mjs')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  traffic.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((done) => traffic.once('close', done));
  const { sent, skipped } = JSON.parse(said) as { sent: number; skipped: number };
  expect(sent + skipped).toBeGreaterThan(50);
  expect(sent + skipped).toBeLessThanOrEqual(205);
});
