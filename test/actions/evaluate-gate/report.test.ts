import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import type { Decision } from '../../../src/formats/decision.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import type { Report } from '../../../src/report/model.js';
import { duckdbLibrary } from '../../engine/library.js';

const count = 2000;
/** The same numbers each time, between 0 and 1. */
const noise = (i: number, k: number): number => ((i * 7919 + k * 104_729) % 10_007) / 10_007;
const csv = (header: string, row: (i: number) => string): string =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n') + '\n';
const positive = (i: number): number => ((i * 31) % 10 < 4 ? 1 : 0);
const score = (i: number, skill: number, k: number): string =>
  (0.5 + skill * 0.4 * (positive(i) - 0.5) + 0.45 * (noise(i, k) - 0.5)).toFixed(4);

describe('the report of evaluate-gate', () => {
  let folder: string;
  let runs = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-report-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  interface Case {
    readonly task: string;
    readonly evaluate: string;
    readonly holdout: string;
    readonly now: string;
    readonly before: string;
  }
  async function reportOf({ task, evaluate, holdout, now, before }: Case) {
    const workspace = join(folder, String(++runs));
    await mkdir(workspace);
    const spec = `name: m\ntask: ${task}\ndata: { contract: c, train: t, holdout: h.csv }\ntrain: { run: x }\nevaluate:\n  run: x\n${evaluate}\n`;
    for (const [name, text] of Object.entries({
      'model.yml': spec,
      'h.csv': holdout,
      'now.csv': now,
      'before.csv': before,
    })) {
      await writeFile(join(workspace, name), text);
    }
    const raw = {
      token: 't',
      comment: 'false',
      predictions: 'now.csv',
      'champion-predictions': 'before.csv',
    };
    const outcome = await main(
      readInputs(definition.inputs, (name) => (raw as Record<string, string>)[name]),
      {
        run: { workspace, temp: join(workspace, 'temp'), event: {}, sha: 'abc' },
        logger: new RecordingLogger(),
        clock: { ...systemClock, now: () => new Date('2026-05-04T12:00:00Z') },
        signal: new AbortController().signal,
        environment: {},
        duckdb: () => Promise.resolve(duckdbLibrary),
      } as unknown as Dependencies,
    );
    const [report, decision] = [outcome.report!, outcome.result as Decision];
    const [html, markdown] = [renderHtml(report), renderMarkdown(report, { budget: 20_000, rows: 20 })];
    for (const text of [html, markdown]) expect(text).not.toMatch(/\bNaN\b|undefined|\[object/);
    expect(html.length).toBeLessThan(2_000_000);
    expect(markdown.length).toBeLessThanOrEqual(20_000);
    return { report, decision, html, markdown };
  }
  const titles = ({ sections }: Report): string[] => sections.map(({ title }) => title);

  const binary: Case = {
    task: 'binary-classification',
    evaluate: `  label: y
  score: p
  gates:
    - { metric: roc_auc, min: 0.6 }
    - { metric: roc_auc, max-drop: 0.01, versus: champion }
    - { metric: log_loss, max-relative-increase: 0.01, versus: champion }
    - { metric: recall, min: 0.99 }
  waivers: [{ gate: recall min 0.99, reason: tuned next week, by: ann, until: 2026-06-01 }]
  slices: [place]`,
    holdout: csv('y,place', (i) => `${positive(i)},${['east', 'west', 'north'][i % 3]}`),
    now: csv('p', (i) => score(i, i % 3 === 0 ? 0.1 : 0.55, 1)),
    before: csv('p', (i) => score(i, 0.5, 2)),
  };

  it('says what was decided, why, and by how much, before anything else', async () => {
    const { report, decision, markdown } = await reportOf(binary);
    expect(decision.verdict).toBe('fail');
    expect(report.headline).toBe(
      'm does not pass on 2,000 hold-out rows: 2 of 4 rules fail, 1 of 3 slices fails, 1 waived',
    );
    expect(titles(report)).toEqual([
      'Rules',
      'Waivers (1 hold)',
      expect.stringMatching(/^What changed: of 2,000 rows, \d+ became right, \d+ became wrong$/),
      'Slices (1 of 3 fail)',
      'What the gate could not see',
      'Curves',
      expect.stringMatching(/^Metrics \(\d+\)$/),
    ]);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[2]).toMatch(/^\| ROC AUC at least 0\.6 \(higher is better\) \| 0\.\d+.\(\*\*0\.\d+\*\*.…/);
    expect(rows[3]).toMatch(/^\| ROC AUC at most 0\.01 below the champion’s .*\| −0\.\d+.\(−0\.\d+.….\*\*−0/);
    expect(rows[4]).toMatch(/^\| Log loss at most 1 % above the champion’s \(lower is better\) .* %\*\*/);
    expect(rows[5]).toMatch(/❌.fail, waived \|$/);
    expect(markdown).toContain(
      '| <code>recall min 0.99</code> | 2026-06-01 | ann | tuned next week | holds |',
    );
  });

  it('shows what changed row by row, in numbers that add up', async () => {
    const { decision, markdown } = await reportOf(binary);
    const { better, worse, bothRight, bothWrong, slices, rows } = decision.changes!;
    expect(better + worse + bothRight! + bothWrong!).toBe(count);
    expect(slices.reduce((sum, slice) => sum + slice.worse, 0)).toBe(worse);
    expect(rows).toHaveLength(5);
    const line = Number(rows[0]!.place.replace('h.csv:', ''));
    expect(rows[0]!.challenger).toContain(`(${Number(Number(score(line - 2, 0.1, 1)).toPrecision(2))})`);
    expect(markdown).toContain(`<code>${rows[0]!.place}</code>`);
  });

  it('draws the curves of both models, the slices and the confusion', async () => {
    const { html, markdown } = await reportOf(binary);
    for (const title of ['ROC curve', 'Precision and recall', 'Calibration']) {
      expect(html).toContain(`<figcaption>${title}</figcaption><svg`);
      expect(markdown).toContain(`title "${title}: challenger, champion`);
    }
    expect(html).toContain('<figcaption>ROC AUC: challenger less champion, by slice</figcaption>');
    expect(html).toContain('Difference of ROC AUC (left is worse)');
    expect(html).toContain('>limit</text>');
    expect(html.match(/<g class="item fail">/g)!.length).toBeGreaterThan(0);
    expect(markdown).toContain('| Actual ↓ Predicted → | negative | positive |');
  });

  it('names the ways out where the rows do not settle a rule', async () => {
    const { decision, markdown } = await reportOf({
      ...binary,
      evaluate: `  label: y
  score: p
  gates:
    - { metric: accuracy, min: 0.70 }
    - { metric: recall, max-drop: 0.001, versus: champion }`,
      now: csv('p', (i) => score(i, 0.5, 2)),
    });
    expect(decision.verdict).toBe('inconclusive');
    const lines = markdown.split('\n');
    const at = lines.findIndex((line) => line.includes('Ways out'));
    const items = lines
      .slice(at)
      .filter((line) => line.startsWith('- '))
      .slice(0, 3);
    expect(items).toEqual([
      expect.stringMatching(/^- More hold-out rows[:.]/),
      expect.stringMatching(
        /these rows can show a loss of Recall from about 0\.\d+ on\. Decide on it before/,
      ),
      expect.stringMatching(/needs-review/),
    ]);
  });

  it('lists every metric of both models and their difference', async () => {
    const { decision, markdown } = await reportOf(binary);
    expect(markdown).toContain('| Metric | Challenger | Champion | Difference |');
    const theirs = decision.champion!.metrics!;
    expect(Object.keys(theirs)).toEqual(Object.keys(decision.metrics));
    const [, own, other, difference] = /\| accuracy \| ([\d.]+) \| ([\d.]+) \| ([+−][\d.]+) \|/.exec(
      markdown,
    )!;
    expect(Number(own)).toBeCloseTo(decision.metrics.accuracy!, 4);
    expect(Number(other)).toBeCloseTo(theirs.accuracy!, 4);
    expect(Number(difference!.replace('−', '-'))).toBeCloseTo(
      decision.metrics.accuracy! - theirs.accuracy!,
      3,
    );
  });

  it('asks slices what slice-gates ask', async () => {
    const { html, markdown } = await reportOf({
      ...binary,
      evaluate: `${binary.evaluate}\n  slice-gates: [{ metric: accuracy, min: 0.7 }]`,
    });
    expect(html).toContain('<figcaption>Accuracy by slice</figcaption>');
    expect(html).toContain('Accuracy (left is worse)');
    expect(markdown).toContain('| Slice | Rows | Accuracy of the challenger | p, corrected | Verdict |');
  });

  it('knows other tasks: several classes, numbers, rankings', async () => {
    const classes = ['ant', 'bee', 'cow'];
    const many = await reportOf({
      task: 'multiclass-classification',
      evaluate:
        '  label: y\n  prediction: c\n  gates: [{ metric: accuracy, max-drop: 0.02, versus: champion }]',
      holdout: csv('y', (i) => classes[i % 3]!),
      now: csv('c', (i) => classes[(i + (noise(i, 1) < 0.2 ? 1 : 0)) % 3]!),
      before: csv('c', (i) => classes[(i + (noise(i, 2) < 0.3 ? 2 : 0)) % 3]!),
    });
    expect(many.markdown).toMatch(/\| \*\*bee\*\* \| \d+.*\(−\d+\) \| \d+, 8\d % \(\+\d+\) \|/);
    const numbers = await reportOf({
      task: 'regression',
      evaluate: '  label: y\n  prediction: v\n  gates: [{ metric: mae, max: 1 }]',
      holdout: csv('y', (i) => String(noise(i, 3))),
      now: csv('v', (i) => String(noise(i, 4))),
      before: csv('v', () => '0.5'),
    });
    expect(numbers.report.headline).toBe('m passes: 1 of 1 rule on 2,000 hold-out rows');
    expect(numbers.html).toContain('<figcaption>Predicted and actual</figcaption>');
    expect(numbers.markdown).toContain('title "What is left of the target: challenger median');
    // Nothing compares, so the champion was never looked at.
    expect(numbers.decision.changes).toBeUndefined();
    const ranking = await reportOf({
      task: 'ranking',
      evaluate:
        '  label: gain\n  query: q\n  score: s\n  gates: [{ metric: mrr, max-drop: 0.5, versus: champion }]',
      holdout: csv('gain,q', (i) => `${i % 5 === 0 ? 1 : 0},q${Math.floor(i / 20)}`),
      now: csv('s', (i) => String(noise(i, 5))),
      before: csv('s', (i) => String(noise(i, 6))),
    });
    expect(ranking.html).toContain('<figcaption>NDCG by depth</figcaption>');
    expect(ranking.markdown).toMatch(/Better by NDCG of the first 10 are \d+ of 100 queries/);
  });

  it('stays short however many slices there are', async () => {
    const { html, markdown, decision } = await reportOf({
      ...binary,
      evaluate: `${binary.evaluate.replace('slices: [place]', 'slices: [place, a, b, [a, b]]')}\n  min-slice-rows: 5`,
      holdout: csv('y,place,a,b', (i) => `${positive(i)},x,a${i % 90}|<b>${'y'.repeat(40)},b${(i * 7) % 80}`),
    });
    expect(decision.slices.length).toBeGreaterThan(150);
    expect(markdown).toMatch(/\d+ more rows in the HTML report/);
    expect(html).toMatch(/\d+ are in the table|\d+ more are in the table/);
    expect(html).not.toContain('<b>yyy');
  });
});
