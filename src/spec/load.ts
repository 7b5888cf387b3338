import { dirname } from 'node:path';
import { type Place, type Problem, failOn } from '../common/errors.js';
import { type Located, readYamlFile } from '../common/yaml.js';
import { pathProblems } from './paths.js';
import { type Spec, specSchema } from './schema.js';
import { type Gate, compares, ruleKinds } from './sections/evaluate.js';

export interface LoadedSpec extends Located<Spec> {
  /** Folder of model.yml: its paths and commands are relative to this. */
  readonly folder: string;
}

/**
 * Loads and checks a model spec.
 * @param file path of model.yml
 * @throws UserError with every problem at its line and column
 */
export async function loadSpec(file: string): Promise<LoadedSpec> {
  const { spec, problems } = await readSpec(file);
  failOn(problems);
  return spec;
}

/**
 * Reads a model spec, and what contradicts itself in it.
 * @throws UserError where it does not have the form of a spec
 */
export async function readSpec(file: string): Promise<{ spec: LoadedSpec; problems: readonly Problem[] }> {
  const located = await readYamlFile(file, specSchema);
  const problems = [...crossChecks(located), ...(await pathProblems(located))];
  return { spec: { ...located, folder: dirname(file) }, problems };
}

/** What the task needs to know of the rows. */
function rowProblems({ task, evaluate }: Spec, where: Place): Problem[] {
  const problems: Problem[] = [];
  const { label, labels, score, query } = evaluate;
  const multilabel = task === 'multilabel-classification';
  const say = (message: string, remedy: string): number => problems.push({ message, where, remedy });
  if (multilabel) {
    const scored = typeof score === 'object' ? score : {};
    const unscored = Object.keys(labels ?? {}).filter((name) => !Object.hasOwn(scored, name));
    if (labels === undefined)
      say('evaluate.labels is missing', 'write class: column of the hold-out data that holds 1 or 0');
    else if (unscored.length > 0)
      say(
        `evaluate.score names no column for ${unscored.join(', ')}`,
        'write class: column of the predictions file that holds the probability of the class',
      );
  } else {
    if (labels !== undefined)
      say('evaluate.labels belongs to task: multilabel-classification', 'name one column in evaluate.label');
    if (label === undefined && task !== 'example-scores')
      say('evaluate.label is missing', 'name the column of the labels in the hold-out data');
  }
  if (task === 'ranking' && query === undefined)
    say('evaluate.query is missing', 'name the column that says to which query a row belongs');
  if (task === 'ranking' && typeof score === 'object')
    say('one column holds the scores of a ranking', 'name it in evaluate.score');
  if (task !== 'ranking' && query !== undefined)
    say(
      'evaluate.query belongs to task: ranking',
      'remove it, or write evaluate.group for rows that belong together',
    );
  return problems;
}

/** What a gate says that decides nothing. */
function gateProblems(gate: Gate, where: Place): Problem[] {
  const problems: Problem[] = [];
  const comparing = ruleKinds.some((kind) => compares(kind) && gate[kind] !== undefined);
  const versus = gate.versus ?? gate.baseline;
  if (comparing && versus === undefined) {
    problems.push({
      message: 'max-drop and max-increase compare',
      where,
      remedy: 'add versus: champion, or baseline: a file',
    });
  }
  if (!comparing && versus !== undefined) {
    problems.push({
      message: `${gate.versus === undefined ? 'baseline' : 'versus'}: ${versus} without a margin decides nothing`,
      where,
      remedy: 'add max-drop or max-increase: the loss that you would tolerate',
    });
  }
  if (gate.min !== undefined && gate.max !== undefined && gate.min > gate.max) {
    problems.push({ message: `min ${gate.min} is above max ${gate.max}: nothing can pass`, where });
  }
  return problems;
}

/** What one key says about another. */
function crossChecks({ value, at }: Located<Spec>): Problem[] {
  const problems: Problem[] = [];
  const { evaluate, task, rollout, drift } = value;
  if (task === 'binary-classification' && typeof evaluate.score !== 'string') {
    problems.push({
      message: 'a binary classifier needs evaluate.score',
      where: at(['evaluate']),
      remedy: 'name the column of the predictions file that holds the probability of the positive class',
    });
  }
  problems.push(...rowProblems(value, at(['evaluate'])));
  if (
    ['multiclass-classification', 'regression', 'ranking'].includes(task) &&
    evaluate.prediction === undefined &&
    evaluate.score === undefined
  ) {
    problems.push({
      message: 'evaluate.prediction is missing',
      where: at(['evaluate']),
      remedy: 'name the column of the predictions file that holds the predicted value',
    });
  }
  for (const key of ['gates', 'slice-gates'] as const) {
    evaluate[key]?.forEach((gate, i) => problems.push(...gateProblems(gate, at(['evaluate', key, i]))));
  }
  if (evaluate['slice-gates'] !== undefined && evaluate.slices.length === 0) {
    problems.push({
      message: 'there are slice-gates and no slices, so they decide nothing',
      where: at(['evaluate', 'slice-gates']),
      remedy: 'add slices: the columns whose values are judged by themselves',
    });
  }
  for (const kind of ['inputs', 'predictions', 'performance', 'skew'] as const) {
    if (drift === undefined || drift.policy[kind] !== 'retrain' || drift.retrain !== undefined) continue;
    problems.push({
      message: 'this asks for retraining, and drift.retrain names no workflow',
      where: at(['drift', 'policy', kind]),
      remedy: 'add drift.retrain: { workflow: model-delivery.yml }, or write incident',
    });
  }
  const stepLists = [
    { steps: rollout?.steps, path: ['rollout', 'steps'] },
    ...Object.entries(rollout?.environments ?? {}).map(([name, e]) => ({
      steps: e.steps,
      path: ['rollout', 'environments', name, 'steps'],
    })),
  ];
  for (const { steps, path } of stepLists) {
    if (steps === undefined) continue;
    if (steps.some((s, i) => s <= (i === 0 ? 0 : steps[i - 1]!))) {
      problems.push({
        message: 'steps must grow',
        where: at(path),
        remedy: 'write them as 5%, 25%, 50%, 100%',
      });
    }
    if (steps.at(-1) !== 1) {
      problems.push({ message: 'the last step must be 100%', where: at(path) });
    }
  }
  return problems;
}
