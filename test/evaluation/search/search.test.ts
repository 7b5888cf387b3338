import fc from 'fast-check';
import { codeNumbers, codeTexts } from '../../../src/evaluation/search/code.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';
import { readSearch } from '../../../src/evaluation/search/rules.js';
import { searchSentences } from '../../../src/evaluation/search/sentences.js';
import { searchSlices } from '../../../src/evaluation/search/search.js';
import {
  type SearchColumn,
  cellsOf,
  meanOf,
  outside,
  restOf,
  sumsOf,
} from '../../../src/evaluation/search/sums.js';
import { readRules } from '../../../src/evaluation/rules.js';
import { type Random, seededRandom } from '../../../src/statistics/random.js';

const found = findMetric('accuracy', 'binary-classification');
if ('wrong' in found) throw new Error(found.wrong);
const { metric: accuracy } = found;

/** Columns of random values, and rows that are right as often as `right` says of their place. */
function world(n: number, random: Random, right: (value: (column: number) => number) => number) {
  const columns: SearchColumn[] = Array.from({ length: 6 }, (_, c) => ({
    column: `c${c}`,
    codes: Uint8Array.from({ length: n }, () => random.below(4 + c)),
    texts: Array.from({ length: 4 + c }, (__, v) => `v${v}`),
  }));
  const labels = Uint8Array.from({ length: n }, () => random.below(2));
  const predicted = labels.map((label, i) =>
    random.uniform() < right((c) => columns[c]!.codes[i]!) ? label : 1 - label,
  );
  const rows: BinaryRows = {
    task: 'binary-classification',
    labels,
    predicted,
    scores: Float64Array.from(predicted),
  };
  return { columns: { columns, leftOut: [] }, rows };
}

const options = {
  metric: accuracy,
  by: accuracy,
  minRows: 100,
  thresholds: { rest: null, champion: null },
  fail: false,
  confidence: 0.95,
  seed: 1,
};
const shown = (parts: readonly { column: string; value: string | null }[]) =>
  parts.map(({ column, value }) => `${column}=${value}`).join(' ');

