import { join } from 'node:path';
import { UserError } from '../../../common/errors.js';
import type { BehaviourOptions } from '../../../evaluation/behaviour/behaviour.js';
import type { Reuse } from '../../../evaluation/judge.js';
import type { EvaluateSpec } from '../../../evaluation/labels.js';
import type { EvaluationRows } from '../../../evaluation/rows.js';
import type { GateContext } from '../context.js';

/**
 * What is needed to ask the challenger about other rows.
 * @param key of `evaluate` that asks for it
 * @param reuse what bounds must pay where the same rows have decided before
 * @throws UserError where only its predictions are there
 */
export function askingOf(context: GateContext, key: string, reuse?: Reuse): BehaviourOptions {
  const { spec, engine, labels, challenger, inputs, dependencies } = context;
  const { name, task, evaluate } = spec.value;
  if (challenger.folder === undefined) {
    throw new UserError({
      message: `evaluate.${key} runs the model on other rows, and only predictions were given`,
      where: spec.at(['evaluate', key]),
      remedy: 'give the model by `candidate` instead of `predictions`, or remove the key',
    });
  }
  return {
    engine,
    labels,
    task,
    evaluate: fixed(evaluate, challenger.rows),
    at: (path) => spec.at(['evaluate', ...path]),
    folder: join(dependencies.run.temp, 'evaluate-gate', name, 'changed'),
    projectFolder: spec.folder,
    predict: (file, data) => context.predict(challenger, file, [data]),
    rows: challenger.rows,
    confidence: reuse?.corrected(evaluate.confidence) ?? evaluate.confidence,
    seed: inputs.seed,
  };
}

/** A threshold that was chosen stays what it is: chosen anew on changed rows, it would hide what they do. */
function fixed(evaluate: EvaluateSpec, rows: EvaluationRows): EvaluateSpec {
  if (rows.task !== 'binary-classification' || rows.threshold === undefined) return evaluate;
  return { ...evaluate, threshold: rows.threshold.value };
}
