import { driftReport } from '../../../src/actions/drift-check/report.js';
import { policyOf } from '../../../src/drift/policy.js';
import type { DriftSection } from '../../../src/formats/drift.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import type { Profile } from '../../../src/formats/profile.js';
import { many, normal, profileOf, seeded } from '../../drift/profiles.js';
import { resultOf } from '../../drift/results.js';

const random = seeded(8);
const url = 'https://github.com/acme/models/actions/runs/7';
const budget = 60_000;
const numbers = (shift: number) => ({
  type: 'number' as const,
  values: many(4000, () => Math.round(50 * (normal(random) + shift))),
});
const mix = (web: number) => ({
  type: 'string' as const,
  values: many(4000, () => (random() < web ? 'web' : random() < 0.5 ? 'phone' : 'desk')),
});

describe('the report of a drift check', () => {
  const reference = profileOf({ age: numbers(0), channel: mix(0.3), price: numbers(0) });
  const current = profileOf({ age: numbers(0), channel: mix(0.6), price: numbers(1) });
  const section = (one: Partial<DriftSection>): DriftSection => ({
    ...{ name: 'performance', kind: 'performance', state: 'checked', verdict: 'pass', reasons: [] },
    ...one,
  });

  it('says what moved, by how much and where, the largest change first', () => {
    const report = driftReport(resultOf(reference, current, { random }), url);
    expect(report.headline).toBe('2 of 3 columns changed in a way that matters: channel, price');
    const markdown = renderMarkdown(report, { budget });
    expect(markdown).toMatch(/\| price \| [\d.]+ σ, and [\d.]+ matters \| median .* → .*, mean .* → /);
    expect(markdown).toMatch(/\| channel \| [\d.]+ JS, and 0\.1 matters \| web: [\d.]+ % → [\d.]+ % \|/);
    const chart =
      /```mermaid\nxychart-beta horizontal\n {2}title ".*"\n {2}x-axis \["price", "channel"\]\n {2}bar \[([\d.]+), ([\d.]+)\]/.exec(
        markdown,
      );
    expect(Number(chart![1])).toBeGreaterThan(Number(chart![2]));
    const html = renderHtml(report);
    expect(html.match(/<figure class="card alarm">/g)).toHaveLength(2);
    // A histogram of ten bins, before and now; and three values, each two dots.
    expect(html.match(/<rect class="now"/g)!.length).toBeGreaterThanOrEqual(9);
    expect(html.match(/<circle class="now"/g)).toHaveLength(3);
    expect(html).toContain('Version 1.0.0 learned from other data');
  });

  it('shows what moved most where nothing alarms, without the colour of an alarm', () => {
    const report = driftReport(resultOf(reference, reference, { random }), url);
    expect(report.headline).toBe('Nothing that matters changed');
    const html = renderHtml(report);
    expect(html).toContain('all within what matters or uncertain');
    expect(html).not.toContain('card alarm');
  });

  it('tells sections apart: what fails, what could not be checked, what had nothing to run on', () => {
    const report = driftReport(
      resultOf(reference, reference, {
        random,
        sections: [
          section({
            name: 'multivariate',
            kind: 'inputs',
            state: 'not-run',
            verdict: null,
            reasons: ['no rows'],
          }),
          section({ verdict: 'fail', reasons: ['log loss 0.52 is above 0.47', 'and more'] }),
          section({ name: 'skew', kind: 'skew', state: 'broken', verdict: null, reasons: ['no such file'] }),
        ],
      }),
      url,
    );
    expect(report.headline).toBe('The model does worse than it may');
    const markdown = renderMarkdown(report, { budget });
    expect(markdown).toContain('| Columns together | not run | no rows |');
    expect(markdown).toContain('| Performance | ❌\u00a0fail | log loss 0.52 is above 0.47 (and 1 more) |');
    expect(markdown).toContain('| Training and serving | **could not be checked** | no such file |');
    expect(markdown).toContain('The model does worse than it may.');
    expect(markdown).not.toContain('learned from other data');
  });

  it('says when it is not yet an alarm', () => {
    const policy = policyOf({ alarm: { k: 2, n: 3 } });
    const waiting = driftReport(resultOf(reference, current, { random, policy }), url);
    expect(renderMarkdown(waiting, { budget })).toContain(
      '**Not yet an alarm**: seen in 1 of the 1 window known so far, and 2 of 3 are needed.',
    );
  });

  it('says when it only warns', () => {
    const policy = policyOf({ inputs: 'warn' });
    const quiet = driftReport(resultOf(reference, current, { random, policy }), url);
    expect(renderMarkdown(quiet, { budget })).toContain('**No alarm**: drift.policy');
  });

  it('stays below 2 MB and GitHub’s limits with 500 columns of 1,000 categories, whatever they are called', () => {
    const evil = '|`*<b>@team #1 '.repeat(50);
    const one = (first: number): Profile => ({
      ...{ kind: 'profile', schemaVersion: 1, engine: 'test 1', rows: 100_000 },
      columns: [
        {
          ...{ name: evil, type: 'string', count: 100_000, nulls: 0, distinct: { value: 1000, exact: true } },
          values: {
            kind: 'exact',
            counts: Array.from({ length: 1000 }, (_, i): [string, number] => [
              `${i} ${'<i>"&| '.repeat(30)}`,
              i < 500 ? first : 200 - first,
            ]),
          },
        },
      ],
    });
    const result = resultOf(one(100), one(40), { random });
    const names = Array.from({ length: 500 }, (_, i) => `${i} ${evil}`);
    const report = driftReport(
      {
        ...result,
        reasons: names.map((name) => `${name}: ${result.reasons[0]}`),
        columns: names.map((name) => ({ ...result.columns[0]!, name })),
      },
      url,
    );
    expect(report.headline).toMatch(/^500 of 500 columns changed/);
    const html = renderHtml(report);
    expect(html.length).toBeLessThan(2e6);
    expect(html).not.toContain('<b>@team');
    const markdown = renderMarkdown(report, { budget });
    expect(markdown.length).toBeLessThanOrEqual(budget);
    expect(markdown).toContain('500 of 500 columns');
    expect(markdown).not.toMatch(/@team/);
  });
});
