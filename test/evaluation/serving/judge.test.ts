import {
  budgetChecks,
  duration,
  latencyOf,
  notReadyChecks,
  shareCheck,
} from '../../../src/evaluation/serving/judge.js';
import { compareAnswers } from '../../../src/evaluation/serving/compare.js';
import type { HttpAnswer } from '../../../src/evaluation/serving/client.js';
import type { Labels } from '../../../src/evaluation/labels.js';
import type { Sample } from '../../../src/evaluation/behaviour/sample.js';
import { refuseLostBody, requestMaker } from '../../../src/evaluation/serving/template.js';
import type { ServingSpec } from '../../../src/spec/sections/evaluate-serving.js';

const times = Array.from({ length: 300 }, (_, i) => i + 1);
const measured = (change: object = {}) => ({
  ...{ latency: latencyOf(times, 0.95), startMs: 900, memory: 5e6, size: 100, requests: 300 },
  ...change,
});
const check = (budgets: object, change: object = {}) => budgetChecks(measured(change), budgets, 0.95)[0]!;

describe('a budget of latency', () => {
  it('is held where the upper bound is within it', () => {
    const { upper } = measured().latency!.p50;
    expect(check({ p50: upper })).toMatchObject({
      ...{ check: 'p50', limit: upper, verdict: 'pass' },
      reason: `The 50th percentile of 300 requests was measured as 150 ms, at most ${upper} ms with 95 % confidence; ${upper} ms is allowed`,
    });
    expect(check({ p50: upper! - 0.5 }).verdict).toBe('inconclusive');
  });

  it('is broken where the lower bound is beyond it', () => {
    const { lower } = measured().latency!.p50;
    expect(check({ p50: lower! - 1 })).toMatchObject({
      verdict: 'fail',
      reason: `The 50th percentile of 300 requests was measured as 150 ms, at least ${lower} ms with 95 % confidence; ${lower! - 1} ms is allowed`,
    });
    expect(check({ p50: lower }).verdict).toBe('inconclusive');
  });

  it('is open in between, or where requests are too few to bound it', () => {
    const { lower, upper } = measured().latency!.p50;
    expect(check({ p50: 150 }).reason).toBe(
      `The 50th percentile of 300 requests was measured as 150 ms; 150 ms is allowed, which these requests cannot settle: it is between ${lower} ms and ${upper} ms (each bound with 95 % confidence)`,
    );
    const few = check({ p99: 9 }, { latency: latencyOf([1, 2, 3], 0.95), requests: 3 });
    // Of 298 draws, the largest is above the 99th percentile: 1 − 0.99^299 ≥ 0.95 (Wilks 1941).
    expect(few).toMatchObject({
      verdict: 'inconclusive',
      reason:
        'The 99th percentile of 3 requests was measured as 3 ms; 9 ms is allowed, so few requests cannot bound it, 299 would',
    });
    expect(check({ p50: 2.5 }, { latency: latencyOf([1, 2, 3, 4, 5], 0.95), requests: 5 }).reason).toMatch(
      /it is between 1 ms and 5 ms|it is between 0 ms and/,
    );
  });

  it('is open where no request was timed', () => {
    expect(latencyOf([], 0.95)).toBeNull();
    expect(check({ p95: 10 }, { latency: null })).toEqual({
      ...{ check: 'p95', found: null, limit: 10, verdict: 'inconclusive' },
      reason: 'No request was timed; 10 ms is allowed',
    });
  });
});

