import fc from 'fast-check';
import { renderHtml } from '../../src/report/html.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import type { Multiple, Report } from '../../src/report/model.js';

const page = (items: readonly Multiple[]): Report => ({
  ...{ key: 't', title: 'Drift', headline: 'h', reasons: [], footer: [] },
  sections: [
    {
      title: 's',
      blocks: [{ kind: 'multiples', title: 'Shares', series: ['before', 'now'], amount: 'Moved', items }],
    },
  ],
});
const item = (more: Partial<Multiple>): Multiple => ({
  ...{ title: 'age', note: '0.4 σ', alarm: true, ordered: true, amount: 2 },
  ...{ labels: ['≤ 1', '1 to 2', '> 2'], before: [0.5, 0.5, 0], now: [0.25, 0.25, 0.5] },
  ...more,
});
const heights = (html: string, name: string): number[] =>
  [
    ...html.matchAll(new RegExp(`class="${name}" x="[^"]*" y="[^"]*" width="[^"]*" height="([^"]*)"`, 'g')),
  ].map(([, height]) => Number(height));

describe('small charts side by side', () => {
  it('draw bins as high as their shares, on one scale', () => {
    const html = renderHtml(page([item({})]));
    const [before, now] = [heights(html, 'before'), heights(html, 'now')];
    expect(before[0]).toBe(before[1]);
    expect(before[2]).toBe(0);
    expect(now[2]).toBe(before[0]);
    expect(now[0]! * 2).toBeCloseTo(before[0]!, 0);
    expect(html).toContain('≤ 1');
    expect(html).toContain('&#62; 2');
  });

  it('draw names as two dots and the change in points', () => {
    const html = renderHtml(page([item({ ordered: false, labels: ['web', 'phone', 'desk'] })]));
    expect(html.match(/<circle class="now"/g)).toHaveLength(3);
    expect(html).toContain('>+50<');
    expect(html).toContain('>−25<');
  });

  it('become one chart in Markdown, since Mermaid has no small ones', () => {
    const markdown = renderMarkdown(page([item({}), item({ title: 'x"y]`\n', amount: 1.5 })]), {
      budget: 5000,
    });
    expect(markdown).toContain(
      [
        '```mermaid',
        'xychart-beta horizontal',
        '  title "Moved"',
        '  x-axis ["age", "x y   "]',
        '  bar [2, 1.5]',
        '```',
      ].join('\n'),
    );
    expect(renderMarkdown(page([]), { budget: 5000 })).not.toContain('mermaid');
    expect(renderHtml(page([]))).not.toContain('multiples"');
  });

  it('take any text and any share', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const any = fc
      .array(fc.tuple(fc.string({ unit: 'binary' }), share, share), { minLength: 1, maxLength: 15 })
      .chain((rows) =>
        fc.record({
          title: fc.string({ unit: 'binary' }),
          note: fc.string(),
          alarm: fc.boolean(),
          ordered: fc.boolean(),
          amount: fc.double({ noNaN: true }),
          labels: fc.constant(rows.map(([label]) => `<b>${label}`)),
          before: fc.constant(rows.map(([, before]) => before)),
          now: fc.constant(rows.map(([, , now]) => now)),
        }),
      );
    fc.assert(
      fc.property(any, (one) => {
        const html = renderHtml(page([one]));
        expect(html).not.toContain('<b>');
        expect(html).not.toMatch(/NaN|Infinity|="-/);
        expect(renderMarkdown(page([one]), { budget: 5000 })).not.toContain('<b>');
      }),
      { numRuns: 100 },
    );
  });
});
