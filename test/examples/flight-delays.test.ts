import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import type { Dependencies } from '../../src/actions/dependencies.js';
import { definition } from '../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../src/actions/inputs.js';
import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import type { Decision } from '../../src/formats/decision.js';
import { loadSpec } from '../../src/spec/load.js';
import { duckdbLibrary } from '../engine/library.js';

const run = promisify(execFile);
const source = resolve('examples/flight-delays');
const changes = ['2-better-model', '3-skewed-serving'];

interface Served {
  readonly p_delayed: number;
  readonly delayed: boolean;
  readonly version: string;
}

let root: string;
let data: string;
/** Model folders, by change. */
const models: Record<string, string> = {};

/** Flights that are late in the evening and from ORD: enough to learn from, the same every time. */
function month(number: number, rows: number): string {
  const airports = ['ATL', 'BOS', 'DFW', 'JFK', 'LAX', 'ORD', 'SEA'];
  let state = number;
  const draw = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const lines = ['date,distance,origin,destination,hour_band,delay,delayed'];
  for (let row = 0; row < rows; row++) {
    const [from, to, hour, day] = [draw(7), draw(7), draw(24), 1 + Math.floor((row * 28) / rows)];
    const late = draw(100) < 8 + (hour >= 18 ? 25 : 0) + (airports[from] === 'ORD' ? 15 : 0) ? 1 : 0;
    const date = `2001-0${number}-${String(day).padStart(2, '0')} ${String(hour).padStart(2, '0')}:${10 + draw(50)}:00`;
    const band = ['night', 'morning', 'afternoon', 'evening'][Math.floor(hour / 6)]!;
    // Too few of ATL → SEA to be in the table of routes.
    const route = from === 0 && to === 6 && row % 5 !== 0 ? 'ATL,BOS' : `${airports[from]},${airports[to]}`;
    lines.push(`${date},${300 + 100 * draw(20)},${route},${band},${late ? 30 : -5},${late}`);
  }
  return `${lines.join('\n')}\n`;
}

async function project(change: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(root, 'project-'));
  await cp(source, folder, { recursive: true });
  if (change !== undefined) await cp(join(source, 'changes', change), folder, { recursive: true });
  return folder;
}

async function train(folder: string, environment: Record<string, string> = {}) {
  const { value: spec } = await loadSpec(join(folder, 'model.yml'));
  await mkdir(join(folder, 'checkpoints'), { recursive: true });
  const { stdout } = await run(process.execPath, ['train.mjs'], {
    cwd: folder,
    env: {
      MLOPS_MODEL_DIR: join(folder, 'model'),
      MLOPS_CHECKPOINT_DIR: join(folder, 'checkpoints'),
      MLOPS_METRICS: join(folder, 'metrics.json'),
      MLOPS_TRAIN_DATA: [1, 2, 3].map((n) => join(data, `2001-0${n}.csv`)).join('\n'),
      MLOPS_PARAMS: JSON.stringify({ ...spec.train.params, sample: 1 }),
      MLOPS_SEED: String(spec.train.seed),
      MLOPS_RESUME: 'false',
      ...environment,
    },
  });
  return { log: stdout, model: await readFile(join(folder, 'model/model.json'), 'utf8') };
}

async function predict(folder: string, model: string): Promise<number[]> {
  const file = join(folder, 'predictions.csv');
  const env = { MLOPS_MODEL_DIR: model, MLOPS_DATA: join(data, '2001-04.csv'), MLOPS_PREDICTIONS: file };
  await run(process.execPath, ['predict.mjs'], { cwd: folder, env });
  const [header, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(header).toBe('p_delayed');
  return rows.map(Number);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flights-'));
  data = join(root, 'source');
  await mkdir(data);
  for (const n of [1, 2, 3, 4])
    await writeFile(join(data, `2001-0${n}.csv`), month(n, n === 4 ? 1500 : 7000));
  for (const change of [undefined, ...changes]) {
    const folder = await project(change);
    await train(folder);
    models[change ?? 'first'] = join(folder, 'model');
  }
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the spec', () => {
  it.each([undefined, ...changes])('is sound in the change %s', async (change) => {
    const { value } = await loadSpec(join(await project(change), 'model.yml'));
    expect(value.rollout?.environments?.production?.steps).toEqual([0.2, 0.5, 1]);
    expect(String(value.train.params.features)).not.toMatch(/\bdelay(ed)?\b/);
  });
});

