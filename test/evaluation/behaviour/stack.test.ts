import type { BehaviourOptions } from '../../../src/evaluation/behaviour/behaviour.js';
import { sampleOf } from '../../../src/evaluation/behaviour/draw.js';
import { type Variant, predictVariants } from '../../../src/evaluation/behaviour/stack.js';
import type { MultilabelRows, RankingRows } from '../../../src/evaluation/rows.js';
import { type Bench, type Row, openBench } from './model.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const variant = (rows: readonly number[], changed: Variant['changed'] = new Map()): Variant => ({
  ...{ rows: Uint32Array.from(rows), changed },
});
const ask = async (options: BehaviourOptions, ...variants: readonly Variant[]) => {
  const { sample } = await sampleOf(30, options);
  return predictVariants('test', sample, variants, options);
};
const f64 = (...values: readonly number[]) => Float64Array.from(values);

describe('copies of rows', () => {
  it('keep the labels, weights and groups of the rows that they are of', async () => {
    const rows: Row[] = [0, 1, 2].map((i) => ({
      ...{ x: String(i), y: String(i % 2), w: String(i + 1), g: `g${i % 2}` },
    }));
    const evaluate = { 'sample-weight': 'w', group: 'g' };
    const options = await bench.options(rows, ({ x }) => ({ p: Number(x) / 10 }), { evaluate });
    const [first, second] = await ask(
      options,
      variant([2, 0]),
      variant([1, 1, 2], new Map([[0, ['7', '8', '9']]])),
    );
    expect(first).toEqual({
      ...{ task: 'binary-classification', labels: Uint8Array.of(0, 0), scores: f64(0.2, 0) },
      ...{ predicted: Uint8Array.of(0, 0), weights: f64(3, 1), clusters: Uint32Array.of(0, 0) },
    });
    expect(second).toEqual({
      ...{ task: 'binary-classification', labels: Uint8Array.of(1, 1, 0), scores: f64(0.7, 0.8, 0.9) },
      ...{ predicted: Uint8Array.of(1, 1, 1), weights: f64(2, 2, 3), clusters: Uint32Array.of(1, 1, 0) },
    });
    expect(bench.asked.map(({ x, g }) => `${x}${g}`)).toEqual(['2g0', '0g0', '7g1', '8g1', '9g0']);
  });

  it('keep all labels of a classifier of several classes', async () => {
    const rows: Row[] = ['100', '010', '001', '111'].map((bits, i) => ({
      ...{ x: String(i), ya: bits[0]!, yb: bits[1]!, yc: bits[2]! },
    }));
    const evaluate = {
      ...{ label: undefined, labels: { a: 'ya', b: 'yb', c: 'yc' } },
      score: { a: 'pa', b: 'pb', c: 'pc' },
    };
    const options = await bench.options(rows, () => ({ pa: 0.9, pb: 0.1, pc: 0.2 }), {
      ...{ task: 'multilabel-classification', evaluate },
    });
    const [found] = (await ask(options, variant([3, 1, 0]))) as MultilabelRows[];
    expect([...found!.labels].join('')).toBe('111010100');
    expect([...found!.predicted].join('')).toBe('100100100');
  });

  it('keep the relevance and the query of a document', async () => {
    const rows: Row[] = [0, 1, 2].map((i) => ({ ...{ x: String(i), y: String(i * 2), q: `q${i >> 1}` } }));
    const options = await bench.options(rows, ({ x }) => ({ p: Number(x) }), {
      task: 'ranking',
      evaluate: { query: 'q' },
    });
    const [found] = (await ask(options, variant([2, 0, 1]))) as RankingRows[];
    expect(found!.relevance).toEqual(f64(4, 0, 2));
    expect(found!.queries).toEqual(Uint32Array.of(1, 0, 0));
    expect(found!.scores).toEqual(f64(2, 0, 1));
  });

  it('keep the number of a regression', async () => {
    const rows: Row[] = [0, 1].map((i) => ({ x: String(i), y: String(i + 0.5) }));
    const options = await bench.options(rows, ({ x }) => ({ p: Number(x) }), {
      ...{ task: 'regression', evaluate: { score: undefined, prediction: 'p' } },
    });
    const [found] = await ask(options, variant([1, 1, 0]));
    expect(found).toMatchObject({ targets: f64(1.5, 1.5, 0.5), predicted: f64(1, 1, 0) });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['whole numbers go on after the largest', ['7', '12', '0'], ['12', '7', '13', '14', '0']],
    ['texts get an end', ['a', 'b', 'b.1'], ['b', 'a', 'b.2', 'a.3', 'b.1']],
  ])('have ids of their own: %s', async (_, ids, expected) => {
    const rows: Row[] = ids.map((k, i) => ({ k, y: String(i % 2) }));
    const options = await bench.options(rows, ({ k }) => ({ k: k!, p: 0.5 }), { evaluate: { id: 'k' } });
    await ask(options, variant([1, 0]), variant([1, 0, 2]));
    expect(bench.asked.map(({ k }) => k)).toEqual(expected);
  });

  it('are up to three million', async () => {
    const options = await bench.options([{ x: '1', y: '1' }], () => ({ p: 0.5 }));
    const predict = () => Promise.reject(new Error('asked'));
    const many = (rows: number) =>
      ask({ ...options, predict }, { rows: new Uint32Array(rows), changed: new Map() });
    await expect(many(3_000_001)).rejects.toThrow(
      'model.yml/test: test would ask the model about 3,000,001 rows, and more than 3,000,000 are not → sample fewer rows, or look at fewer columns',
    );
  });

  it('are named by their line in the file that was written', async () => {
    const rows: Row[] = [0, 1, 2].map((i) => ({ x: String(i), y: String(i % 2) }));
    const options = await bench.options(rows, ({ x }) => ({ p: x === '9' ? 7 : 0.5 }));
    await expect(ask(options, variant([0, 1]), variant([2], new Map([[0, ['9']]])))).rejects.toThrow(
      /test-predictions\.csv:4: 7 in column "p" is no probability/,
    );
  });
});
