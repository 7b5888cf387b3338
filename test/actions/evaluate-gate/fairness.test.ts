import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Project, labelOf, openProject, predictionsOf, rows, specOf } from './project.js';

const base = 'gates: [{ metric: roc_auc, min: 0.6 }]\nmin-slice-rows: 100';

describe('evaluate-gate on groups and slices', () => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(base);
    const lines = Array.from({ length: rows }, (_, i) => {
      const sex = i % 2 === 0 ? 'F' : 'M';
      return `r${i},${labelOf(i)},${i % 3 === 0 ? 'east' : 'west'},${sex},${(i * 17) % 90}`;
    });
    await project.write({ 'holdout.csv': ['id,y,place,sex,age', ...lines].join('\n') + '\n' });
    // A worse model for one group.
    const unfair = predictionsOf(0.6)
      .split('\n')
      .map((line) => (/^r\d*[02468],/.test(line) ? line.replace(/,0\.(\d)/, ',0.0$1') : line));
    await project.write({ 'unfair.csv': unfair.join('\n') });
  });
  afterAll(() => project.close());

  const fairness = `fairness:
  - { column: sex, metric: demographic_parity_difference, max: 0.2 }
  - { column: [sex, { column: age, ranges: [45] }], metric: equal_opportunity_difference, max: 0.3 }
  - { column: place, metric: accuracy_group_min, min: 0.6 }`;

  it('passes what treats groups alike, and fails what does not', async () => {
    await project.write({ 'model.yml': specOf(`${base}\n${fairness}`) });
    const alike = await project.gate();
    expect(alike.decision.fairness!.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    expect(alike.decision.fairness![1]!.groups.map(({ rows: count }) => count)).toHaveLength(4);
    expect(alike.decision.verdict).toBe('pass');
    const unfair = await project.gate({ predictions: 'unfair.csv' });
    expect(unfair.decision.verdict).toBe('fail');
    expect(unfair.decision.fairness![0]!.verdict).toBe('fail');
    expect(unfair.outcome.failure).toMatch(
      /Demographic parity difference by sex is 0\.\d+ \(M 0\.\d+ against F 0\)/,
    );
    const markdown = renderMarkdown(unfair.outcome.report!, { budget: 60_000 });
    expect(markdown).toContain('### Fairness');
    expect(markdown).toContain('sex × age');
    expect(renderHtml(unfair.outcome.report!)).toContain('F × 45 or more');
  });

  it('shows the champion beside, and bounds what changed', async () => {
    await project.write({
      'model.yml': specOf(`gates:
  - { metric: roc_auc, max-drop: 0.5, versus: champion }
fairness:
  - { column: sex, metric: demographic_parity_difference, max-increase: 0.05, versus: champion }
  - { column: sex, metric: equalized_odds_ratio, min: 0.5 }`),
    });
    const { decision } = await project.gate({ predictions: 'unfair.csv', 'champion-predictions': 'p.csv' });
    const [change, odds] = decision.fairness!;
    expect(change!.verdict).toBe('fail');
    expect(change!.difference!.lower).toBeGreaterThan(0.05);
    expect(odds!.champion!.value).toBeGreaterThan(odds!.challenger!.value);
  });

  it('cuts slices by the spec, and tells mistakes at their lines', async () => {
    await project.write({
      'model.yml': specOf(`${base}
slices: [[place, sex], { column: age, ranges: [0, 45, 90, 120] }, { column: sex, values: [F, X] }]
slice-gates: [{ metric: accuracy, min: 0.4 }]`),
    });
    const { decision } = await project.gate();
    expect(decision.slices.map(({ column, value, verdict }) => `${column} ${value} ${verdict}`)).toEqual([
      'place × sex west × F pass',
      'place × sex west × M pass',
      'place × sex east × F pass',
      'place × sex east × M pass',
      'age 90 to 120 fail',
      'age 0 to 45 pass',
      'age 45 to 90 pass',
      'sex X fail',
      'sex F pass',
    ]);
    expect(decision.reasons[0]).toBe('No hold-out row is in a slice that must be there: age is 90 to 120');
    await project.write({
      'model.yml': specOf(`${base}\nslices: [sex, { column: place, quantiles: 3 }]`),
    });
    await expect(project.gate()).rejects.toThrow(
      /model\.yml:\d+:\d+: column "place" holds no numbers, so it has no ranges/,
    );
    await project.write({
      'model.yml': specOf(`${base}\nfairness: [{ column: sex, metric: equal_odds_ratio, min: 0.8 }]`),
    });
    await expect(project.gate()).rejects.toThrow(
      /there is no metric "equal_odds" → did you mean "equalized_odds_ratio"\?/,
    );
    await project.write({
      'model.yml': specOf(
        `${base}\nslices: [sex]\nslice-gates: [{ metric: accuracy, max-drop: 0.1, baseline: main.json }]`,
      ),
    });
    await expect(project.gate()).rejects.toThrow(
      /main\.json states what a model does on all rows, and nothing of slices/,
    );
    await project.write({
      'model.yml': specOf(`${base}\nslices: [[sex, sexx]]`),
    });
    await expect(project.gate()).rejects.toThrow(/there is no column "sexx" → did you mean "sex"\?/);
  });
});
