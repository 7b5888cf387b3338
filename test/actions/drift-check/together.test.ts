import { multivariateSections } from '../../../src/actions/drift-check/multivariate.js';
import { skewSections } from '../../../src/actions/drift-check/skew.js';
import { notCompared } from '../../../src/drift/multivariate/compare-rows.js';
import type { MultivariateDrift } from '../../../src/formats/drift-multivariate.js';
import type { ColumnSkew, SkewResult } from '../../../src/formats/drift-skew.js';
import type { Section } from '../../../src/report/model.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';

const evil = '<img src=x onerror=alert(1)>|`@everyone`';
const reportOf = (sections: readonly Section[]) => ({
  key: 'drift-check:m:inputs',
  title: 'Drift',
  headline: 'h',
  reasons: [],
  sections,
  footer: [],
});
const markdown = (sections: readonly Section[], budget = 60_000): string =>
  renderMarkdown(reportOf(sections), { budget });

const area = { auc: 0.7, lower: 0.68, upper: 0.72, detectable: 0.56, rowsNeeded: 550 };
const side = { rows: 5000, mean: 0.4, p5: 0.1, median: 0.4, p95: 0.9 };
const together: MultivariateDrift = {
  verdict: 'fail',
  reasons: ['A classifier tells'],
  alpha: 0.05,
  threshold: 0.55,
  reference: { rows: 10_000, of: 3_000_000 },
  current: { rows: 900, of: 900 },
  columns: ['a', evil],
  excluded: [{ column: evil, reason: 'a time' }],
  classifier: {
    verdict: 'fail',
    reason: 'a classifier tells current rows from the reference',
    ...area,
    blocks: [],
    drivers: [{ column: evil, loss: 0.1234 }],
    pairs: [{ columns: ['a', evil], share: 0.61 }],
  },
  reconstruction: {
    verdict: 'pass',
    reason: 'current rows fit',
    ...area,
    components: 2,
    explained: 0.7,
    reference: side,
    current: side,
    shares: [],
    drivers: [],
  },
};

const column = (name: string, more: Partial<ColumnSkew> = {}): ColumnSkew => ({
  name,
  verdict: 'pass',
  reason: 'the same',
  rows: 1000,
  differing: 0,
  onlyTraining: 0,
  onlyServing: 0,
  share: 0,
  lower: 0,
  upper: 0.003,
  examples: [],
  ...more,
});
const skewed: SkewResult = {
  verdict: 'fail',
  reasons: [],
  alpha: 0.05,
  tolerance: 0.01,
  id: ['trip'],
  rows: { training: 1000, serving: 1100, joined: 1000, unmatched: 60, ambiguous: 30, withoutId: 10 },
  coverage: 1000 / 1100,
  minCoverage: 0.5,
  unmatchedExamples: [[evil]],
  ambiguousExamples: [['7']],
  columns: [
    column('fine'),
    column('broken', {
      verdict: 'fail',
      differing: 400,
      share: 0.4,
      lower: 0.37,
      upper: 0.43,
      pattern: 'serving is 1.609 times training',
      examples: [{ id: [evil], training: evil, serving: null }],
    }),
  ],
  excluded: [{ column: 'label', reason: 'serving did not log it' }],
  pointInTime: [
    {
      column: 'known_at',
      notAfter: 'predicted_at',
      data: 'training',
      verdict: 'fail',
      reason: 'known_at is later than predicted_at in 1 of 1,000 rows',
      rows: 1000,
      unknown: 0,
      violations: 1,
      worst: 60,
      examples: [{ file: 'train.csv', line: 12, id: ['10'], time: '10:01', notAfter: '10:00' }],
    },
  ],
};

describe('the report of columns together', () => {
  it('says what was found, by what, and from how many rows', () => {
    const text = markdown(multivariateSections(together));
    expect(text).toMatch(/Can a classifier tell .*❌.fail \| 0\.7 \| 0\.68 to 0\.72 \| 0\.55 \| 0\.56/);
    expect(text).toMatch(/10,000 rows of 3,000,000 rows of the reference, 900 rows of current data/);
    expect(text).toMatch(/61 % of what it learned comes from the two together/);
  });

  it('says why it was not looked at', () => {
    const result = notCompared('the reference is a profile, which holds no rows', { alpha: 0.05, auc: 0.55 });
    expect(markdown(multivariateSections(result))).toMatch(
      /The reference is a profile, which holds no rows\./,
    );
  });

  it('takes names of columns for text', () => {
    const html = renderHtml(reportOf(multivariateSections(together)));
    expect(html).not.toContain('<img');
    expect(markdown(multivariateSections(together))).not.toMatch(/<img|`@everyone`/);
  });
});

describe('the report of training against serving', () => {
  it('shows the worst first, with witnesses, and what could not be compared', () => {
    const text = markdown(skewSections(skewed));
    expect(text.indexOf('broken')).toBeLessThan(text.indexOf('fine'));
    expect(text).toMatch(/1,000 of 1,100 logged rows\*\* \(90\.9 %\)/);
    expect(text).toMatch(/60 are not in the training data/);
    expect(text).toMatch(/30 cannot be compared, since their trip is on several rows, such as 7/);
    expect(text).toMatch(/10 have no trip/);
    expect(text).toMatch(/broken \| ❌.fail \| 40 % \| 37 % to 43 % \| serving is 1\.609 times training/);
    expect(text).toMatch(/train\.csv:12.*10 \| 10:01 \| 10:00/);
    expect(text).toMatch(/Not compared: label \(serving did not log it\)/);
  });

  it('takes ids and values for text, and stays small with hundreds of columns', () => {
    const many = {
      ...skewed,
      columns: Array.from({ length: 500 }, (_, i) => ({ ...skewed.columns[1]!, name: `c${i}` })),
    };
    const html = renderHtml(reportOf(skewSections(many)));
    expect(html).not.toContain('<img');
    expect(html.length).toBeLessThan(60_000);
    expect(html).toMatch(/450 more columns are in the result/);
    expect(markdown(skewSections(many))).not.toMatch(/<img|`@everyone`/);
  });
});
