import { type Place } from '../../common/errors.js';
import type { Logger } from '../../common/logger.js';
import { plural } from '../../common/text.js';
import { worst } from '../../common/verdict.js';
import type { Engine } from '../../engine/engine.js';
import type { ServingRecord } from '../../formats/decision-serving.js';
import { seededRandom } from '../../statistics/random.js';
import type { ServingSpec } from '../../spec/sections/evaluate-serving.js';
import { hiddenColumns } from '../behaviour/behaviour.js';
import { drawPlaces } from '../behaviour/draw.js';
import { type Sample, readSample, shapeOf } from '../behaviour/sample.js';
import { columnPlace } from '../behaviour/tested.js';
import type { EvaluateSpec, Labels } from '../labels.js';
import type { Task } from '../metrics/metric.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import { type HttpAnswer, sendAll } from './client.js';
import { compareAnswers } from './compare.js';
import { expectedAnswers } from './expected.js';
import { type Measured, budgetChecks, latencyOf, notReadyChecks, shareCheck } from './judge.js';
import { type Server, startServer } from './server.js';
import { type JsonRow, jsonValue, refuseLostBody, requestMaker } from './template.js';

export interface ServingOptions {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly task: Task;
  readonly evaluate: EvaluateSpec;
  /** The model's predictions of all hold-out rows. */
  readonly rows: EvaluationRows;
  at(path: readonly (string | number)[]): Place;
  /** Folder of model.yml, where the server starts. */
  readonly projectFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly confidence: number;
  readonly seed: number;
  /** Bytes of the files that are released. */
  readonly size: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Resident bytes of a process and its children. */
  memoryOf(pid: number): Promise<number>;
  /** How an answer of the server is shown: without secrets. */
  sanitize(text: string): string;
}

const memoryEvery = 100;

/**
 * Starts the model in its real server, asks it about hold-out rows, and holds its answers against the batch
 * predictions and what it needs against budgets. The server is stopped whatever happens.
 * @throws UserError for a request or an answer that does not fit the data
 */
export async function checkServing(spec: ServingSpec, options: ServingOptions): Promise<ServingRecord> {
  const { labels, evaluate, rows, logger, signal, seed, size, confidence } = options;
  const at = (path: readonly (string | number)[]): Place => options.at(['serving', ...path]);
  refuseLostBody(spec.request, at(['request']));
  const positive = labels.positive ?? '1';
  const other = labels.texts?.find((text) => text !== positive) ?? `not ${positive}`;
  const expected = expectedAnswers(spec.answer, rows, evaluate, [positive, other], at(['answer']));
  const { sample, jsonRows, columns } = await rowsToAsk(spec, options, at);
  const make = requestMaker(spec.request, columns, (path) => at(['request', ...path]));
  const requestOf = (i: number): ReturnType<typeof make> => make(jsonRows[i % jsonRows.length]!);

  return logger.group(`Serve the model: ${spec.start}`, async () => {
    const server = await startServer({
      command: spec.start,
      stopCommand: spec.stop,
      cwd: options.projectFolder,
      environment: options.environment,
      ready: spec.ready,
      readyWithin: spec['ready-within'],
      logger,
      signal,
    });
    const common = { concurrency: spec.concurrency, size, seed };
    if ('why' in server) {
      const checks = notReadyChecks(server.why, spec, size);
      return {
        ...common,
        verdict: 'fail' as const,
        checks,
        requests: { sent: 0, failed: 0, compared: 0, differing: 0 },
        latency: null,
        startMs: null,
        memory: null,
        witnesses: [],
      };
    }
    try {
      const { answers, memory } = await underLoad(server, spec, options, requestOf);
      const judged = await compareAnswers(answers, sample, expected, spec, options);
      const latency = latencyOf(
        answers.map(({ ms }) => ms),
        confidence,
      );
      const measured: Measured = { latency, startMs: server.startMs, memory, size, requests: answers.length };
      const distinct = Math.min(answers.length, sample.places.length);
      const design = takeRows(rows, sample.places.subarray(0, distinct));
      const checks = [
        {
          check: 'ready' as const,
          found: null,
          limit: null,
          verdict: 'pass' as const,
          reason: 'The server started and was ready',
        },
        shareCheck(
          'failed',
          judged.failed,
          {},
          spec['max-failed'],
          confidence,
          cutShort(answers, spec, server),
        ),
        shareCheck(
          'mismatch',
          judged.differing,
          takeRows(design, judged.comparedPlaces),
          spec['max-mismatch'],
          confidence,
        ),
        ...budgetChecks(measured, spec.budgets, confidence),
      ];
      const sum = (hits: Float64Array): number => hits.reduce((total, hit) => total + hit, 0);
      return {
        ...common,
        verdict: worst(checks.map(({ verdict }) => verdict)),
        checks,
        requests: {
          sent: answers.length,
          failed: sum(judged.failed),
          compared: judged.differing.length,
          differing: sum(judged.differing),
        },
        latency,
        startMs: server.startMs,
        memory,
        witnesses: judged.witnesses,
      };
    } finally {
      await server.stop();
    }
  });
}