describe('fetch-data.mjs', () => {
  const fetchData = async (folder: string, env: Record<string, string>) =>
    run(process.execPath, ['fetch-data.mjs'], { cwd: folder, env });

  it('brings the months that a job needs', async () => {
    const folder = await project(undefined);
    await fetchData(folder, { DATA_SOURCE: data, MLOPS_PURPOSE: 'train,holdout' });
    await fetchData(folder, { DATA_SOURCE: data, MLOPS_PURPOSE: 'holdout' });
    expect((await readdir(join(folder, 'data'))).sort()).toEqual([1, 2, 3, 4].map((n) => `2001-0${n}.csv`));
  });

  it.each([
    [{}, 'DATA_SOURCE is not set'],
    [{ DATA_SOURCE: '/nowhere' }, '/nowhere/2001-01.csv does not exist'],
    [{ DATA_SOURCE: '/nowhere', MLOPS_PURPOSE: 'trian' }, 'MLOPS_PURPOSE names trian'],
  ])('says what is missing: %j', async (env, message) => {
    await expect(fetchData(await project(undefined), env as Record<string, string>)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
  });
});

describe('train.mjs', () => {
  it('makes the same model of the same data and seed', async () => {
    const again = await train(await project(undefined));
    expect(again.model).toBe(await readFile(join(models.first!, 'model.json'), 'utf8'));
  });

  it('goes on from a checkpoint to the very model that it would have made', async () => {
    const folder = await project('2-better-model');
    const { value: spec } = await loadSpec(join(folder, 'model.yml'));
    const shorter = JSON.stringify({ ...spec.train.params, sample: 1, rounds: 20 });
    await train(folder, { MLOPS_PARAMS: shorter });
    const { log, model } = await train(folder, { MLOPS_RESUME: 'true' });
    expect(log).toContain('resuming after round 20');
    expect(model).toBe(await readFile(join(models['2-better-model']!, 'model.json'), 'utf8'));
  });

  it('does not go on from the checkpoint of another training', async () => {
    const folder = await project(undefined);
    await train(folder, { MLOPS_SEED: '8' });
    const { log, model } = await train(folder, { MLOPS_RESUME: 'true' });
    expect(log).toContain('starting anew');
    expect(model).toBe(await readFile(join(models.first!, 'model.json'), 'utf8'));
  });

  it('names the line that it cannot read', async () => {
    const broken = join(root, 'broken.csv');
    await writeFile(broken, `${month(1, 3)}2001-01-01 00:00:00,300\n`);
    await expect(train(await project(undefined), { MLOPS_TRAIN_DATA: broken })).rejects.toMatchObject({
      stderr: expect.stringContaining('broken.csv:5: has 2 fields'),
    });
  });
});

describe('predict.mjs', () => {
  it('answers a probability for each row, and knows late flights from others', async () => {
    const folder = await project(undefined);
    const scores = await predict(folder, models.first!);
    const rows = month(4, 1500).trimEnd().split('\n').slice(1);
    expect(scores).toHaveLength(rows.length);
    const mean = (label: string): number => {
      const own = scores.filter((_, i) => rows[i]!.endsWith(`,${label}`));
      return own.reduce((sum, p) => sum + p, 0) / own.length;
    };
    expect(mean('1')).toBeGreaterThan(mean('0') + 0.05);
  });

  it('runs the champion with the challenger’s program', async () => {
    const before = await predict(await project(undefined), models.first!);
    for (const change of changes) expect(await predict(await project(change), models.first!)).toEqual(before);
  });
});

describe('serve.mjs', () => {
  async function withServer<T>(
    model: string,
    body: (ask: (flight: unknown) => Promise<Response>) => Promise<T>,
  ) {
    const env = { MODEL_VERSION: '1.2.3', MODEL_LIFELINE: 'stdin' };
    const server = spawn(process.execPath, ['serve.mjs'], {
      cwd: model,
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((done) => server.once('close', done));
    const line = await new Promise<string>((done) =>
      createInterface({ input: server.stdout }).once('line', done),
    );
    const { port } = JSON.parse(line) as { port: number };
    const ask = (flight: unknown) =>
      fetch(`http://127.0.0.1:${port}/predict`, { method: 'POST', body: JSON.stringify(flight) });
    try {
      return await body(ask);
    } finally {
      server.stdin.end();
      expect(await ended).toBe(0);
    }
  }
  const flights = () =>
    month(4, 1500)
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map(([date, distance, origin, destination]) => ({
        date,
        distance: Number(distance),
        origin,
        destination,
      }));

  it.each(['first', '2-better-model'])('answers as predict.mjs does (%s)', async (change) => {
    const scores = await predict(await project(change === 'first' ? undefined : change), models[change]!);
    await withServer(models[change]!, async (ask) => {
      for (const [i, flight] of flights().slice(0, 100).entries()) {
        const { p_delayed, delayed, version } = (await (await ask(flight)).json()) as Served;
        expect(p_delayed).toBeCloseTo(scores[i]!, 6);
        expect([delayed, version]).toEqual([p_delayed >= 0.25, '1.2.3']);
      }
    });
  });

  it('fails, in the skewed change, for routes that its own predict.mjs answers', async () => {
    const scores = await predict(await project('3-skewed-serving'), models['3-skewed-serving']!);
    const rare = flights().findIndex(({ origin, destination }) => origin === 'ATL' && destination === 'SEA');
    const usual = flights().findIndex(({ origin, destination }) => origin === 'ATL' && destination === 'BOS');
    expect(scores[rare]).toBeGreaterThan(0);
    await withServer(models['3-skewed-serving']!, async (ask) => {
      expect((await ask(flights()[rare])).status).toBe(500);
      const answer = await ask(flights()[usual]);
      expect(((await answer.json()) as Served).p_delayed).toBeCloseTo(scores[usual]!, 6);
    });
  });

  it.each([
    [{ distance: 100, origin: 'ATL', destination: 'BOS' }, 'date'],
    [{ date: '2001-01-01 10:00:00', distance: -1, origin: 'ATL', destination: 'BOS' }, 'distance'],
    [{ date: '2001-01-01 10:00:00', distance: 100, origin: 'atl', destination: 'BOS' }, 'origin'],
    [null, 'date'],
  ])('refuses %j', async (flight, name) => {
    await withServer(models.first!, async (ask) => {
      const answer = await ask(flight);
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining(`${name}: expected`),
      ]);
    });
  });
});

describe('the gate, on flights of which some take a rare route', () => {
  async function gate(change: string | undefined): Promise<Decision> {
    const folder = await project(change);
    const evaluateOf = async (file: string) =>
      (parse(await readFile(file, 'utf8')) as { evaluate: Record<string, unknown> }).evaluate;
    const asked = await evaluateOf(join(folder, 'model.yml'));
    // Cases are about real airports; the server is looked at as the change's base asks for.
    const { serving } = await evaluateOf(join(source, 'model.yml'));
    const behaviour = { ...(asked.behaviour as object), 'minimum-functionality': undefined };
    const spec = parse(await readFile(join(folder, 'model.yml'), 'utf8')) as Record<string, unknown>;
    const gates = [{ metric: 'log_loss', max: 0.6 }];
    const flights = month(4, 1500)
      .trimEnd()
      .split('\n')
      .map((line, i) => (i % 20 === 1 ? line.replace(/,[A-Z]{3},[A-Z]{3},/, ',ATL,SEA,') : line));
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'data/rare.csv'), `${flights.join('\n')}\n`);
    await writeFile(
      join(folder, 'model.yml'),
      stringify({
        ...spec,
        data: { contract: 'contract.yaml', train: 'data/rare.csv', holdout: 'data/rare.csv' },
        evaluate: { ...asked, gates, behaviour, serving },
      }),
    );
    const raw = {
      ...{ token: 't', comment: 'false' },
      ...{ candidate: models[change ?? 'first']!, champion: models.first! },
    };
    const { result } = await main(
      readInputs(definition.inputs, (name) => (raw as Record<string, string>)[name]),
      {
        run: { workspace: folder, temp: join(folder, 'temp'), event: {}, sha: 'abc' },
        logger: new RecordingLogger(),
        clock: systemClock,
        signal: new AbortController().signal,
        environment: { PATH: process.env.PATH! },
        duckdb: () => Promise.resolve(duckdbLibrary),
      } as unknown as Dependencies,
    );
    return result as Decision;
  }

  it('finds, where it may look at the server, what the canary would find', async () => {
    const sound = await gate(undefined);
    expect(sound.reasons.join('\n')).not.toContain('The server fails');
    expect([sound.behaviour?.verdict, sound.serving?.checks[0]?.verdict]).toEqual(['pass', 'pass']);
    const skewed = await gate('3-skewed-serving');
    expect(skewed.verdict).toBe('fail');
    expect(skewed.reasons.join('\n')).toMatch(/The server fails in \d\.?\d? % of 300 requests/);
  });

  it('is not asked to look by the change that fails there', async () => {
    const asks = async (change: string | undefined) =>
      (await loadSpec(join(await project(change), 'model.yml'))).value.evaluate.serving !== undefined;
    expect([await asks(undefined), await asks(changes[0]), await asks(changes[1])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
