import * as v from 'valibot';
import { readRules } from '../../src/evaluation/rules.js';
import { type Gate, gateSchema } from '../../src/spec/sections/evaluate.js';

const place = (path: readonly (string | number)[]) => ({ file: 'model.yml', line: Number(path[0]) + 1 });
const read = (gates: Gate[]) => readRules(gates, 'binary-classification', place);
const problemsOf = (gates: Gate[]) => {
  try {
    read(gates);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('rules', () => {
  it('compare with the champion, a version or a file, each at its own confidence', () => {
    const rules = read([
      { metric: 'roc_auc', 'max-relative-drop': 0.02, versus: 'champion' },
      { metric: 'log_loss', 'max-relative-increase': 0.1, versus: 'v1.2.0', confidence: 0.9 },
      { metric: 'brier', 'max-increase': 0.01, baseline: 'baselines/main.json' },
    ]);
    expect(rules.map(({ text, file, confidence }) => ({ text, file, confidence }))).toEqual([
      { text: 'roc_auc max-relative-drop 0.02 versus champion', file: false, confidence: undefined },
      { text: 'log_loss max-relative-increase 0.1 versus v1.2.0', file: false, confidence: 0.9 },
      { text: 'brier max-increase 0.01 versus baselines/main.json', file: true, confidence: undefined },
    ]);
  });

  it('take a loss in per cent for a share of the other model', () => {
    const gates = [
      { metric: 'roc_auc', 'max-drop': '2%', versus: 'champion' },
      { metric: 'log_loss', 'max-increase': '0.5 %' },
    ].map((gate) => v.parse(gateSchema, gate));
    expect(read(gates).map(({ text }) => text)).toEqual([
      'roc_auc max-relative-drop 0.02 versus champion',
      'log_loss max-relative-increase 0.005 versus champion',
    ]);
  });

  it('of a mean say which way is better', () => {
    const rules = read([
      { metric: 'mean-of cost', 'max-relative-increase': 0.1, versus: 'champion' },
      { metric: 'mean-of judge', 'max-relative-drop': 0.1, versus: 'champion' },
    ]);
    expect(rules.map(({ metric }) => metric.better)).toEqual(['lower', 'higher']);
  });

  it.each<[string, Gate[], string]>([
    [
      'a drop of what is better low',
      [{ metric: 'log_loss', 'max-relative-drop': 0.1, versus: 'champion' }],
      'write max-relative-increase',
    ],
    [
      'a share of everything',
      [{ metric: 'roc_auc', 'max-relative-drop': 1, versus: 'champion' }],
      'lets every model pass: no loss of roc_auc can be larger → write the share',
    ],
    [
      'a margin as wide as the metric',
      [{ metric: 'accuracy', 'max-drop': 1, versus: 'champion' }],
      'lets every model pass: no loss of accuracy',
    ],
    [
      'the same rule twice',
      [
        { metric: 'roc_auc', min: 0.6 },
        { metric: 'roc_auc', min: 0.6 },
      ],
      'model.yml:2: "roc_auc min 0.6" is there already, in model.yml:1',
    ],
    [
      'two limits of the same, under two names',
      [
        { metric: 'pr_auc', min: 0.6 },
        { metric: 'average_precision', min: 0.7 },
      ],
      'model.yml:2: "average_precision min 0.7" contradicts "pr_auc min 0.6" in model.yml:1: one limit of the same',
    ],
    [
      'two margins against one version',
      [
        { metric: 'roc_auc', 'max-drop': 0.01, versus: 'v1.2.0' },
        { metric: 'roc_auc', 'max-drop': 0.02, versus: '1.2.0' },
      ],
      'model.yml:2: "roc_auc max-drop 0.02 versus 1.2.0" contradicts',
    ],
    [
      'a minimum above the maximum',
      [
        { metric: 'brier', max: 0.2 },
        { metric: 'brier', min: 0.3 },
      ],
      'model.yml:2: "brier min 0.3" contradicts "brier max 0.2" in model.yml:1: nothing can pass',
    ],
    [
      'a mean that is better both ways',
      [
        { metric: 'mean-of cost', 'max-increase': 0.1, versus: 'champion' },
        { metric: 'mean-of cost', 'max-drop': 0.1, versus: 'champion' },
      ],
      'takes higher for better, and "mean-of cost max-increase 0.1 versus champion" in model.yml:1 the other way',
    ],
  ])('%s is an error at its place', (_, gates, message) => {
    expect(problemsOf(gates)).toContain(message);
  });

  it('of one metric may bound it, and compare it with several', () => {
    expect(
      read([
        { metric: 'roc_auc', min: 0.6, 'max-drop': 0.01, versus: 'champion' },
        { metric: 'roc_auc', 'max-drop': 0.01, versus: 'v1.0.0' },
        { metric: 'roc_auc', 'max-relative-drop': 0.01, versus: 'champion' },
        { metric: 'roc_auc', max: 0.99 },
      ]),
    ).toHaveLength(5);
  });
});

describe('the limit of a rule', () => {
  it.each<[Gate, string | undefined]>([
    [{ metric: 'roc_auc', min: 1 }, undefined],
    [{ metric: 'roc_auc', min: 1.01 }, 'roc_auc cannot be above 1: min 1.01 can never pass → use at most 1'],
    [
      { metric: 'roc_auc', min: 0 },
      'roc_auc is always between 0 and 1: min 0 lets every model pass → ask for more',
    ],
    [{ metric: 'roc_auc', min: 0.01 }, undefined],
    [{ metric: 'brier', max: 0 }, undefined],
    [{ metric: 'brier', max: -0.01 }, 'brier cannot be below 0: max -0.01 can never pass → use at least 0'],
    [{ metric: 'accuracy', max: 1 }, 'accuracy is always between 0 and 1: max 1 lets every model pass'],
    [{ metric: 'accuracy', max: 0.99 }, undefined],
    [{ metric: 'accuracy', 'max-drop': 0.99 }, undefined],
    [
      { metric: 'accuracy', 'max-drop': 1 },
      'max-drop 1 lets every model pass: no loss of accuracy can be larger → state the loss that you would tolerate',
    ],
    [{ metric: 'mcc', 'max-drop': 1.99 }, undefined],
    [{ metric: 'mcc', 'max-drop': 2 }, 'max-drop 2 lets every model pass'],
    [
      { metric: 'accuracy', 'max-relative-drop': 1 },
      'max-relative-drop 1 lets every model pass: no loss of accuracy can be larger → write the share that you tolerate',
    ],
    [{ metric: 'accuracy', 'max-relative-drop': 0.99 }, undefined],
    [{ metric: 'log_loss', 'max-relative-increase': 5 }, undefined],
    [
      { metric: 'brier', 'max-drop': 0.1 },
      'so a drop is a gain: max-drop limits nothing → write max-increase',
    ],
    [{ metric: 'accuracy', 'max-relative-increase': 0.1 }, 'limits nothing → write max-relative-drop'],
    [{ metric: 'mean-of cost', min: 1, max: 2 }, undefined],
  ])('%j is wrong: %s', (gate, message) => {
    if (message === undefined) expect(problemsOf([gate])).toBe('');
    else expect(problemsOf([gate])).toContain(message);
  });

  it.each<[Gate, string]>([
    [{ metric: 'mean-of cost', min: 1 }, 'higher'],
    [{ metric: 'mean-of cost', max: 1 }, 'lower'],
    [{ metric: 'mean-of cost', min: 1, max: 2 }, 'zero'],
    [{ metric: 'mean-of cost', 'max-drop': 1 }, 'higher'],
    [{ metric: 'mean-of cost', 'max-increase': 1, min: 2 }, 'lower'],
  ])('of a column’s mean %j says that %s is better', (gate, better) => {
    expect(read([gate])[0]!.metric.better).toBe(better);
  });
});
