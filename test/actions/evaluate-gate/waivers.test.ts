import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Project, openProject, predictionsOf, specOf } from './project.js';

const spec = (waivers: string, more = '') =>
  specOf(`gates:
  - { metric: roc_auc, min: 0.99 }
  - { metric: log_loss, max: 0.65 }
  - { metric: accuracy, max-drop: 0.01, versus: champion }
slices: [place]
${more}
waivers:
${waivers}`);
const waiver = (gate: string, until: string) =>
  `  - { gate: "${gate}", reason: a new sensor, by: Ann, until: ${until} }`;

describe('evaluate-gate with waivers', () => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject('gates: [{ metric: roc_auc, min: 0.99 }]');
    await project.write({ 'other.csv': predictionsOf(0.6, 0.01) });
  });
  afterAll(() => project.close());
  const gate = async (text: string, today: string, champion = 'p.csv') => {
    await project.write({ 'model.yml': text });
    return project.gate({ 'champion-predictions': champion }, { today });
  };

  it('passes what is waived, says so first, and is the same on the same day', async () => {
    const text = spec(waiver('roc_auc min 0.99', '2026-06-30'));
    const { decision, outcome, logger } = await gate(text, '2026-06-30T23:00:00Z');
    expect(decision.verdict).toBe('pass');
    expect(decision.rules[0]).toMatchObject({ verdict: 'fail', waived: true });
    expect(decision.reasons[0]).toMatch(
      /^Waived by Ann until 2026-06-30 \(a new sensor\): ROC AUC is 0\.\d+, at most/,
    );
    expect(outcome.failure).toBeUndefined();
    expect(outcome.outputs).toMatchObject({ verdict: 'pass', waived: 'roc_auc min 0.99' });
    expect(
      logger.records.some(({ level, message }) => level === 'warning' && message.startsWith('Waived')),
    ).toBe(true);
    expect(decision.waivers).toMatchObject({ day: '2026-06-30', list: [{ state: 'holds' }] });
    expect(renderMarkdown(outcome.report!, { budget: 60_000 })).toContain('Waived by Ann until 2026-06-30');
    const again = await gate(text, '2026-06-30T01:00:00Z');
    expect(JSON.stringify(again.outcome.result)).toBe(JSON.stringify(outcome.result));
  });

  it('fails the day after, and where a waiver names nothing', async () => {
    const expired = await gate(spec(waiver('roc_auc min 0.99', '2026-06-30')), '2026-07-01T00:00:00Z');
    expect(expired.decision.verdict).toBe('fail');
    expect(expired.decision.rules[0]!.waived).toBeUndefined();
    expect(expired.decision.reasons[1]).toMatch(
      /^The waiver of "roc_auc min 0\.99" by Ann ended on 2026-06-30/,
    );
    expect(expired.outcome.outputs.waived).toBe('');
    const unknown = await gate(
      spec([waiver('roc_auc', '2026-12-31'), waiver('place = wast', '2026-12-31')].join('\n')),
      '2026-07-01T00:00:00Z',
    );
    expect(unknown.decision.verdict).toBe('fail');
    expect(unknown.decision.reasons[0]).toContain(
      'names nothing that this gate decides: did you mean "place = west"?',
    );
    expect(unknown.decision.reasons[1]).toMatch(/^Waived by Ann/);
  });

  it('says first why a decision is open, where something else than what is waived leaves it so', async () => {
    const text = spec(waiver('roc_auc', '2026-12-31')).replace('versus: champion', 'baseline: b.json');
    await project.write({ 'model.yml': text, 'b.json': '{ "accuracy": 0.5 }' });
    const { metrics } = (await project.gate({}, { today: '2026-07-01T00:00:00Z' })).decision;
    await project.write({ 'b.json': JSON.stringify({ accuracy: metrics.accuracy! + 0.01 }) });
    const { decision, outcome } = await project.gate({}, { today: '2026-07-01T00:00:00Z' });
    expect(decision.verdict).toBe('inconclusive');
    expect(outcome.failure).toMatch(/^The gate is inconclusive, and when-inconclusive is fail: Accuracy is/);
    expect(decision.reasons[1]).toMatch(/^Waived by Ann/);
  });

  it('tells of a waiver that is not needed', async () => {
    const text = spec([waiver('roc_auc', '2026-12-31'), waiver('log_loss', '2026-12-31')].join('\n'));
    const { decision } = await gate(text, '2026-07-01T00:00:00Z');
    expect(decision.verdict).toBe('pass');
    expect(decision.reasons[1]).toBe(
      'The waiver of "log_loss" by Ann is not needed, since nothing that it names fails: remove it',
    );
  });

  it('waives a slice by itself', async () => {
    // Where the place is east, every third prediction is turned round.
    const [head, ...lines] = predictionsOf(0.6).trim().split('\n');
    const hurt = lines.map((line, i) => {
      const [id, p] = line.split(',');
      return i % 9 === 0 ? `${id},${(1 - Number(p)).toFixed(4)}` : line;
    });
    await project.write({ 'p.csv': [head, ...hurt].join('\n'), 'whole.csv': predictionsOf(0.6) });
    const rules = [waiver('roc_auc', '2026-12-31'), waiver('accuracy', '2026-12-31')].join('\n');
    const failed = await gate(spec(rules), '2026-07-01T00:00:00Z', 'whole.csv');
    expect(failed.decision.slices.find(({ value }) => value === 'east')!.verdict).toBe('fail');
    expect(failed.decision.verdict).toBe('fail');
    const waived = await gate(
      spec([rules, waiver('place = east', '2026-12-31')].join('\n')),
      '2026-07-01T00:00:00Z',
      'whole.csv',
    );
    expect(waived.decision.verdict).toBe('pass');
    expect(waived.outcome.outputs.waived).toContain('place = east');
    expect(waived.decision.reasons.join('\n')).toMatch(/Waived by Ann .*: Where place is east/);
  });

  it('waives one demand of a part, or the part', async () => {
    const fairness = `fairness:
  - { metric: accuracy_difference, max: 0.001, column: place }
  - { metric: demographic_parity_difference, max: 0.9, column: place }`;
    const rules = ['roc_auc', 'accuracy'].map((name) => waiver(name, '2026-12-31')).join('\n');
    const of = (...more: string[]) =>
      gate(
        spec([rules, ...more.map((name) => waiver(name, '2026-12-31'))].join('\n'), fairness),
        '2026-07-01T00:00:00Z',
      );
    const failed = await of();
    const [strict, loose] = failed.decision.fairness!;
    expect([strict!.verdict === 'pass', loose!.verdict]).toEqual([false, 'pass']);
    expect(failed.decision.verdict).not.toBe('pass');
    for (const name of [strict!.rule, 'fairness']) {
      const waived = await of(name);
      expect(waived.decision.verdict).toBe('pass');
      expect(waived.outcome.outputs.waived).toContain(strict!.rule);
      expect(waived.decision.reasons.filter((reason) => reason.includes(strict!.reason))).toHaveLength(1);
      expect(waived.decision.reasons).toContain(loose!.reason);
    }
  });

  it('asks who, why and until when', async () => {
    const refused = (line: string) => expect(gate(spec(line), '2026-07-01T00:00:00Z')).rejects;
    await refused('  - { gate: roc_auc, by: Ann, until: 2026-06-30 }').toThrow(/reason/);
    await refused('  - { gate: roc_auc, reason: x, by: Ann, until: 2026-02-30 }').toThrow(
      /model\.yml:\d+:\d+: .*is no day of the calendar/,
    );
    await refused('  - { gate: roc_auc, reason: x, by: Ann, until: soon }').toThrow(
      /model\.yml:\d+:\d+: .*must be a day such as 2026-12-31/,
    );
  });
});
