import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Loans, openLoans, rows } from './model.js';

/** Serves the loans' model, with the faults that its weights name. */
const server = `
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const w = JSON.parse(readFileSync(process.env.MLOPS_MODEL_DIR + '/model.json', 'utf8'));
const { PORT } = process.env;
if (w.stubborn) process.on('SIGTERM', () => console.log('not now'));
if (w.children) writeFileSync('pids', process.pid + ' ' + spawn('sleep', ['300'], { stdio: 'inherit' }).pid);
if (w.dies) { console.error('no such file: weights.bin, token ' + process.env.MY_TOKEN); process.exit(3); }
const started = Date.now();
let asked = 0;
createServer(async (request, response) => {
  if (request.url === '/healthz') {
    response.writeHead(Date.now() - started < (w.late ?? 0) ? 503 : 200).end();
    return;
  }
  let text = '';
  for await (const part of request) text += part;
  asked++;
  if (w.ends && asked > w.ends) process.exit(1);
  if (w.slow) await new Promise((done) => setTimeout(done, w.slow));
  if (w.redirect) return response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  const rows = [JSON.parse(text || '{}')].flatMap((body) => body.instances ?? [body]);
  const p = rows.map((row) => {
    let z = (w.bias ?? -6) + (w.income ?? 1) * row.income + (w.term ?? 0) * (row.term - 36);
    if (w.skew && row.sex === 'f') z += w.skew;
    return 1 / (1 + Math.exp(-z));
  });
  const body = w.garbage ? 'it is <b>late</b>' : JSON.stringify(request.url === '/many' ? { predictions: p.map((one) => ({ p: one })) } : { p: p[0], sure: p[0] > 0.9 });
  response.writeHead(w.fails && asked % 3 === 0 ? 500 : 200).end(body);
}).listen(Number(PORT), '127.0.0.1');
`;

