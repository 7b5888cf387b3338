import type { Engine } from '../../src/engine/engine.js';
import { readLabels } from '../../src/evaluation/labels.js';
import type { Task } from '../../src/evaluation/metrics/metric.js';
import * as v from 'valibot';
import { specSchema } from '../../src/spec/schema.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';

let place: Place;
let engine: Engine;
beforeAll(async () => {
  place = await openPlace();
  ({ engine } = place);
});
afterAll(() => place.close());

const at = (path: readonly (string | number)[]) => ({ file: `evaluate/${path.join('/')}` });
function read(
  text: string,
  evaluate: object = {},
  task: Task = 'binary-classification',
  more?: readonly string[] | 'all',
) {
  const spec = v.parse(specSchema, {
    ...{ name: 'm', task, data: { contract: 'c', train: 't', holdout: 'h' }, train: { run: 'x' } },
    evaluate: { run: 'x', label: 'y', score: 'p', gates: [{ metric: 'm', min: 1 }], ...evaluate },
  });
  return readLabels(engine, [place.write('h.csv', text)], task, spec.evaluate, at, more);
}
const rows = (...labels: readonly string[]) => `y,x\n${labels.map((y, i) => `${y},${i}\n`).join('')}`;

describe('the positive class', () => {
  it.each<[readonly string[], object, string]>([
    [['0', '1'], {}, '1'],
    [['1'], {}, '1'],
    [['0'], {}, '1'],
    [['false', 'true'], {}, 'true'],
    [['late', 'early'], { positive: 'late' }, 'late'],
    [['2', '1'], { positive: 2 }, '2'],
    [['early'], { positive: 'late' }, 'late'],
  ])('of the labels %j with %j is %s', async (labels, evaluate, positive) => {
    expect((await read(rows(...labels), evaluate)).positive).toBe(positive);
  });

  it.each<[readonly string[], object, string]>([
    [
      ['a', 'b', 'c'],
      {},
      'evaluate/label: column "y" has 3 labels (a, b, c), and a binary classifier knows two → check evaluate.label, or use task: multiclass-classification',
    ],
    [['a', 'b', 'c', 'd', 'e'], {}, 'has 5 labels (a, b, c, d, e), and'],
    [['a', 'b', 'c', 'd', 'e', 'f'], {}, 'has 6 labels (a, b, c, d, e, …), and'],
    [
      ['late', 'early'],
      { positive: 'lat' },
      'evaluate/positive: no row is labelled "lat", the positive class; the labels are early and late → did you mean "late"?',
    ],
    [['late', 'early'], { positive: 'zzzz' }, '→ use one of them'],
    [
      ['late', 'late'],
      {},
      'evaluate/label: every hold-out row is labelled "late", so that the positive class cannot be told → add evaluate.positive',
    ],
    [
      ['late', 'early'],
      {},
      'evaluate/label: which of the labels early and late is the positive class? → add evaluate.positive: early, or evaluate.positive: late',
    ],
    [['0', 'x'], {}, 'which of the labels 0 and x is the positive class?'],
  ])('of the labels %j with %j cannot be told', async (labels, evaluate, message) => {
    await expect(read(rows(...labels), evaluate)).rejects.toThrow(message);
  });
});

describe('labels', () => {
  it('are read with ids, and with more columns where these are asked for', async () => {
    const found = await read('k,y,x\na,1,5\nb,0,6\n', { id: 'k' });
    expect(found).toMatchObject({ rows: 2, ids: ['a', 'b'], texts: ['1', '0'] });
    expect([...found.columns.keys()].sort()).toEqual(['k', 'y']);
    expect([...(await read('k,y,x\na,1,5\n', {}, undefined, ['x'])).columns.keys()]).toEqual(['y', 'x']);
    expect([...(await read('k,y,x\na,1,5\n', {}, undefined, 'all')).columns.keys()]).toEqual(['k', 'y', 'x']);
  });

  it('are numbers of a regression and of a ranking', async () => {
    const regression = await read(rows('1.5', '-2'), { prediction: 'p', score: undefined }, 'regression');
    expect(regression.numbers).toEqual(Float64Array.of(1.5, -2));
    expect(regression).not.toHaveProperty('texts');
    await expect(read('y,q\n1,a\n-1,a\n-2,a\n', { query: 'q' }, 'ranking')).rejects.toThrow(
      /h\.csv:3: -1 in column "y" is no relevance \(and 1 more\) → write 0 for a document/,
    );
    expect((await read('y,q\n1,a\n0,b\n', { query: 'q' }, 'ranking')).queries).toEqual(Uint32Array.of(0, 1));
  });

  it.each<[string, object, Task, RegExp]>([
    [
      'y,x\n1,1\n,2\n,3\n',
      {},
      'binary-classification',
      /h\.csv:3: no label in column "y" \(and 1 more\) → every hold-out row needs its label/,
    ],
    [
      'y,x\n1,1\n,2\n',
      { prediction: 'p', score: undefined },
      'regression',
      /h\.csv:3: no label in column "y" →/,
    ],
    [
      'k,y\n,1\n,0\nb,0\n',
      { id: 'k' },
      'binary-classification',
      /h\.csv:2: no id in column "k" \(and 1 more\) →/,
    ],
    [
      'k,y\na,1\nb,0\na,0\na,1\n',
      { id: 'k' },
      'binary-classification',
      /h\.csv:4: id "a" is there already in line 2 \(and 1 more\) → an id must stand for one row/,
    ],
    ['y,x\n', {}, 'binary-classification', /the hold-out data have no rows|the file has no rows/],
    [
      'y,w\n1,2\n0,0\n',
      { 'sample-weight': 'w' },
      'binary-classification',
      /h\.csv:3: 0 in column "w" is no weight/,
    ],
    [
      'y,w\n1,2\n0,\n',
      { 'sample-weight': 'w' },
      'binary-classification',
      /h\.csv:3: nothing in column "w" is no weight/,
    ],
    [
      'y,g\n1,a\n0,\n',
      { group: 'g' },
      'binary-classification',
      /h\.csv:3: nothing in column "g" → say of every row/,
    ],
  ])('%j is refused with %j', async (text, evaluate, task, message) => {
    await expect(read(text, evaluate, task)).rejects.toThrow(message);
  });

  it('of a multiclass classifier are up to 1,000', async () => {
    const of = (n: number) =>
      read(rows(...Array.from({ length: n }, (_, i) => `c${i}`)), {}, 'multiclass-classification');
    expect((await of(1000)).texts).toHaveLength(1000);
    await expect(of(1001)).rejects.toThrow(
      'evaluate/label: column "y" has 1,001 different labels: these are no classes → check evaluate.label, or use task: regression',
    );
  });

  it('belong to weights and groups', async () => {
    const found = await read('y,w,g\n1,2,b\n0,0.5,a\n1,1,b\n', { 'sample-weight': 'w', group: 'g' });
    expect(found.weights).toEqual(Float64Array.of(2, 0.5, 1));
    expect(found.clusters).toEqual(Uint32Array.of(0, 1, 0));
  });
});
