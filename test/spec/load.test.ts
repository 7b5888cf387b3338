import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSpec } from '../../src/spec/load.js';

const good = `name: flight-delay
task: binary-classification
data: { contract: c.yaml, train: 'a/*.csv', holdout: [b.csv] }
train: { run: node train.mjs, time-limit: 2h }
evaluate:
  run: node predict.mjs
  label: delayed
  score: p
  gates:
    - { metric: roc_auc, min: 0.6 }
rollout:
  target: { kind: command, start: a, set-weight: b, stop: c }
  steps: [5%, 0.25, 100%]
`;

function spec(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'spec-')), 'model.yml');
  writeFileSync(file, text);
  return file;
}

describe('loadSpec', () => {
  it('reads shares, durations and globs, and fills in what is left out', async () => {
    const { value } = await loadSpec(spec(good));
    expect(value.rollout?.steps).toEqual([0.05, 0.25, 1]);
    expect(value.train['time-limit']).toBe(7_200_000);
    expect(value.data.train).toEqual(['a/*.csv']);
    expect(value.evaluate.confidence).toBe(0.95);
    expect(value.release.bump).toBe('minor');
  });

  it.each([
    [
      'gates:\n    - { metric: roc_auc, min: 0.6 }',
      'gates:\n    - { metric: roc_auc, metrik: x }',
      /unknown key "evaluate\.gates\.0\.metrik" → did you mean "metric"/,
    ],
    [
      'min: 0.6',
      'max-drop: 0.01',
      /model\.yml:10:7: max-drop and max-increase compare → add versus: champion/,
    ],
    ['min: 0.6', 'min: 0.6, versus: champion', /without a margin decides nothing/],
    [
      '  gates:',
      '  slices: [a]\n  slice-gates: [{ metric: roc_auc, max-drop: 0.1 }]\n  gates:',
      /max-drop and max-increase compare → add versus: champion/,
    ],
    [
      '  gates:',
      '  slice-gates: [{ metric: roc_auc, min: 0.1 }]\n  gates:',
      /there are slice-gates and no slices, so they decide nothing → add slices/,
    ],
    ['min: 0.6', 'min: 0.6, baseline: b.json', /baseline: b\.json without a margin decides nothing/],
    [
      'min: 0.6',
      'max-drop: 0.1, versus: champion, baseline: b.json',
      /compares with versus or with a baseline file, not with both/,
    ],
    ['min: 0.6', 'min: 0.6, confidence: 0.5', /gates\.0\.confidence/],
    ['min: 0.6', 'max-relative-drop: -0.1, versus: champion', /max-relative-drop/],
    ['min: 0.6', 'max-drop: 2 percent, versus: champion', /a share of the other model such as 2%/],
    ['min: 0.6', 'max-drop: 2%, max-relative-drop: 0.02', /a gate states a relative loss once/],
    ['min: 0.6', 'min: 0.6, max: 0.5', /min 0\.6 is above max 0\.5/],
    ['[5%, 0.25, 100%]', '[25%, 5%, 100%]', /steps must grow/],
    ['[5%, 0.25, 100%]', '[5%, 50%]', /the last step must be 100%/],
    ['[5%, 0.25, 100%]', '[5%, 250%]', /250%|above 100%|such as 5%/],
    ['time-limit: 2h', 'time-limit: long', /"long" is not a duration: write 90s/],
    ['  score: p\n', '', /needs evaluate\.score → name the column/],
    ['name: flight-delay', 'name: Flight Delay', /lower-case letters/],
    ['name: flight-delay\n', '', /"name" is missing/],
    ['task: binary-classification', 'task: clustering', /task: /],
    ['data: {', 'dataa: {', /unknown key "dataa" → did you mean "data"/],
  ])('%j → %j is refused', async (from, to, message) => {
    expect(good).toContain(from);
    await expect(loadSpec(spec(good.replace(from, to)))).rejects.toThrow(message);
  });

  it('reports all problems at once', async () => {
    const text = good
      .replace('time-limit: 2h', 'time-limit: x')
      .replace('metric: roc_auc', 'metrik: roc_auc');
    await expect(loadSpec(spec(text))).rejects.toMatchObject({
      problems: expect.objectContaining({ length: 2 }),
    });
  });
});
