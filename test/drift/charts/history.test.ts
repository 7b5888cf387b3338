import * as fc from 'fast-check';
import { emptyHistory, mergeHistory, streamBefore } from '../../../src/drift/charts/history.js';
import { refHistoryStore } from '../../../src/drift/charts/store.js';
import type { NewPoint } from '../../../src/drift/performance/options.js';
import { emptyStream } from '../../../src/drift/performance/stream.js';
import { type Local, startLocal } from '../../github/local.js';

const at = (i: number): string => new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString();
const point = (series: string, i: number, value = i): NewPoint => ({
  series,
  title: series,
  point: { key: `run ${i}`, at: at(i), rows: 10, value },
});
const change = (run: number, points: readonly NewPoint[]) => ({ points, streams: {}, run: String(run) });

describe('the history of drift checks', () => {
  const empty = emptyHistory('m', 'inputs');

  it('takes a point once, however often and in whatever order it comes', () => {
    const points = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(30)), { maxLength: 30 });
    fc.assert(
      fc.property(points, (list) => {
        const merge = (order: typeof list) =>
          order.reduce((history, [name, i]) => mergeHistory(history, change(i, [point(name, i)])), empty);
        const once = merge(list);
        const again = merge([...list, ...list]);
        const back = merge([...list].reverse());
        const pointsOf = (history: typeof once) =>
          Object.fromEntries(history.series.map(({ name, points: own }) => [name, own]));
        expect(pointsOf(again)).toEqual(pointsOf(once));
        expect(pointsOf(back)).toEqual(pointsOf(once));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the newest points, and stays below a size', () => {
    let history = empty;
    for (let i = 0; i < 500; i++) history = mergeHistory(history, change(i, [point('a', i)]));
    const [{ points }] = history.series as [(typeof history.series)[number]];
    expect(points).toHaveLength(400);
    expect(points.at(-1)!.value).toBe(499);
    const wide = mergeHistory(
      empty,
      change(
        1,
        Array.from({ length: 500 }, (_, i) => point(`s${i}`, 1)),
      ),
    );
    expect(wide.series).toHaveLength(200);
  });

  it('lets a second attempt begin where the first one began', () => {
    const [first, second] = [emptyStream('x', at(1)), emptyStream('x', at(2))];
    const once = mergeHistory(empty, { points: [], streams: { outcomes: first }, run: '1' });
    const twice = mergeHistory(once, { points: [], streams: { outcomes: second }, run: '2' });
    expect(streamBefore(once, 'outcomes', '1')).toBeUndefined();
    expect(streamBefore(twice, 'outcomes', '2')).toEqual(first);
    expect(streamBefore(twice, 'outcomes', '3')).toEqual(second);
    const repeated = mergeHistory(twice, { points: [], streams: { outcomes: second }, run: '2' });
    expect(repeated).toEqual(twice);
  });

  it('is not turned back by a run that another has overtaken', () => {
    const far = mergeHistory(empty, { points: [], streams: { s: emptyStream('x', at(9)) }, run: '2' });
    const late = mergeHistory(far, { points: [], streams: { s: emptyStream('x', at(3)) }, run: '1' });
    expect(late.streams).toEqual(far.streams);
    // Another model is another stream, wherever it stands.
    const other = mergeHistory(far, { points: [], streams: { s: emptyStream('y', at(3)) }, run: '1' });
    expect(other.streams[0]!.after.of).toBe('y');
  });
});

describe('the history as a ref', () => {
  let local: Local;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());

  it('holds what is put into it, for each model and scope by itself', async () => {
    const github = local.client();
    const store = refHistoryStore(github, 'm', 'region: eu/west');
    expect(await store.read()).toBeUndefined();
    const written = await store.update((history) => mergeHistory(history, change(1, [point('a', 1)])));
    expect(await store.read()).toEqual(written);
    expect(await refHistoryStore(github, 'm', 'inputs').read()).toBeUndefined();
  });

  it('loses no point of runs that write at the same time', async () => {
    const stores = [1, 2, 3].map(() => refHistoryStore(local.client(), 'm', 'inputs'));
    await Promise.all(
      stores.map((store, i) => store.update((history) => mergeHistory(history, change(i, [point('a', i)])))),
    );
    const history = await stores[0]!.read();
    expect(history!.series[0]!.points.map(({ key }) => key)).toEqual(['run 0', 'run 1', 'run 2']);
  });

  it('writes nothing when nothing is new', async () => {
    const github = local.client();
    const store = refHistoryStore(github, 'm', 'again');
    const merge = () => store.update((history) => mergeHistory(history, change(1, [point('a', 1)])));
    await merge();
    const tip = await github.refs.get('refs/mlops/history/m/again');
    await merge();
    expect(await github.refs.get('refs/mlops/history/m/again')).toEqual(tip);
  });

  it('refuses to replace what it cannot read', async () => {
    const github = local.client();
    const sha = await github.commits.create({
      message: 'Mine',
      files: { 'history.json': '{"kind":"other"}' },
    });
    await github.refs.create('refs/mlops/history/m/broken', sha);
    const store = refHistoryStore(github, 'm', 'broken');
    const message = /refs\/mlops\/history\/m\/broken does not hold the drift history of m \(broken\)/;
    await expect(store.read()).rejects.toThrow(message);
    const adding = store.update((history) => mergeHistory(history, change(1, [point('a', 1)])));
    await expect(adding).rejects.toThrow(message);
    expect((await github.refs.get('refs/mlops/history/m/broken'))!.sha).toBe(sha);
  });

  it('keeps the past when GitHub does not find the file for a moment', async () => {
    const github = local.client();
    const store = refHistoryStore(github, 'm', 'kept');
    const kept = await store.update((history) => mergeHistory(history, change(1, [point('a', 1)])));
    local.hub.faults.add({ operation: 'repos/get-content', how: { status: 404 } });
    await expect(store.read()).rejects.toThrow('does not hold the drift history');
    expect(await store.read()).toEqual(kept);
  });
});
