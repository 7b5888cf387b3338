import { spawnSync } from 'node:child_process';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metricNames, metricsOf } from '../../../src/drift/export/metrics.js';
import { otlpJson, otlpTarget, sendOtlp } from '../../../src/drift/export/otlp.js';
import { prometheusText } from '../../../src/drift/export/prometheus.js';
import type { Drift } from '../../../src/formats/drift.js';
import { many, normal, profileOf, seeded } from '../profiles.js';
import { resultOf } from '../results.js';

const random = seeded(3);
const evil = 'a"b\\c\nd{e="f"} 😀\ud83d';
const long = 'x'.repeat(300);
const values = (shift: number) => ({
  type: 'number' as const,
  values: many(3000, () => Math.round(20 * (normal(random) + shift))),
});
const profile = (shift: number) =>
  profileOf({ [evil]: values(shift), [`${long}1`]: values(0), [`${long}2`]: values(shift), calm: values(0) });
const rule = {
  ...{ metric: 'log_loss', title: 'log loss', better: 'lower' as const, rule: 'at most 0.47', limit: 0.47 },
  ...{ verdict: 'fail' as const, reason: '', reference: null, judged: null },
  current: { value: 0.52, lower: 0.5, upper: null, rows: 1000, method: 'student-t' },
};
const result: Drift = {
  ...resultOf(profile(0), profile(1), { random }),
  performance: {
    kind: 'drift-performance',
    schemaVersion: 1,
    verdict: 'fail',
    reasons: [],
    predictions: null,
    estimated: null,
    concept: null,
    realised: {
      verdict: 'fail',
      reasons: [],
      // The same rule twice makes no series twice.
      rules: [rule, rule],
      maturity: {
        ...{ predictions: 1200, until: null, mature: 1100, labelled: 1000, coverage: 0.91, minCoverage: 0.9 },
        ...{ labelledAlike: null, meanScore: null, unknownLabels: 0 },
      },
    },
  },
};
const text = prometheusText(metricsOf(result));

