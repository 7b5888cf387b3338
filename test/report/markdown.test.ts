import fc from 'fast-check';
import { escapeText, renderMarkdown } from '../../src/report/markdown.js';
import type { Report } from '../../src/report/model.js';

const table = (rows: number): Report => ({
  key: 'test',
  title: 'A report',
  verdict: 'fail',
  headline: 'One thing is wrong.',
  reasons: ['because'],
  sections: [
    {
      title: 'Table',
      blocks: [
        {
          kind: 'table',
          columns: [{ title: 'a' }, { title: 'b', align: 'right' }],
          rows: Array.from({ length: rows }, (_, i) => [`row ${i}`, [{ code: 'x|y`z' }]]),
        },
      ],
    },
  ],
  footer: [{ name: 'commit', value: [{ link: 'https://example.org/(a)', text: 'abc' }] }],
});

describe('renderMarkdown', () => {
  it('shows the verdict, the reasons and the table', () => {
    const text = renderMarkdown(table(2), { budget: 60_000 });
    expect(text).toContain('## ❌ A report');
    expect(text).toContain('- because');
    expect(text).toContain('| row 1 | <code>x\\|y\\`z</code> |');
    expect(text).toContain('[abc](https://example.org/%28a%29)');
  });

  it('keeps to its budget and says what it left out', () => {
    const text = renderMarkdown(table(5000), { budget: 60_000 });
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain('4000 more rows');
    const small = renderMarkdown(table(5000), { budget: 700 });
    expect(small.length).toBeLessThanOrEqual(700);
    expect(small).toContain('A report');
  });

  it('keeps to any budget, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), fc.integer({ min: 200, max: 4000 }), (text, budget) => {
        const report = { ...table(20), headline: text, reasons: [text, text] };
        return renderMarkdown(report, { budget }).length <= budget;
      }),
    );
  });

  it('makes no link of anything but a web address', () => {
    const report = { ...table(0), reasons: [[{ link: 'javascript:alert(1)', text: 'click' }]] };
    expect(renderMarkdown(report, { budget: 60_000 })).not.toContain('javascript:');
  });
});

describe('escapeText', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['**bold** [a](b) | c', '\\*\\*bold\\*\\* \\[a\\](b) \\| c'],
    ['@acme/admins see #12', '@\u200bacme/admins see #\u200b12'],
    ['http://evil.example www.evil.example', 'http:\u200b//evil.example www\u200b.evil.example'],
    ['two\nlines', 'two lines'],
    ['# heading', '\\# heading'],
    ['</details><!-- mlops -->', '&lt;/details&gt;&lt;!-- mlops --&gt;'],
  ])('%s', (raw, escaped) => {
    expect(escapeText(raw)).toBe(escaped);
  });

  it('leaves no tag, comment or line break of any text', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>\n\r]/.test(escapeText(text))));
  });
});
