import type { UserError } from '../../src/common/errors.js';
import { parseYaml } from '../../src/common/yaml.js';
import { specSchema } from '../../src/spec/schema.js';
import { resolveParameters, variableOf } from '../../src/training/parameters.js';

const spec = (params: string) =>
  parseYaml(
    `name: m
task: regression
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train:
  run: ./train
  params: ${params}
evaluate: { run: ./predict, label: y, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`,
    specSchema,
    'model.yml',
  );
const problemsOf = (body: () => unknown): readonly string[] => {
  try {
    body();
  } catch (error) {
    return (error as UserError).problems.map(({ message, remedy }) => `${message} → ${remedy ?? ''}`);
  }
  return [];
};

describe('resolveParameters', () => {
  it('keeps the types of the spec', () => {
    const resolved = resolveParameters(spec('{ rounds: 10, early: true, name: a, rate: 0.1 }'), {
      rounds: '20',
      early: 'false',
      name: '7',
    });
    expect(resolved).toEqual({ rounds: 20, early: false, name: '7', rate: 0.1 });
  });

  it('says everything that is wrong at once', () => {
    const problems = problemsOf(() =>
      resolveParameters(spec('{ rounds: 10, early: true }'), {
        roundz: '1',
        early: 'yes',
        rounds: 'many',
        zzzzzz: '1',
      }),
    );
    expect(problems).toEqual([
      'input "parameters": the spec has no parameter "roundz" → did you mean "rounds"?',
      'input "parameters": early is "yes", and the spec\'s is a boolean → ',
      'input "parameters": rounds is "many", and the spec\'s is a number → ',
      'input "parameters": the spec has no parameter "zzzzzz" → add it, with its usual value, to train.params',
    ]);
  });

  it('does not take what every object has for a parameter', () => {
    expect(problemsOf(() => resolveParameters(spec('{ a: 1 }'), { toString: 'x' }))).toHaveLength(1);
  });

  it('refuses two parameters that would be one variable', () => {
    expect(problemsOf(() => resolveParameters(spec('{ a-b: 1, a_b: 2 }'), {}))).toEqual([
      'train.params: "a-b" and "a_b" would both be MLOPS_PARAM_A_B → rename one of them',
    ]);
  });

  it('names variables as shells take them', () => {
    expect(variableOf('learning-rate.0')).toBe('MLOPS_PARAM_LEARNING_RATE_0');
  });
});
