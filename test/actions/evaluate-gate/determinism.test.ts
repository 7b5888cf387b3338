import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderHtml } from '../../../src/report/html.js';
import type { Decision } from '../../../src/formats/decision.js';
import { type Local, startLocal } from '../../github/local.js';
import { type Project, openProject, predictionsOf } from './project.js';

/** Resampled, analytic and relative rules, slices, a waiver, and a count of uses. */
const evaluate = `holdout-use: spend
gates:
  - { metric: pr_auc, min: 0.5 }
  - { metric: f1, max-drop: 0.1, versus: champion }
  - { metric: ece, max: 0.4, confidence: 0.999 }
  - { metric: roc_auc, max-relative-drop: 0.1, versus: champion }
  - { metric: log_loss, max: 0.1 }
slices: [place]
waivers:
  - { gate: log_loss, reason: a new sensor, by: Ann, until: 2099-12-31 }`;

describe('the decision record', () => {
  let local: Local;
  let project: Project;
  beforeAll(async () => {
    local = await startLocal();
    project = await openProject(evaluate);
    await project.write({ 'live.csv': predictionsOf(0.58, 0.02) });
  });
  afterAll(async () => {
    await project.close();
    await local.close();
  });
  const gate = (raw: Readonly<Record<string, string>> = {}) =>
    project.gate(
      { 'champion-predictions': 'live.csv', ...raw },
      { github: local.client(), today: '2026-11-21T12:00:00Z' },
    );
  const reversed = async (from: string, to: string) => {
    const [head, ...lines] = (await readFile(join(project.folder, from), 'utf8')).trim().split('\n');
    await project.write({ [to]: `${[head, ...lines.reverse()].join('\n')}\n` });
  };

  it('repeats bit for bit, and so does the report', async () => {
    const [one, other] = [await gate(), await gate()];
    expect(one.decision.verdict).toBe('pass');
    expect(one.decision.rules.map(({ challenger }) => challenger!.method)).toContain('bootstrap-bca');
    expect(JSON.stringify(other.outcome.result)).toBe(JSON.stringify(one.outcome.result));
    expect(renderHtml(other.outcome.report!)).toBe(renderHtml(one.outcome.report!));
    expect(other.outcome.outputs).toEqual(one.outcome.outputs);
  });

  it('is the same where predictions come in another order, but for the digests of these files', async () => {
    await reversed('p.csv', 'p-reversed.csv');
    await reversed('live.csv', 'live-reversed.csv');
    const bare = ({ challenger, champion, ...rest }: Decision): object => ({
      ...rest,
      models: [challenger.digest, champion!.version],
    });
    const straight = await gate();
    const turned = await gate({
      predictions: 'p-reversed.csv',
      'champion-predictions': 'live-reversed.csv',
    });
    // The same answers are the same use of the rows, too.
    expect(JSON.stringify(bare(turned.decision))).toBe(JSON.stringify(bare(straight.decision)));
    expect(turned.decision.challenger.predictions).not.toBe(straight.decision.challenger.predictions);
  });

  it('says the same of hold-out rows in another order, within what resampling leaves open', async () => {
    const straight = await gate();
    await reversed('holdout.csv', 'holdout.csv');
    const turned = await gate();
    expect(turned.decision.verdict).toBe(straight.decision.verdict);
    straight.decision.rules.forEach((rule, i) => {
      const other = turned.decision.rules[i]!;
      expect(other.verdict).toBe(rule.verdict);
      expect(other.challenger!.value).toBeCloseTo(rule.challenger!.value, 12);
      const digits = rule.challenger!.method === 'bootstrap-bca' ? 2 : 12;
      expect(other.challenger!.lower!).toBeCloseTo(rule.challenger!.lower!, digits);
    });
    for (const slice of straight.decision.slices) {
      expect(turned.decision.slices.find(({ value }) => value === slice.value)?.rows).toBe(slice.rows);
    }
  });

  it('changes with the seed only where something is drawn', async () => {
    const [one, other] = [await gate({ seed: '1' }), await gate({ seed: '2' })];
    const bounds = ({ decision }: typeof one): string[] =>
      decision.rules.map(({ challenger }) => `${challenger!.lower} ${challenger!.upper}`);
    const same = bounds(one).map((text, i) => text === bounds(other)[i]);
    const drawn = one.decision.rules.map(({ challenger }) => challenger!.method === 'bootstrap-bca');
    expect(same.every((equal, i) => equal || drawn[i])).toBe(true);
    expect(same).toContain(false);
  });
});