describe('the metrics of a drift check', () => {
  it('are what promtool takes without a word', () => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (promtool.error !== undefined) {
      process.stdout.write('skipped: promtool is not installed\n');
      return;
    }
    expect(`${promtool.stdout}${promtool.stderr}`).toBe('');
    expect(promtool.status).toBe(0);
  });

  it('are one line a point, whatever columns are called, and none is there twice', () => {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) {
      expect(line).toMatch(/^mlops_drift_[a-z_]+\{(?:[a-z]+="(?:[^"\\]|\\[\\"n])*",?)+\} -?[\d.e+-]+$/);
    }
    const series = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
    expect(lines.every((line) => line.length < 700)).toBe(true);
    const both = lines.filter((line) => line.startsWith('mlops_drift_column_alarm') && line.includes('xxxx'));
    expect(both.map((line) => line.at(-1)).sort()).toEqual(['0', '1']);
  });

  it('say what was found', () => {
    const value = (start: string): string =>
      text
        .split('\n')
        .find((line) => line.startsWith(start))!
        .split(' ')
        .at(-1)!;
    const own = 'model="late",scope="inputs"';
    expect(value(`mlops_drift_verdict{${own},section="all",verdict="fail"}`)).toBe('1');
    expect(value(`mlops_drift_verdict{${own},section="all",verdict="pass"}`)).toBe('0');
    expect(value(`mlops_drift_checked_timestamp_seconds{${own}}`)).toBe(
      String(Date.UTC(2026, 10, 21, 5, 17) / 1000),
    );
    expect(value(`mlops_drift_columns{${own},verdict="drift"}`)).toBe('2');
    expect(value('mlops_drift_performance{')).toBe('0.52');
    expect(value('mlops_drift_label_coverage')).toBe('0.91');
    expect(text).not.toContain('mlops_drift_performance_upper{');
  });

  it('have names that say their unit, and a sentence each', () => {
    for (const [name, help] of Object.entries(metricNames)) {
      expect(name).toMatch(/^mlops_drift_[a-z_]+$/);
      expect(help).toMatch(/^.{20,}\.$/);
    }
  });
});

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('sending them by OTLP', () => {
  let received: Received[];
  let answers: { status: number; body?: string; headers?: Record<string, string> }[];
  let server: ReturnType<typeof createServer>;
  let base: string;
  beforeEach(async () => {
    [received, answers] = [[], []];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        received.push({ path: request.url!, headers: request.headers, body });
        const { status, body: answer = '{}', headers = {} } = answers.shift() ?? { status: 200 };
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((done) => server.close(done)));

  const pauses: number[] = [];
  const send = (environment: Record<string, string>, endpoint?: string): Promise<string | undefined> =>
    sendOtlp(otlpTarget(endpoint, environment)!, otlpJson(metricsOf(result), new Date(result.checkedAt)), {
      pause: (ms) => Promise.resolve(void pauses.push(ms)),
      signal: new AbortController().signal,
    });

  it('takes address and headers from OpenTelemetry’s own variables', async () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${base}/otlp/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20abc%3D, x-scope=eu',
    };
    expect(await send(environment)).toBeUndefined();
    const [{ path, headers, body }] = received as [Received];
    expect(path).toBe('/otlp/v1/metrics');
    expect(headers).toMatchObject({
      authorization: 'Basic abc=',
      'x-scope': 'eu',
      'content-type': 'application/json',
    });
    const [resource] = (JSON.parse(body) as { resourceMetrics: object[] }).resourceMetrics;
    expect(resource).toMatchObject({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'mlops-actions' } }] },
      scopeMetrics: [{ metrics: expect.any(Array) as object[] }],
    });
    const sent = (
      resource as { scopeMetrics: { metrics: { name: string; gauge: { dataPoints: object[] } }[] }[] }
    ).scopeMetrics[0]!.metrics;
    // The same names and as many points as in the file.
    expect(sent.map(({ name }) => name)).toEqual(metricsOf(result).map(({ name }) => name));
    const points = sent.flatMap(({ gauge }) => gauge.dataPoints);
    expect(points).toHaveLength(text.split('\n').filter((line) => /^[a-z]/.test(line)).length);
    expect(points[0]).toMatchObject({ timeUnixNano: `${Date.parse(result.checkedAt)}000000` });
    await send({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${base}/as/it/is` });
    await send({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://nowhere' }, base);
    expect(received.slice(1).map((one) => one.path)).toEqual(['/as/it/is', '/v1/metrics']);
  });

  it('tries once more when the receiver is busy, and says what went wrong', async () => {
    answers = [{ status: 503 }];
    expect(await send({}, base)).toBeUndefined();
    expect(received).toHaveLength(2);
    answers = [{ status: 503 }, { status: 503 }];
    expect(await send({}, base)).toMatch(/^127\.0\.0\.1:\d+ answers 503$/);
    answers = [{ status: 401 }];
    expect(await send({}, base)).toMatch(/answers 401$/);
    expect(received).toHaveLength(5);
    answers = [{ status: 200, body: '{"partialSuccess":{"rejectedDataPoints":"3"}}' }];
    expect(await send({}, base)).toMatch(/refused 3 points$/);
  });

  it('carries its headers to no other address', async () => {
    answers = [{ status: 307, headers: { location: `${base}/elsewhere` } }];
    expect(await send({ OTEL_EXPORTER_OTLP_HEADERS: 'k=v' }, base)).toMatch(/answers 307$/);
    expect(received.map(({ path }) => path)).toEqual(['/v1/metrics']);
  });

  it('is told where and what is wrong, never the secret', () => {
    expect(otlpTarget(undefined, {})).toBeUndefined();
    expect(otlpTarget(undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeUndefined();
    expect(otlpTarget('http://a', { OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
    expect(() => otlpTarget('file:///etc/passwd', {})).toThrow(/not an http or https URL/);
    for (const headers of ['secret', 'a b=secret', 'a=%secret', '=secret', 'a=1,secret', 'a=sec%0Aret']) {
      const read = (): unknown => otlpTarget('http://a', { OTEL_EXPORTER_OTLP_HEADERS: headers });
      expect(read).toThrow(/is not name=value/);
      expect(read).not.toThrow(/sec/);
    }
  });
});