describe('serving, by a real server', () => {
  let project: Loans;
  beforeAll(async () => {
    project = await openLoans();
    await project.write({ 'serve.mjs': server });
  });
  afterAll(() => project.close());

  const serving = (more = '') => `serving:
  start: exec node serve.mjs
  ready: /healthz
  request: { path: /predict }
  answer: p
  ${more.split('\n').join('\n  ')}`;

  it('starts it, asks it, and lets it pass', async () => {
    const { decision, markdown, html } = await project.gate(
      serving('budgets: { p50: 5s, p95: 5s, p99: 5s, start: 60s, memory: 4GB, size: 1KB }'),
      { term: -0.01 },
    );
    expect(decision.verdict).toBe('pass');
    const { serving: found } = decision;
    expect(found).toMatchObject({
      verdict: 'pass',
      requests: { sent: 300, failed: 0, compared: 300, differing: 0 },
      size: JSON.stringify({ term: -0.01 }).length,
      witnesses: [],
    });
    expect(found!.checks.map(({ check }) => check)).toEqual([
      'ready',
      'failed',
      'mismatch',
      'p50',
      'p95',
      'p99',
      'start',
      'memory',
      'size',
    ]);
    const { p50, p95, p99 } = found!.latency!;
    expect(p50.value).toBeGreaterThan(0);
    expect([p50.value, p95.value, p99.value]).toEqual(
      [p50.value, p95.value, p99.value].sort((a, b) => a - b),
    );
    expect(p99.upper).not.toBeNull();
    // A Node process holds more than this.
    expect(found!.memory).toBeGreaterThan(20e6);
    expect(decision.reasons.join()).toContain('answered 300 requests as the batch predictions say');
    expect(markdown).toContain('Serving (9 checks passed)');
    expect(html).toContain('Measured in this run on this machine');
  });

  it('sees that the server computes something else than the batch', async () => {
    const { decision, markdown } = await project.gate(serving('concurrency: 4'), { skew: 0.5 });
    expect(decision.verdict).toBe('fail');
    expect(decision.serving!.requests).toMatchObject({ failed: 0, compared: 300 });
    expect(decision.serving!.requests.differing).toBeGreaterThan(100);
    expect(decision.reasons[0]).toMatch(
      /^The server answers otherwise than the batch in \d+ % of 300 rows, at least \d+ %/,
    );
    expect(decision.serving!.witnesses).toHaveLength(5);
    const [{ place, expected, answered }] = decision.serving!.witnesses as [
      { place: string; expected: string; answered: string },
    ];
    expect(place).toMatch(/^holdout\.csv:\d+$/);
    expect(Number(answered)).toBeGreaterThan(Number(expected));
    expect(markdown).toContain(place);
  });

  it('holds times, memory and sizes against budgets', async () => {
    const { decision } = await project.gate(
      serving('requests: 60\nwarm-up: 0\nbudgets: { p50: 5ms, p95: 10s, p99: 10s, memory: 1MB, size: 1B }'),
      { slow: 10 },
    );
    const verdicts = Object.fromEntries(
      decision.serving!.checks.map(({ check, verdict }) => [check, verdict]),
    );
    // Of 60 requests, no 99th percentile is bounded, and no share of 1 % is shown.
    expect(verdicts).toEqual({
      ready: 'pass',
      failed: 'inconclusive',
      mismatch: 'inconclusive',
      p50: 'fail',
      p95: 'pass',
      p99: 'inconclusive',
      memory: 'fail',
      size: 'fail',
    });
    expect(decision.reasons.join('\n')).toContain('so few requests cannot bound it, 299 would');
  });

  it.each<[string, Record<string, number>, RegExp]>([
    ['fails now and then', { fails: 1 }, /it answered 500: \{"p":/],
    ['answers no JSON', { garbage: 1 }, /its answer is no JSON: it is <b>late/],
    ['sends us elsewhere', { redirect: 1 }, /it answered 302/],
    ['ends after some requests', { ends: 40 }, /it could not be reached|broke off/],
  ])('fails a server that %s', async (_, weights, answered) => {
    const { decision, html } = await project.gate(serving('requests: 100'), weights);
    expect(decision.verdict).toBe('fail');
    const check = decision.serving!.checks.find((one) => one.check === 'failed')!;
    expect(check.verdict).toBe('fail');
    expect(decision.serving!.witnesses[0]!.answered).toMatch(answered);
    expect(html).not.toContain('<b>late');
    if (weights.ends !== undefined) expect(check.reason).toContain('the server ended while it was asked');
  });

  it('fails one that does not come up, and keeps its secrets', async () => {
    const died = await project.gate(
      serving('budgets: { size: 1GB }'),
      { dies: 1 },
      { environment: { MY_TOKEN: 'open-sesame' } },
    );
    expect(died.decision.verdict).toBe('fail');
    expect(died.decision.reasons[0]).toBe(
      'The server did not come up: its command ended with exit code 3 before it was ready; it must stay in the foreground. Its last lines are in the log',
    );
    expect(died.logger.text()).toContain('no such file: weights.bin, token ***');
    expect(died.decision.serving).toMatchObject({ latency: null, startMs: null, memory: null });
    const late = await project.gate(serving('ready-within: 1s'), { late: 60_000 });
    expect(late.decision.reasons[0]).toMatch(
      /it did not answer \/healthz with success at port \d+ within 1 s/,
    );
  });

  const lives = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  let pids: string;
  beforeAll(() => {
    pids = join(project.folder, 'pids');
  });
  const pidsOf = async () => (await readFile(pids, 'utf8')).split(' ').map(Number);
  const gone = async (pids: readonly number[]) => {
    // A killed child stays a moment until init has taken its status.
    for (let i = 0; i < 100 && pids.some(lives); i++) await delay(50);
    expect(pids.map(lives)).toEqual(pids.map(() => false));
  };

  it('leaves nothing running: not after it, and not when it is cancelled', async () => {
    const { decision } = await project.gate(serving(), { children: 1 });
    expect(decision.verdict).toBe('pass');
    await gone(await pidsOf());
    await rm(pids);
    const cancelling = new AbortController();
    const running = project.gate(
      serving(),
      { children: 1, slow: 100, stubborn: 1 },
      { signal: cancelling.signal },
    );
    running.catch(() => undefined);
    while (!existsSync(pids)) await delay(20);
    const started = await pidsOf();
    cancelling.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    await gone(started);
  });

  it('runs the command that stops what is elsewhere, also when the server did not come up', async () => {
    const stopped = join(project.folder, 'stopped');
    const stop = `stop: echo "$PORT $MLOPS_MODEL" >> stopped`;
    const { decision } = await project.gate(
      serving(`${stop}\nrequests: 5\nmax-failed: 90%\nmax-mismatch: 90%`),
    );
    expect(decision.serving!.requests.sent).toBe(5);
    expect(await readFile(stopped, 'utf8')).toMatch(/^\d+ loan\n$/);
    await project.gate(serving(stop), { dies: 1 });
    expect(await readFile(stopped, 'utf8')).toMatch(/^\d+ loan\n\d+ loan\n$/);
    const { logger } = await project.gate(serving('requests: 5\nstop: echo no such container >&2; exit 1'));
    expect(logger.text()).toContain('evaluate.serving.stop failed: no such container');
  });

  it('builds requests by a template, and finds answers where they are', async () => {
    const many = await project.gate(`serving:
  start: exec node serve.mjs
  request: { path: /many, columns: [income, term, sex], body: { instances: [$row] }, headers: { X-Tenant: a } }
  answer: { p: predictions.0.p }`);
    expect(many.decision.verdict).toBe('pass');
    const single = await project.gate(`serving:
  start: exec node serve.mjs
  request: { path: '/predict?note=\${note}', body: { income: '\${income}', term: '\${term}', note: 'of \${note}' } }
  answer: { p: p }`);
    expect(single.decision.verdict).toBe('pass');
  });

  it.each<[string, string, RegExp]>([
    [
      'a column there is not',
      'request: { path: /, columns: [incom] }',
      /no column "incom" → did you mean "income"/,
    ],
    [
      'a placeholder',
      "request: { path: '/?x=${sexx}' }",
      /no column "sexx" goes into the request → did you mean "sex"/,
    ],
    ['a lost body', 'request: { path: /, method: GET }', /a GET request has no body/],
    ['another host', 'request: { path: "http://example.com/" }', /must be a path on the server/],
    ['a size', 'budgets: { size: 5 apples }', /no size: write 500MB/],
    ['an unknown answer', 'answer: { q: q }', /"q" is no column of the predictions that evaluate names/],
  ])('refuses %s', async (_, lines, message) => {
    const base = ['start: exec node serve.mjs', 'request: { path: / }', 'answer: p'];
    const own = lines.split(':')[0]!;
    const spec = [...base.filter((line) => !line.startsWith(`${own}:`)), lines].join('\n  ');
    await expect(project.gate(`serving:\n  ${spec}`)).rejects.toThrow(message);
  });

  it("serves the example's model, and catches the serving that was changed", async () => {
    const folder = join(project.folder, 'flights');
    const example = join(process.cwd(), 'examples/flight-delays');
    const airports = ['ORD', 'LGA', 'SFO', 'DFW', 'ATL', 'BOS', 'DEN', 'SEA'];
    const flights = (count: number, common: number) =>
      Array.from({ length: count }, (_, i) => {
        // Most flights take one of few routes; the others are rare.
        const [from, to] = i % 10 < common ? [i % 3, 3] : [(i * 7) % 8, (i * 5 + 1) % 8];
        const minute = (i * 7919) % 1440;
        const late = (i * 104_729) % 997 < (minute > 900 ? 420 : 150) ? 1 : 0;
        const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;
        return `2001-01-${String((i % 28) + 1).padStart(2, '0')} ${time},${300 + ((i * 31) % 900)},${airports[from]},${airports[to]},${late}`;
      });
    const csv = (lines: string[]) => ['date,distance,origin,destination,delayed', ...lines, ''].join('\n');
    const spec = `name: flight-delay
task: binary-classification
data: { contract: c.yaml, train: train.csv, holdout: holdout.csv }
train: { run: node train.mjs }
evaluate:
  run: node predict.mjs
  label: delayed
  score: p_delayed
  gates: [{ metric: roc_auc, min: 0.501 }]
  serving:
    start: exec node "$MLOPS_MODEL_DIR/serve.mjs"
    ready: /healthz
    request: { path: /predict }
    answer: p_delayed
release: { files: [model.json, '*.mjs'] }
`;
    const of = async (change: string | undefined, features: string) => {
      for (const name of await readdir(example)) {
        if (name.endsWith('.mjs')) await cp(join(example, name), join(folder, name));
      }
      if (change !== undefined) {
        for (const name of ['serve.mjs', 'features.mjs']) {
          await cp(join(example, 'changes', change, name), join(folder, name));
        }
      }
      await project.write({
        'flights/train.csv': csv(flights(3000, 8)),
        'flights/holdout.csv': csv(flights(400, 5)),
        'flights/model.yml': spec,
      });
      const { status, stderr } = spawnSync(process.execPath, ['train.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          MLOPS_MODEL_DIR: join(folder, 'model'),
          MLOPS_TRAIN_DATA: join(folder, 'train.csv'),
          MLOPS_PARAMS: JSON.stringify({
            features,
            rounds: 10,
            depth: 3,
            'learning-rate': 0.3,
            sample: 1,
            threshold: 0.25,
          }),
        },
      });
      expect([status, stderr]).toEqual([0, '']);
      const inputs = { model: 'flights/model.yml', candidate: 'flights/model' };
      return (await project.gate('', {}, { inputs })).decision.serving!;
    };
    const good = await of(undefined, 'hour weekday distance origin destination');
    expect(good).toMatchObject({ verdict: 'pass', requests: { sent: 300, failed: 0, differing: 0 } });
    const skewed = await of('3-skewed-serving', 'hour route');
    expect(skewed.verdict).toBe('fail');
    // Routes that are too rare to be in the table break the server, and not the batch.
    expect(skewed.requests.failed).toBeGreaterThan(30);
    expect(skewed.witnesses[0]!.answered).toContain('it answered 500');
  });

  it('asks about rows again where there are fewer than requests', async () => {
    const { decision } = await project.gate(serving('requests: 700\nconcurrency: 8'));
    expect(decision.serving!.requests).toEqual({ sent: 700, failed: 0, compared: rows, differing: 0 });
  });
});
