import fc from 'fast-check';
import { renderHtml } from '../../src/report/html.js';
import type { Block, Report } from '../../src/report/model.js';
import { escapeHtml } from '../../src/report/text.js';

const report = (blocks: Block[], extra: Partial<Report> = {}): Report => ({
  key: 'test',
  title: 'A report',
  headline: 'All is well.',
  reasons: [],
  sections: [{ title: 'Section', blocks }],
  footer: [],
  ...extra,
});

describe('renderHtml', () => {
  it('escapes all that comes from outside', () => {
    const evil = '"><script>alert(1)</script>';
    const html = renderHtml(
      report(
        [
          { kind: 'paragraph', text: [evil, { code: evil }, { bold: evil }, { link: evil, text: evil }] },
          { kind: 'code', language: 'text', text: evil },
          {
            kind: 'bar-chart',
            title: evil,
            categories: [evil],
            y: { label: evil },
            series: [{ name: evil, values: [1] }],
          },
          { kind: 'table', columns: [{ title: evil }], rows: [[evil]], note: evil },
        ],
        { title: evil, headline: evil, reasons: [evil], footer: [{ name: evil, value: evil }] },
      ),
    );
    expect(html).not.toContain('<script');
    expect(html.match(/alert\(1\)/g)!.length).toBeGreaterThan(10);
  });

  it('draws lines with their threshold, and bars', () => {
    const html = renderHtml(
      report([
        {
          kind: 'line-chart',
          title: 'Evidence',
          x: { label: 'requests', values: [0, 100, 200] },
          y: { label: 'log e' },
          series: [{ name: 'error rate', values: [0, null, 5] }],
          lines: [{ name: 'bound', y: 4.6 }],
        },
        {
          kind: 'bar-chart',
          title: 'Shares',
          categories: ['a', 'b'],
          y: { label: 'share' },
          series: [{ name: 'now', values: [0.2, 0.8] }],
        },
      ]),
    );
    expect(html).toContain('<polyline points="64,');
    expect(html).toContain('class="mark"');
    expect(html.match(/<rect/g)).toHaveLength(2);
  });

  it('stays below 2 MB whatever the table', () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => [`value ${i}`, 'x'.repeat(100)]);
    const html = renderHtml(report([{ kind: 'table', columns: [{ title: 'a' }, { title: 'b' }], rows }]));
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
    expect(html).toContain('49000 more rows');
  });

  it('never lets text become markup', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeHtml(text))));
  });
});
