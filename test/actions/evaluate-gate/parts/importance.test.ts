import { type Loans, csvOf, loans, openLoans, rows } from './model.js';

describe('importance, by running the model', () => {
  let project: Loans;
  beforeAll(async () => {
    project = await openLoans();
  });
  afterAll(() => project.close());

  it('says what the model leans on, and on what it does not', async () => {
    const { decision, markdown, html } = await project.gate('importance: {}', { term: -0.05 });
    expect(decision.verdict).toBe('pass');
    const { importance } = decision;
    expect(importance).toMatchObject({ verdict: null, metric: 'roc_auc', rows, repeats: 5, seed: 1 });
    expect(importance!.repeated).toEqual({ rows, changed: 0 });
    // Neither the label nor the id is shuffled.
    expect(importance!.columns.map(({ name }) => name).sort()).toEqual(['income', 'note', 'sex', 'term']);
    expect(importance!.columns[0]).toMatchObject({ name: 'income', limit: null, verdict: null });
    expect(importance!.columns[0]!.importance!.lower).toBeGreaterThan(0.1);
    const of = (name: string) => importance!.columns.find((column) => column.name === name)!.importance;
    expect(of('sex')!.value).toBe(0);
    expect(of('sex')!.upper).toBeLessThan(0.02);
    expect(decision.reasons.at(-1)).toMatch(
      /^The model leans most on income: shuffled, ROC AUC gets worse by 0\./,
    );
    expect(markdown).toContain('What the model leans on');
    expect(html).toContain('<svg');
  });

  it('decides where a limit is set', async () => {
    const spec = `importance:
  metric: log_loss
  repeats: 2
  together: { terms: [income, term] }
  max-importance: { sex: 0.04, note: 0.03, terms: 0.05 }`;
    const { decision, markdown } = await project.gate(spec);
    expect(decision.verdict).toBe('fail');
    const verdicts = decision.importance!.columns.map(({ name, verdict }) => [name, verdict]);
    expect(verdicts).toEqual([
      ['terms', 'fail'],
      ['note', 'pass'],
      ['sex', 'pass'],
    ]);
    expect(decision.reasons[0]).toMatch(
      /^When terms is shuffled, Log loss gets worse by 1\.\d+, at least 1\.\d+ with 95 %/,
    );
    expect(markdown).toContain('What the model leans on (1 column too much)');
    expect(markdown).toContain('terms (income, term)');
  });

  it('keeps the documents of a query together, and knows queries from rows', async () => {
    const ranking = loans.map((row, i) => ({ ...row, y: row.y + (i % 2), who: `q${i % 60}` }));
    await project.write({ 'ranking.csv': csvOf(ranking) });
    const { decision } = await project.gate(
      '',
      {},
      {
        spec: `name: loan
task: ranking
data: { contract: c.yaml, train: t.csv, holdout: ranking.csv }
train: { run: ./train }
evaluate:
  run: node predict.mjs
  label: y
  id: id
  query: who
  score: p
  gates: [{ metric: ndcg@5, min: 0.3 }]
  importance: { rows: 200, repeats: 2 }
release: { files: ['*.json'] }
`,
      },
    );
    const { importance } = decision;
    expect(importance!.rows).toBe(200);
    expect(importance!.columns[0]).toMatchObject({ name: 'income' });
    expect(importance!.columns[0]!.importance!.lower).toBeGreaterThan(0);
    expect(importance!.columns.map(({ name }) => name)).not.toContain('who');
  });

  it.each<[string, string, RegExp]>([
    ['an unknown column', 'columns: [incom]', /no column "incom" → did you mean "income"\?/],
    ['an unknown limit', 'max-importance: { sexx: 0.1 }', /"sexx" is not among .* → did you mean "sex"\?/],
    ['a name that is taken', 'together: { sex: [income, term] }', /"sex" is the name of a column, and/],
    ['a metric of another task', 'metric: mae', /"mae" is a metric of regression/],
    ['too many rows', 'repeats: 0', /model\.yml:\d+/],
  ])('refuses %s', async (_, lines, message) => {
    await expect(project.gate(`importance: { ${lines} }`)).rejects.toThrow(message);
  });
});