describe('other budgets', () => {
  it('are held to what was measured once, or is known', () => {
    expect(check({ start: 900 })).toEqual({
      ...{ check: 'start', found: { value: 900, lower: null, upper: null }, limit: 900, verdict: 'pass' },
      reason: 'The server took to be ready 900 ms, measured once; 900 ms is allowed',
    });
    expect(check({ start: 899 }).verdict).toBe('fail');
    expect(check({ memory: 4e6 })).toMatchObject({
      verdict: 'fail',
      reason: 'The server held in memory, at most, 5 MB, measured once; 4 MB is allowed',
    });
    expect(check({ size: 100 })).toMatchObject({
      ...{ found: { value: 100, lower: 100, upper: 100 }, verdict: 'pass' },
      reason: 'The released files have 100 B; 100 B is allowed',
    });
    expect(check({ memory: 1e9 }, { memory: null })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'The server held in memory, at most, what could not be measured; 1 GB is allowed',
    });
  });

  it('are checked only where they are set, in one order', () => {
    const budgets = { size: 1, memory: 1, start: 1, p99: 1, p95: 1, p50: 1 };
    expect(budgetChecks(measured(), budgets, 0.95).map((one) => one.check)).toEqual([
      ...['p50', 'p95', 'p99', 'start', 'memory', 'size'],
    ]);
    expect(budgetChecks(measured(), {}, 0.95)).toEqual([]);
  });

  it('are the size alone of a server that did not come up', () => {
    const spec = (budgets: object) => ({ budgets }) as ServingSpec;
    const [ready, ...none] = notReadyChecks('it took no connection', spec({ p50: 1 }), 7);
    expect(ready).toEqual({
      ...{ check: 'ready', found: null, limit: null, verdict: 'fail' },
      reason: 'The server did not come up: it took no connection. Its last lines are in the log',
    });
    expect(none).toEqual([]);
    expect(notReadyChecks('x', spec({ size: 8 }), 7)[1]).toMatchObject({ check: 'size', verdict: 'pass' });
  });

  it('show times below 100 ms with three digits', () => {
    expect([0.12345, 99.94, 100.4, 61_000].map(duration)).toEqual([
      '0.123 ms',
      '99.9 ms',
      '100 ms',
      '1 min 1 s',
    ]);
  });
});

describe('a share of requests', () => {
  it('is judged as other shares are', () => {
    const hits = new Float64Array(200);
    expect(shareCheck('failed', hits, {}, 0.05, 0.95, '; more')).toMatchObject({
      ...{ check: 'failed', limit: 0.05, verdict: 'pass' },
      reason: expect.stringMatching(
        /^The server fails in 0 % of 200 requests, at most 1\.5 % with .* is allowed; more$/,
      ),
    });
    hits.fill(1, 0, 50);
    expect(shareCheck('mismatch', hits, {}, 0.05, 0.95)).toMatchObject({
      ...{ verdict: 'fail', found: { value: 0.25 } },
      reason: expect.stringMatching(
        /^The server answers otherwise than the batch in 25 % of 200 rows, at least/,
      ),
    });
  });

  it('is open where there is none', () => {
    const none = (check: 'failed' | 'mismatch') =>
      shareCheck(check, new Float64Array(0), {}, 0.05, 0.95, ': why');
    expect(none('failed')).toEqual({
      ...{
        check: 'failed',
        found: null,
        limit: 0.05,
        verdict: 'inconclusive',
        reason: 'No request was sent: why',
      },
    });
    expect(none('mismatch').reason).toBe('No answer could be compared with the batch predictions: why');
  });
});

