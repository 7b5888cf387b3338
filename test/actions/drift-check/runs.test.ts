import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { profileFiles } from '../../../src/actions/drift-check/profile.js';
import { refHistoryStore } from '../../../src/drift/charts/store.js';
import type { Permissions } from '../../../src/rehearsal/types.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Local, all, startLocal } from '../../github/local.js';
import { normal, seeded } from '../../drift/profiles.js';
import { Project, duckdb, specOf } from './project.js';

const random = seeded(4);
const workflow = 'on: { workflow_dispatch: { inputs: { reason: { required: false } } } }\njobs: {}\n';
const rows = (price: number, seed = random): string =>
  `age,price\n${Array.from({ length: 2500 }, () => [0, price].map((shift) => Math.round(20 * (normal(seed) + shift))).join(',')).join('\n')}\n`;

describe('drift-check from run to run, on the local GitHub', () => {
  let local: Local;
  let project: Project;
  let runs: number;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());

  let models = 0;
  beforeEach(() => {
    runs = 1000 * ++models;
  });
  const open = (drift: string): void => {
    project = new Project(join(local.folder, `checkout-${models}`), join(local.folder, 'temp'), {
      'model.yml': specOf(drift).replace('name: late', `name: late-${models}`),
      'data/reference.csv': rows(0),
      'data/same.csv': rows(0),
      'data/moved.csv': rows(1),
    });
  };
  const check = (
    current: string,
    raw: Readonly<Record<string, string>> = {},
    permissions: Permissions = 'write-all',
    environment: Readonly<Record<string, string>> = {},
  ) =>
    project.check(
      ++runs,
      () => local.client({ permissions, attempts: 2 }),
      { reference: 'data/reference.csv', current: `data/${current}.csv`, ...raw },
      environment,
    );
  const issues = async () =>
    (await all(local.client().issues.list({ state: 'all' }))).filter(({ title }) =>
      title.includes(`late-${models} `),
    );

  it('raises an alarm in the second of three windows, by the history that it keeps', async () => {
    open('current: data/same.csv\nmultivariate: false\npolicy: { alarm: 2 of 3 }');
    const first = await check('moved');
    expect(first.outputs).toMatchObject({ verdict: 'fail', alarm: false });
    expect(first.result.alarm).toMatchObject({ raised: false, k: 2, n: 3, known: 0 });
    expect(await issues()).toEqual([]);
    expect(renderMarkdown(first.report!, { budget: 60_000 })).toContain('Not yet an alarm');
    // The same run again does not count twice.
    runs--;
    expect((await check('moved', { 'fail-on-drift': 'true' })).failure).toBeUndefined();
    expect((await check('same')).outputs).toMatchObject({ verdict: 'pass', alarm: false });
    const third = await check('moved', { 'fail-on-drift': 'true' });
    expect(third.outputs).toMatchObject({ verdict: 'fail', alarm: true });
    expect(third.failure).toBe('drift in price');
    expect((await issues()).map(({ state }) => state)).toEqual(['open']);
    expect((await check('same')).result.incident?.action).toBe('closed');
    const history = await refHistoryStore(local.client(), `late-${models}`, 'inputs').read();
    expect(history!.checks.map(({ verdict, findings }) => [verdict, findings])).toEqual([
      ['fail', ['column:price']],
      ['pass', []],
      ['fail', ['column:price']],
      ['pass', []],
    ]);
    expect(history!.series.map(({ name, points }) => [name, points.length])).toEqual([
      ['column:age', 4],
      ['column:price', 4],
    ]);
  });

  it('goes on without a past where it may not keep one, and says so', async () => {
    open('current: data/same.csv\nmultivariate: false');
    const reader: Permissions = { contents: 'read', issues: 'write', deployments: 'read', metadata: 'read' };
    const found = await check('moved', {}, reader);
    expect(found.failure).toBeUndefined();
    expect(found.outputs).toMatchObject({ verdict: 'fail', alarm: true });
    expect(found.result.unkept).toMatch(/contents: write/);
    expect(found.logger.text()).toContain('this check was not kept for the next ones');
    expect((await check('moved', { history: 'false' }, reader)).logger.text()).not.toContain('not kept');
    // An alarm that looks back would never come: that is an error, not a warning.
    project.write('model.yml', specOf('current: x.csv\nmultivariate: false\npolicy: { alarm: 2 of 2 }'));
    expect((await check('moved', {}, reader)).failure).toMatch(/looks back on 2 windows, .* not be kept/);
  });

  it('goes on when a section breaks: what the others found is told, and the step fails', async () => {
    open(
      'current: data/same.csv\nmultivariate: false\nskew: { training: none.csv, serving: data/same.csv, id: age }',
    );
    const found = await check('moved');
    expect(found.result.sections.map(({ name, state, verdict }) => [name, state, verdict])).toEqual([
      ['univariate', 'checked', 'fail'],
      ['skew', 'broken', null],
    ]);
    expect(found.failure).toMatch(/skew could not be checked: .*no file matches "none.csv"/);
    expect((await issues()).map(({ state }) => state)).toEqual(['open']);
    const well = await check('same');
    expect(well.outputs.verdict).toBe('inconclusive');
    // What is in the incident was in order; what broke was never in it.
    expect(well.result.incident?.action).toBe('closed');
  });

  it('writes its metrics, sends them, and calls the switch; neither can lose the result', async () => {
    open('current: data/same.csv\nmultivariate: false');
    const called: string[] = [];
    const server = createServer((request, response) => {
      called.push(`${request.method} ${request.url} ${request.headers['x-key'] ?? ''}`);
      request.resume();
      response.end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const inputs = { 'ping-url': `${base}/ping/secret`, issue: 'false', history: 'false' };
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hush' };
    const found = await check('moved', inputs, 'write-all', environment);
    expect(called).toEqual(['POST /v1/metrics hush', 'GET /ping/secret ']);
    expect(found.masked).toEqual(['hush', `${base}/ping/secret`]);
    const text = readFileSync(String(found.outputs.metrics), 'utf8');
    expect(text).toContain(
      `mlops_drift_column_alarm{model="late-${models}",scope="inputs",column="price"} 1`,
    );
    server.close();
    const gone = await check('moved', inputs, 'write-all', environment);
    expect(gone.outputs.verdict).toBe('fail');
    expect(gone.failure).toBeUndefined();
    expect(gone.logger.text()).toMatch(/the metrics were not sent: 127.0.0.1:\d+ cannot be reached/);
    expect(gone.logger.text()).toMatch(/could not be told that this check ran/);
    const wrong = await check('same', { ...inputs, 'otlp-endpoint': 'nowhere' });
    expect(wrong.logger.text()).toContain('the address for OpenTelemetry is not an http or https URL');
  });

  it('asks for retraining when the labels that came show harm, not when inputs changed', async () => {
    const files = { '.github/workflows/train.yml': workflow };
    await local.repo.commit({ branch: local.repo.defaultBranch, files, message: 'Train' });
    open(
      `current: data/same.csv
multivariate: false
retrain: { workflow: train.yml }
performance:
  predictions: data/predictions.csv
  labels: data/labels.csv
  id: id
  rules: [{ metric: log_loss, max: 0.6 }]`,
    );
    const scores = Array.from({ length: 2000 }, () => random());
    const lines = (header: string, value: (p: number) => unknown): string =>
      `${header}\n${scores.map((p, i) => `${i},${String(value(p))}`).join('\n')}\n`;
    project.write(
      'data/predictions.csv',
      lines('id,p', (p) => p.toFixed(4)),
    );
    project.write(
      'data/labels.csv',
      lines('id,late', (p) => (random() < p ? 1 : 0)),
    );
    const inputs = await check('moved');
    expect(inputs.result.sections.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['univariate', 'fail'],
      ['performance', 'pass'],
    ]);
    expect(inputs.result.retrain.reason).toBe('drift.policy asks for it on other findings than these');
    // The world turned: what was likely is not.
    project.write(
      'data/labels.csv',
      lines('id,late', (p) => (random() < p ? 0 : 1)),
    );
    const harm = await check('same');
    expect(harm.result.alarm.findings).toEqual([
      { of: 'section', name: 'performance', windows: 1, raised: true, response: 'retrain' },
    ]);
    expect(harm.outputs).toMatchObject({
      verdict: 'fail',
      'drifted-columns': '[]',
      'retrain-requested': true,
    });
    expect((await issues()).map(({ state, title }) => [state, title])).toEqual([
      ['open', `Drift of late-${models} (inputs): performance`],
    ]);
    const text = readFileSync(String(harm.outputs.metrics), 'utf8');
    expect(text).toMatch(/mlops_drift_performance\{[^}]*metric="log_loss",source="realised"[^}]*\} [12]\./);
    const history = await refHistoryStore(local.client(), `late-${models}`, 'inputs').read();
    expect(history!.series.map(({ name }) => name)).toContain('realised:log_loss');
  });

  it('starts a workflow that has no input for the reason, and says what is wrong with one that cannot be started', async () => {
    const dispatched: unknown[] = [];
    local.repo.onDispatch((dispatch) => void dispatched.push(dispatch));
    const files = {
      '.github/workflows/bare.yml': 'on: { workflow_dispatch: {} }\njobs: {}\n',
      '.github/workflows/push.yml': 'on: push\njobs: {}\n',
    };
    await local.repo.commit({ branch: local.repo.defaultBranch, files, message: 'Train' });
    open('current: data/same.csv\nmultivariate: false\nretrain: { workflow: bare.yml }');
    const found = await check('moved');
    expect(found.failure).toBeUndefined();
    expect(found.outputs['retrain-requested']).toBe(true);
    expect(found.logger.text()).toContain('bare.yml has no input "reason"');
    expect(dispatched).toHaveLength(1);
    runs = 1000 * ++models;
    open('current: data/same.csv\nmultivariate: false\nretrain: { workflow: push.yml }');
    const failed = await check('moved');
    expect(failed.failure).toContain('add on: { workflow_dispatch: { inputs: { reason:');
    expect(failed.failure).toContain('model.yml');
    // What was found is kept all the same.
    expect((await issues()).map(({ state }) => state)).toEqual(['open']);
  });

  it('looks at windows of time, and charts what each of them shows', async () => {
    open('current: data/same.csv\nmultivariate: false\nwindows: { time: at, every: 1d, last: 3 }');
    // 600 rows a day; on the last one prices are others.
    const days = (count: number, moved: boolean): string => {
      const lines = Array.from({ length: 600 * count }, (_, i) => {
        const day = Math.floor(i / 600);
        const price = Math.round(20 * (normal(random) + (moved && day === count - 1 ? 1 : 0)));
        return `${new Date(Date.UTC(2026, 0, 1 + day, i % 24)).toISOString()},${price}`;
      });
      return `at,price\n${lines.join('\n')}\n`;
    };
    project.write('data/reference.csv', days(10, false));
    project.write('data/days.csv', days(4, true));
    const found = await check('days');
    expect(found.result.windows!.windows.map(({ plain }) => plain.drifted)).toEqual([[], [], ['price']]);
    expect(found.result.sections.find(({ name }) => name === 'windows')).toMatchObject({ verdict: 'fail' });
    const history = await refHistoryStore(local.client(), `late-${models}`, 'inputs').read();
    const charted = history!.series.map(({ name, points }) => [name, points.length]);
    expect(charted).toContainEqual(['window:price', 3]);
    expect(charted).not.toContainEqual(['column:price', 1]);
    // Without the reference's rows there is nothing to match a season with: said, not silently left out.
    project.write(
      'data/profile.json',
      JSON.stringify(
        await profileFiles(
          [join(project.folder, 'data/reference.csv')],
          {},
          {
            duckdb,
            run: { temp: join(local.folder, 'temp') } as Dependencies['run'],
            signal: new AbortController().signal,
          },
        ),
      ),
    );
    const profiled = await check('days', { reference: 'data/profile.json' });
    expect(profiled.result.sections.find(({ name }) => name === 'windows')).toMatchObject({
      state: 'not-run',
    });
  });

  it('ends the same when it is cut off at any request and started again', async () => {
    const drift = 'current: data/same.csv\nmultivariate: false\nretrain: { workflow: train.yml }';
    const files = { '.github/workflows/train.yml': workflow };
    await local.repo.commit({ branch: local.repo.defaultBranch, files, message: 'Train' });
    const end = async () => {
      const [issue, ...more] = await issues();
      const history = await refHistoryStore(local.client(), `late-${models}`, 'inputs').read();
      return {
        more: more.length,
        state: issue?.state,
        asked: issue?.body.includes('"status":"asked"'),
        comments: issue === undefined ? 0 : (await all(local.client().issues.comments(issue.number))).length,
        checks: history?.checks.map(({ run, findings }) => [Number(run) % 1000, findings]),
        points: history?.series.map(({ points }) => points.length),
      };
    };
    open(drift);
    const from = local.hub.requests.length;
    await check('moved');
    const operations = local.hub.requests.length - from;
    const expected = await end();
    expect(expected).toMatchObject({ more: 0, state: 'open', asked: true, checks: [[1, ['column:price']]] });
    for (let skip = 0; skip < operations; skip += 3) {
      runs = 1000 * ++models;
      open(drift);
      local.hub.faults.add({
        operation: '*',
        skip,
        count: 1e6,
        how: { drop: true },
        when: skip % 2 === 0 ? 'after' : 'before',
      });
      await check('moved').catch(() => undefined);
      local.hub.faults.clear();
      runs--;
      await check('moved');
      expect({ skip, ...(await end()) }).toEqual({ skip, ...expected });
    }
  });
});