describe('search for slices', () => {
  const random = seededRandom(9);

  it('finds the slice that is worse, and not those that merely hold it', () => {
    const { columns, rows } = world(8000, random, (value) => (value(1) === 2 && value(3) === 0 ? 0.4 : 0.85));
    const { findings, lookedAt, candidates, thresholds } = searchSlices(columns, rows, undefined, options);
    expect(findings.map(({ parts }) => shown(parts))).toEqual(['c1=v2 c3=v0']);
    expect(findings[0]!.challenger.value).toBeCloseTo(0.4, 1);
    expect(findings[0]!.other.value).toBeCloseTo(0.84, 1);
    expect(findings[0]!.confirmedOn / findings[0]!.rows).toBeCloseTo(0.5, 1);
    expect(lookedAt).toBeGreaterThan(500);
    expect(candidates).toBeLessThan(21);
    expect(thresholds).toEqual({ rest: expect.closeTo(0.2 * 0.37, 2), champion: null });
  });

  it('finds where the champion was better', () => {
    const before = world(8000, random, () => 0.8);
    const predicted = before.rows.predicted.map((p, i) =>
      before.columns.columns[2]!.codes[i] === 1 && random.uniform() < 0.25 ? 1 - p : p,
    );
    const search = searchSlices(before.columns, { ...before.rows, predicted }, before.rows, options);
    expect(search.findings.map(({ than, parts }) => `${than} ${shown(parts)}`)).toContain('champion c2=v1');
    expect(search.findings.every(({ parts }) => shown(parts).includes('c2=v1'))).toBe(true);
    const [first] = searchSentences(search, 'the champion (v1.0.0)', 0.95);
    expect(first).toMatch(
      /^The search found that where c2 is v1 \([\d,]+ rows\), Accuracy is 0\.\d+, (of the champion \(v1\.0\.0\)|on the other rows) 0\.\d+, lower by at least 0\.\d+ with 95 % confidence \(p .* after correction for \d+ candidates?\)$/,
    );
  });

  it('tests metrics that are no mean over rows by themselves', () => {
    const { columns, rows } = world(8000, random, () => 0.9);
    // In one slice the order of the scores is turned round, so that the ROC curve is.
    const scores = Float64Array.from(rows.labels, (label, i) => {
      const p = 0.3 + 0.4 * label + 0.3 * (random.uniform() - 0.5);
      return columns.columns[0]!.codes[i] === 3 ? 1 - p : p;
    });
    const auc = findMetric('roc_auc', 'binary-classification');
    const loss = findMetric('log_loss', 'binary-classification');
    if ('wrong' in auc || 'wrong' in loss) throw new Error('no metric');
    const { findings, foundBy } = searchSlices(columns, { ...rows, scores }, undefined, {
      ...options,
      metric: auc.metric,
      by: loss.metric,
      thresholds: { rest: 0.1, champion: null },
    });
    expect(foundBy).toBe('log_loss');
    expect(shown(findings[0]!.parts)).toBe('c0=v3');
    expect(findings[0]!.challenger.value).toBeLessThan(0.1);
    expect(findings[0]!.other.value).toBeGreaterThan(0.9);
  });

  it('leaves to the rules what the champion does better everywhere', () => {
    const { columns, rows } = world(8000, random, () => 0.9);
    const predicted = rows.predicted.map((p) => (random.uniform() < 0.2 ? 1 - p : p));
    const { findings } = searchSlices(columns, { ...rows, predicted }, rows, options);
    expect(findings).toEqual([]);
  });

  it('finds nothing where nothing is, as often as it says', () => {
    let [runs, wrong, tested] = [0, 0, 0];
    for (; runs < 60; runs++) {
      const { columns, rows } = world(1500, random, () => 0.8);
      const other = world(1500, random, () => 0.8);
      const champion = {
        ...rows,
        predicted: rows.labels.map((label, i) =>
          other.rows.labels[i] === other.rows.predicted[i] ? label : 1 - label,
        ),
      };
      // Nothing is tolerated: the margin is what chance alone makes.
      const search = searchSlices(columns, rows, champion, {
        ...options,
        thresholds: { rest: 0, champion: 0 },
        seed: runs,
      });
      tested += search.candidates;
      if (search.findings.length > 0) wrong++;
    }
    // 5 % of 60 is 3; three standard errors above are 8.
    expect(wrong).toBeLessThan(9);
    expect(tested).toBeGreaterThan(runs);
  });

  it('says when there is too little', () => {
    const { columns, rows } = world(80, random, () => 0.8);
    expect(searchSlices(columns, rows, undefined, options)).toMatchObject({
      note: 'there are too few rows to search',
      findings: [],
    });
    expect(
      searchSlices({ columns: [], leftOut: [] }, world(2000, random, () => 0.8).rows, undefined, options)
        .note,
    ).toBe('no column has values that make slices');
  });

  it('counts rows by their weights and groups, and takes other tasks', () => {
    const n = 6000;
    const { columns } = world(n, random, () => 0.5);
    const inside = (i: number) => columns.columns[4]!.codes[i] === 1;
    const targets = Float64Array.from({ length: n }, () => random.uniform());
    const predicted = targets.map((y, i) => y + (inside(i) ? 0.6 : 0.2) * (random.uniform() - 0.5));
    const mae = findMetric('mae', 'regression');
    if ('wrong' in mae) throw new Error(mae.wrong);
    const rows = {
      task: 'regression' as const,
      targets,
      predicted,
      weights: Float64Array.from({ length: n }, () => 0.5 + random.uniform()),
      clusters: Uint32Array.from({ length: n }, (_, i) => i >> 1),
    };
    const { findings } = searchSlices(columns, rows, undefined, {
      ...options,
      metric: mae.metric,
      by: mae.metric,
    });
    expect(findings.map(({ parts }) => shown(parts))).toEqual(['c4=v1']);
    expect(findings[0]!.challenger).toMatchObject({
      value: expect.closeTo(0.15, 2),
      method: 'student-t-clusters',
    });
    const none = { ...rows, targets: new Float64Array(0), predicted: new Float64Array(0) };
    expect(
      searchSlices(columns, none, undefined, { ...options, metric: mae.metric, by: mae.metric }).note,
    ).toBe('Mean absolute error has no value, since there is no row');
  });

  it('keeps rows that belong together on one side', () => {
    const { columns, rows } = world(3000, random, () => 0.8);
    const clusters = Uint32Array.from({ length: 3000 }, (_, i) => Math.floor(i / 10));
    const search = searchSlices(columns, { ...rows, clusters }, undefined, options);
    expect(search.foundOn % 10).toBe(0);
    expect(search.foundOn + search.confirmedOn).toBe(3000);
  });
});