/** Rows drawn from the hold-out data, as requests hold them. */
async function rowsToAsk(
  spec: ServingSpec,
  options: ServingOptions,
  at: (path: readonly (string | number)[]) => Place,
): Promise<{ sample: Sample; jsonRows: JsonRow[]; columns: readonly string[] }> {
  const { engine, labels, seed } = options;
  const places = drawPlaces(labels.rows, spec.requests, seededRandom(seed));
  const shape = await shapeOf(engine, labels.table);
  const sample = await readSample(engine, labels.table, shape, places);
  const hidden = hiddenColumns(options);
  const columns =
    spec.request.columns ?? shape.columns.map(({ name }) => name).filter((name) => !hidden.includes(name));
  const of = columns.map((name) => columnPlace(sample, name, at(['request', 'columns'])));
  const jsonRows = Array.from(places, (_, i) =>
    Object.fromEntries(
      of.map((c, k) => [columns[k]!, jsonValue(sample.values[c]![i]!, shape.columns[c]!.type, shape.format)]),
    ),
  );
  return { sample, jsonRows, columns };
}

/** Warms the server up, then sends the requests that count, and looks at its memory meanwhile. */
async function underLoad(
  server: Server,
  spec: ServingSpec,
  { signal, memoryOf }: ServingOptions,
  requestOf: (i: number) => Parameters<typeof sendAll>[0]['requests'][number],
): Promise<{ answers: HttpAnswer[]; memory: number | null }> {
  const load = {
    port: server.port,
    concurrency: spec.concurrency,
    timeout: spec.timeout,
    timeLimit: spec['time-limit'],
    signal,
  };
  const list = (count: number): ReturnType<typeof requestOf>[] =>
    Array.from({ length: count }, (_, i) => requestOf(i));
  let memory = 0;
  let looking: Promise<void> | undefined;
  const look = (): void => {
    looking ??= memoryOf(server.pid)
      .then(
        (bytes) => void (memory = Math.max(memory, bytes)),
        () => undefined,
      )
      .finally(() => (looking = undefined));
  };
  const timer = setInterval(look, memoryEvery);
  try {
    if (spec['warm-up'] > 0) await sendAll({ ...load, requests: list(spec['warm-up']) });
    const answers = await sendAll({ ...load, requests: list(spec.requests) });
    if (answers.some(({ status }) => status === undefined)) await server.waitForEnd(2000);
    if (server.ended() === undefined) look();
    await looking;
    return { answers, memory: memory > 0 ? memory : null };
  } finally {
    clearInterval(timer);
  }
}

function cutShort(answers: readonly HttpAnswer[], spec: ServingSpec, server: Server): string {
  const ended = server.ended();
  if (ended !== undefined) return '; the server ended while it was asked';
  if (answers.length === spec.requests) return '';
  return `; the time was over after ${answers.length} of ${plural(spec.requests, 'request')}`;
}