describe('answers beside the batch predictions', () => {
  const table = {
    tables: [
      {
        file: '/p/h.csv',
        rows: 9,
        linesOf: (rows: readonly number[]) => Promise.resolve(rows.map((row) => row + 2)),
      },
    ],
  };
  const shown = {
    labels: { table } as unknown as Labels,
    projectFolder: '/p',
    sanitize: (text: string) => text.replace('secret', '***'),
  };
  const expected = [
    { column: 'p', place: 'p', numbers: Float64Array.of(0, 0.5, 0.25, 0.75) },
    { column: 'k', place: 'k', classes: ['z', 'a', 'b', 'a'] },
  ];
  const sample = { places: Uint32Array.of(1, 2, 3) } as Sample;
  const ok = (text: string): HttpAnswer => ({ status: 200, text, ms: 1 });
  const compare = async (...answers: readonly HttpAnswer[]) => {
    const spec = { tolerance: 0.01 } as ServingSpec;
    const found = await compareAnswers(answers, sample, expected, spec, shown);
    const { failed, differing, comparedPlaces, witnesses } = found;
    return { failed: [...failed], differing: [...differing], places: [...comparedPlaces], witnesses };
  };

  it('are right within the tolerance', async () => {
    expect(
      await compare(ok('{"p":0.5,"k":"a"}'), ok('{"p":0.259,"k":"b"}'), ok('{"p":0.75,"k":"a"}')),
    ).toEqual({
      ...{ failed: [0, 0, 0], differing: [0, 0, 0], places: [0, 1, 2], witnesses: [] },
    });
  });

  it('are told where they are others', async () => {
    const { differing, witnesses } = await compare(ok('{"p":0.5,"k":"b"}'), ok('{"p":0.123456789,"k":"b"}'));
    expect(differing).toEqual([1, 1]);
    expect(witnesses).toEqual([
      { place: 'h.csv:3', expected: '0.5, a', answered: '0.5, "b"' },
      { place: 'h.csv:4', expected: '0.25, b', answered: '0.12345679, "b"' },
    ]);
  });

  it('fail where they are none, and are not compared', async () => {
    const answers = [
      { failure: 'it did not answer', ms: 1 },
      { status: 500, text: 'a secret', ms: 1 },
      { status: 199, ms: 1 },
    ];
    const found = await compare(...answers);
    expect(found).toMatchObject({ failed: [1, 1, 1], differing: [], places: [] });
    expect(found.witnesses.map(({ answered }) => answered)).toEqual([
      ...['it did not answer', 'it answered 500: a ***', 'it answered 199: '],
    ]);
    const more = await compare({ status: 300, text: 'x', ms: 1 }, ok('no'), ok('{"p":1}'));
    expect(more.failed).toEqual([1, 1, 1]);
    expect(more.witnesses.map(({ answered }) => answered)).toEqual([
      ...['it answered 300: x', 'its answer is no JSON: no', 'its answer has nothing at k: {"p":1}'],
    ]);
    expect((await compare({ status: 299, text: '{"p":0.5,"k":"a"}', ms: 1 })).failed).toEqual([0]);
  });

  it('count once where a row is asked about again, and fail each time', async () => {
    const right = ok('{"p":0.5,"k":"a"}');
    const found = await compare(
      right,
      ok('{"p":0.25,"k":"b"}'),
      ok('{"p":0.75,"k":"a"}'),
      ok('{"p":9,"k":"a"}'),
      ok('no'),
    );
    expect(found).toMatchObject({ failed: [0, 0, 0, 0, 1], differing: [0, 0, 0], places: [0, 1, 2] });
    expect(found.witnesses.map(({ place }) => place)).toEqual(['h.csv:4']);
  });

  it('are shown five times', async () => {
    const found = await compare(...Array.from({ length: 8 }, () => ok('no')));
    expect(found.witnesses).toHaveLength(5);
  });
});

describe('a request', () => {
  const request = (change: object = {}) => ({
    ...{ path: '/predict', method: 'POST' as const, headers: {}, body: '$row' as unknown, ...change },
  });
  const at = (path: readonly (string | number)[]) => ({ file: path.join('/') });

  it('names only columns that go into it', () => {
    const make = (change: object) => () => requestMaker(request(change), ['x', 'age'], at);
    expect(make({ path: '/p/${agee}' })).toThrow(
      'path: no column "agee" goes into the request → did you mean "age"?',
    );
    expect(make({ body: { a: [{ b: '${zzzzz} ${x}' }] } })).toThrow(
      'body: no column "zzzzz" goes into the request → there are x, age',
    );
    expect(make({ body: { a: '${x}', n: 5, z: null } })).not.toThrow();
  });

  it('of the method GET has a path that names a column', () => {
    const refuse = (change: object) => () => refuseLostBody(request(change), { file: 'model.yml' });
    const message =
      'model.yml: a GET request has no body, and its path names no column → write path: /predict?x=${x}, or method: POST';
    expect(refuse({ method: 'GET' })).toThrow(message);
    expect(refuse({ method: 'GET', path: '/p/${x}', body: { x: '${x}' } })).toThrow(message);
    expect(refuse({ method: 'GET', path: '/p/${x}' })).not.toThrow();
    expect(refuse({})).not.toThrow();
  });
});