describe('sums of slices', () => {
  const value = fc.double({ min: -5, max: 5, noNaN: true });
  const row = fc.tuple(
    fc.constantFrom(0, 1, outside),
    fc.constantFrom(0, 1, 2, outside),
    value,
    fc.double({ min: 0.1, max: 3, noNaN: true }),
  );

  it('give the means of cells and of the rows outside of them', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 12, maxLength: 40 }), fc.boolean(), (rows, weighted) => {
        const column = (k: 0 | 1, texts: number): SearchColumn => ({
          column: `${k}`,
          codes: Uint8Array.from(rows, (one) => one[k]),
          texts: Array<string>(texts).fill(''),
        });
        const values = Float64Array.from(rows, (one) => one[2]);
        const weights = weighted ? Float64Array.from(rows, (one) => one[3]) : undefined;
        const { codes, count } = cellsOf(column(0, 2), column(1, 3));
        const sums = sumsOf(codes, count, values, weights);
        const all = sumsOf(new Uint8Array(rows.length), 1, values, weights);
        for (let cell = 0; cell < count; cell++) {
          const inside = rows.filter(([a, b]) => a === Math.floor(cell / 3) && b === cell % 3);
          const outer = rows.filter((one) => !inside.includes(one));
          expect(sums.rows[cell]).toBe(inside.length);
          for (const [of, mean] of [
            [inside, meanOf(sums, cell)],
            [outer, restOf(all, sums, cell)],
          ] as const) {
            if (of.length < 2) continue;
            const w = of.map((one) => (weighted ? one[3] : 1));
            const total = w.reduce((sum, x) => sum + x, 0);
            const expected = of.reduce((sum, one, i) => sum + w[i]! * one[2], 0) / total;
            const variance =
              of.reduce((sum, one, i) => sum + (w[i]! * (one[2] - expected)) ** 2, 0) / total ** 2;
            expect(mean.value).toBeCloseTo(expected, 9);
            expect(mean.variance).toBeCloseTo(variance, 9);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('columns of the search', () => {
  it('are cut into few values', () => {
    const few = codeNumbers('x', Float64Array.from([3, 1, NaN, 3, 2]))!;
    expect(few.texts).toEqual(['1', '2', '3', null]);
    expect([...few.codes]).toEqual([2, 0, 3, 2, 1]);
    const many = codeNumbers(
      'x',
      Float64Array.from({ length: 1000 }, (_, i) => i),
    )!;
    expect(many.texts.slice(0, 2)).toEqual(['below 100', '100 to 200']);
    expect(many.texts.at(-2)).toBe('900 or more');
    expect([many.codes[99], many.codes[100], many.codes[999]]).toEqual([0, 1, 9]);
    expect(codeNumbers('x', new Float64Array(9))).toBeUndefined();
    const texts = codeTexts('t', Float64Array.from([1, NaN, -1, 0]), ['a', 'b']);
    expect([...texts.codes]).toEqual([1, outside, 2, 0]);
    expect(texts.texts).toEqual(['a', 'b', null]);
  });
});

describe('the metric of the search', () => {
  const at = () => ({ file: 'model.yml', line: 7 });
  const rules = readRules(
    [
      { metric: 'roc_auc', min: 0.6 },
      { metric: 'brier', 'max-increase': 0.02, versus: 'champion' },
    ],
    'binary-classification',
    at,
  );
  it('is the first of the gates that every row has by itself', () => {
    const { searched, marginOf } = readSearch({ fail: false }, 'binary-classification', rules, at);
    expect(searched.map(({ metric }) => metric.name)).toEqual(['brier', 'log_loss']);
    expect(searched.map(({ metric }) => marginOf(metric))).toEqual([0.02, null]);
  });
  it('is found by another where rows do not have it by themselves', () => {
    const read = (metric: string, more = {}) =>
      readSearch({ metric, fail: false, ...more }, 'binary-classification', rules, at).searched.map(
        ({ by }) => by.name,
      );
    expect(read('roc_auc', { 'worse-than-rest': 0.1 })).toEqual(['log_loss']);
    expect(read('f1', { 'worse-than-rest': 0.1 })).toEqual(['accuracy']);
    expect(() => read('roc_auc')).toThrow(/model\.yml:7: roc_auc is no mean over rows.*add worse-than-rest/);
  });
  it('is refused where there is none', () => {
    const read = (metric: string, task: 'ranking' | 'regression') => () =>
      readSearch({ metric, fail: false }, task, [], at);
    expect(read('mean_error', 'regression')).toThrow(
      /no slice can be searched by mean_error: neither way of it is worse → search by mae or mse or mape/,
    );
    expect(read('ndcg', 'ranking')).toThrow(/no slice can be searched by ndcg: its rows count together/);
    expect(read('map_', 'ranking')).toThrow('did you mean "map"?');
    expect(() => readSearch({ fail: false }, 'ranking', [], at)).toThrow('add a gate with mean-of');
  });
});
