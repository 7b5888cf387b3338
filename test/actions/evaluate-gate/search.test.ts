import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Project, labelOf, openProject, predictionsOf, rows, specOf } from './project.js';

const gates = 'gates: [{ metric: accuracy, min: 0.3 }]\nmin-slice-rows: 80';

/** Predictions that are wrong where a row is of this kind. */
function wrongWhere(is: (i: number) => boolean): string {
  return predictionsOf(0.6)
    .trim()
    .split('\n')
    .map((line, i) => (i > 0 && is(i - 1) ? `r${i - 1},${1 - labelOf(i - 1)}` : line))
    .join('\n');
}
const carrierOf = (i: number): string => ["O'Hare | air", 'B6', 'AA', ''][(i * 7) % 4]!;
const dayOf = (i: number): string => `2001-04-${String(1 + ((i * 11) % 28)).padStart(2, '0')}`;

describe('evaluate-gate that searches', () => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(gates);
    const lines = Array.from(
      { length: rows },
      (_, i) => `r${i},${labelOf(i)},${carrierOf(i)},${(i * 13) % 700},${dayOf(i)},id-${i}`,
    );
    await project.write({ 'holdout.csv': ['id,y,carrier,distance,day,note', ...lines].join('\n') + '\n' });
    await project.write({
      'carrier.csv': wrongWhere((i) => carrierOf(i) === "O'Hare | air" && i % 8 !== 0),
      'days.csv': wrongWhere((i) => dayOf(i) < '2001-04-09' && i % 8 !== 0),
      'empty.csv': wrongWhere((i) => carrierOf(i) === '' && i % 8 !== 0),
    });
  });
  afterAll(() => project.close());

  it('finds slices by any kind of column, and warns', async () => {
    await project.write({ 'model.yml': specOf(`${gates}\nsearch: true`) });
    const texts = await project.gate({ predictions: 'carrier.csv' });
    expect(texts.decision.verdict).toBe('pass');
    const { search } = texts.decision;
    expect(search!.columns).toEqual(['carrier', 'distance', 'day']);
    expect(search!.columnsLeftOut).toEqual([{ column: 'note', why: 'it has one value, or too many' }]);
    expect(search!.findings[0]!.parts).toEqual([{ column: 'carrier', value: "O'Hare | air" }]);
    expect(texts.decision.reasons.join()).toContain(
      "The search found that where carrier is O'Hare | air (300 rows)",
    );
    const markdown = renderMarkdown(texts.outcome.report!, { budget: 60_000 });
    expect(markdown).toContain('Weak slices that nobody named (1)');

    const days = await project.gate({ predictions: 'days.csv' });
    expect(days.decision.search!.findings[0]!.parts[0]!.column).toBe('day');
    expect(days.decision.search!.findings[0]!.parts[0]!.value).toMatch(
      /^(below 2001-04-\d\d|2001-04-\d\d to 2001-04-\d\d)$/,
    );
    const empty = await project.gate({ predictions: 'empty.csv' });
    expect(empty.decision.search!.findings[0]!.parts).toEqual([{ column: 'carrier', value: null }]);
  });

  it('fails where it is asked to, and names what the champion did better', async () => {
    await project.write({
      'model.yml': specOf(`gates: [{ metric: accuracy, max-drop: 0.5, versus: champion }]
min-slice-rows: 80
search: { columns: [carrier, carrier], fail: true, worse-than-champion: 0.05, worse-than-rest: 1 }`),
    });
    const found = await project.gate({ predictions: 'carrier.csv', 'champion-predictions': 'p.csv' });
    expect(found.decision.search!.findings.map(({ than }) => than)).toEqual(['champion']);
    expect(found.outcome.failure).toMatch(/^The model does not pass: The search found that where carrier is/);
    expect(found.outcome.report!.headline).toBe(
      'late does not pass on 1,200 hold-out rows: 1 weak slice found',
    );
    const same = await project.gate({ predictions: 'p.csv', 'champion-predictions': 'p.csv' });
    expect(same.decision.search!.findings).toEqual([]);
    expect(same.decision.verdict).toBe('pass');
    expect(renderMarkdown(same.outcome.report!, { budget: 60_000 })).toContain(
      'No slice was found where the model is worse',
    );
    expect(
      JSON.stringify(
        (await project.gate({ predictions: 'carrier.csv', 'champion-predictions': 'p.csv' })).decision,
      ),
    ).toBe(JSON.stringify(found.decision));
  });

  it('names what it cannot search', async () => {
    await project.write({ 'model.yml': specOf(`${gates}\nsearch: { columns: [carier] }`) });
    await expect(project.gate()).rejects.toThrow('there is no column "carier" → did you mean "carrier"?');
    await project.write({ 'model.yml': specOf(`${gates}\nsearch: { metric: roc_auc }`) });
    await expect(project.gate()).rejects.toThrow(/model\.yml:\d+:\d+: roc_auc is no mean over rows/);
    await project.write({ 'model.yml': specOf(`${gates}\nsearch: { fale: true }`) });
    await expect(project.gate()).rejects.toThrow('did you mean "fail"?');
  });
});
