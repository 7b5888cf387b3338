import fc from 'fast-check';
import { renderHtml } from '../../src/report/html.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import type { Block, Forest, Matrix, Report, XyChart } from '../../src/report/model.js';
import { roundMarks } from '../../src/report/scale.js';
import { resample } from '../../src/report/xy.js';

const report = (...blocks: Block[]): Report => ({
  key: 'k',
  title: 't',
  headline: 'h',
  reasons: [],
  sections: [{ title: 's', blocks }],
  footer: [],
});
const html = (...blocks: Block[]): string => renderHtml(report(...blocks));
const markdown = (...blocks: Block[]): string => renderMarkdown(report(...blocks), { budget: 60_000 });

const roc: XyChart = {
  kind: 'xy-chart',
  title: 'ROC',
  x: { label: 'false positive rate', min: 0, max: 1 },
  y: { label: 'true positive rate', min: 0, max: 1 },
  series: [
    { name: 'challenger', points: [[0, 0], [0.5, 1], [1, 1]] }, // prettier-ignore
    { name: 'challenger', shape: 'dots', points: [[0.5, 1]] },
    { name: 'chance', shape: 'guide', points: [[0, 0], [1, 1]] }, // prettier-ignore
  ],
};

describe('a chart of two axes', () => {
  it('has its points where they belong', () => {
    const page = html(roc);
    // The plot lies between 54 and 368, 254 and 10.
    expect(page).toContain('<polyline points="54,254 211,10 368,10" fill="none" stroke="var(--s0)"');
    expect(page).toContain('<g fill="var(--s0)" fill-opacity="1"><circle cx="211" cy="10"');
    expect(page).toContain('<polyline points="54,254 368,10" fill="none" stroke="var(--muted)"');
  });

  it('stands beside others in HTML, and is one of Mermaid in Markdown', () => {
    expect(html(roc, roc, { kind: 'paragraph', text: 'x' }, roc).match(/class="charts"/g)).toHaveLength(2);
    const text = markdown(roc);
    expect(text).toContain('title "ROC: challenger, chance"');
    expect(text).toContain('  line [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1,');
    expect(markdown({ ...roc, series: [roc.series[1]!] })).not.toContain('mermaid');
  });

  it('invents nothing in Markdown beyond what was measured', () => {
    const line = { name: 'a', points: [[0.2, 1], [0.6, 0.5]] } as const; // prettier-ignore
    const text = markdown({ ...roc, series: [line, roc.series[2]!] });
    expect(text).toContain('["0.2", "0.22",');
    expect(text).toMatch(/line \[0\.2, .*, 0\.6\]/);
  });

  it('is drawn from points alone that are numbers', () => {
    const points = [[0, 0], [NaN, 1], [1, Infinity], [1, 1]] as const; // prettier-ignore
    expect(html({ ...roc, series: [{ name: 'a', points }] })).toContain('points="54,254 368,10"');
    expect(html({ ...roc, series: [{ name: 'a', points: [[NaN, 0]] }] })).not.toContain('<svg');
  });

  it('is read between its points', () => {
    const points = [[1, 10], [2, 20], [2, 30], [4, 50]] as const; // prettier-ignore
    expect(resample(points, [0, 1, 1.5, 2, 3, 9])).toEqual([10, 10, 15, 20, 40, 50]);
  });

  it('has marks at round numbers that enclose all', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const marks = roundMarks(low, high);
        const slack = 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-290);
        expect(marks.length).toBeLessThanOrEqual(8);
        expect(marks[0]!).toBeLessThanOrEqual(low + slack);
        expect(marks.at(-1)!).toBeGreaterThanOrEqual(high - slack);
      }),
    );
  });
});

describe('a forest', () => {
  const forest: Forest = {
    kind: 'forest',
    title: 'Difference by slice',
    axis: 'difference',
    lines: [{ name: 'no difference', at: 0 }],
    items: [
      { title: 'a = <b>', note: '1,200', value: 0.01, lower: -0.01, upper: 0.03, verdict: 'pass' },
      { title: 'a = c', note: '900', value: -0.05, lower: -0.07, upper: -0.03, verdict: 'fail' },
      { title: 'a = d', note: '4', value: 0.1, lower: -3, upper: null, verdict: 'inconclusive' },
    ],
  };

  it('draws an interval for each item, cut off where one is far wider than the others', () => {
    const page = html(forest);
    expect(page.match(/<g class="item /g)).toHaveLength(3);
    expect(page).toContain('<g class="item fail"><title>a = c, 900: −0.050 (−0.070 … −0.030), fail</title>');
    expect(page).toContain('a = &#60;b&#62;');
    expect(page.match(/<path d="M/g)).toHaveLength(2);
    expect(page).not.toContain('NaN');
  });

  it('leaves the numbers to a table in Markdown, and says what it does not draw', () => {
    expect(markdown(forest)).not.toContain('a = c');
    const many = Array.from({ length: 50 }, (_, i) => ({ ...forest.items[0]!, title: `s${i}` }));
    expect(html({ ...forest, items: many })).toContain('26 more are in the table.');
    expect(html({ ...forest, items: [] })).not.toContain('<svg');
  });

  it('is drawn of any numbers', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    const item = fc
      .record({ value: number, lower: fc.option(number), upper: fc.option(number) })
      .map((one) => ({ title: 'x', note: '', ...one }));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        expect(html({ ...forest, items })).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});

describe('a matrix', () => {
  const matrix: Matrix = {
    kind: 'matrix',
    title: 'Confusion',
    rows: { label: 'Actual', names: ['late', '<i>'] },
    columns: { label: 'Predicted', names: ['late', 'on time'] },
    cells: [
      [{ text: '10', shade: 1 }, { text: '2', shade: 0.2 }], // prettier-ignore
      [{ text: '0', shade: -1 }, { text: '9', shade: 7 }], // prettier-ignore
    ],
  };

  it('is shaded in HTML and a table in Markdown', () => {
    const page = html(matrix);
    expect(page).toContain('<td style="--shade:20%">2</td>');
    expect(page).toContain('<td style="--shade:0%">0</td><td style="--shade:100%">9</td>');
    expect(page).toContain('&#60;i&#62;');
    expect(markdown(matrix)).toContain(
      '| Actual ↓ Predicted → | late | on time |\n| :-- | --: | --: |\n| **late** | 10 | 2 |',
    );
  });
});

it('a comment has as few rows as asked for', () => {
  const rows = Array.from({ length: 50 }, (_, i) => [`row ${i}`]);
  const text = renderMarkdown(report({ kind: 'table', columns: [{ title: 'a' }], rows }), {
    budget: 60_000,
    rows: 12,
  });
  expect(text).toContain('row 11');
  expect(text).not.toContain('row 12');
  expect(text).toContain('38 more rows in the HTML report');
});
