import { join } from 'node:path';
import { predict } from '../../evaluation/predict.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import type { Repeats } from './repeats.js';

/** A further evaluation of a model, or a model that was trained alike. */
export interface Repeat {
  readonly folder?: string;
  readonly predictions: string;
  /** MLOPS_SEED of a further evaluation. */
  readonly seed?: number;
}

/** A model's predictions, and those of its repeats. */
export interface Predicted {
  readonly predictions: string;
  readonly repeats: readonly Repeat[];
}

/** Further evaluations of a model, each with a seed of its own; numbered from 2, since the first is done. */
export async function evaluatedAgain(
  repeats: Repeats,
  seed: number,
  predictAgain: (index: number, seed: number) => Promise<string>,
): Promise<Repeat[]> {
  const further: Repeat[] = [];
  for (let i = 1; repeats.kind === 'evaluations' && i < repeats.count; i++) {
    further.push({ predictions: await predictAgain(i + 1, seed + i), seed: seed + i });
  }
  return further;
}

/** The models that were trained as the challenger was. */
export async function trainedAgain(
  repeats: Repeats,
  predictWith: (index: number, folder: string) => Promise<string>,
): Promise<Repeat[]> {
  const further: Repeat[] = [];
  for (const { path, isFolder } of repeats.kind === 'models' ? repeats.others : []) {
    further.push(
      isFolder
        ? { folder: path, predictions: await predictWith(further.length + 2, path) }
        : { predictions: path },
    );
  }
  return further;
}

/** Has models predict by `evaluate.run`; answers the file. */
export function predictor(
  spec: LoadedSpec,
  dependencies: Dependencies,
): (file: string, title: string, folder: string, data: readonly string[], seed?: number) => Promise<string> {
  const { evaluate, name } = spec.value;
  const timeLimit = evaluate['time-limit'];
  return async (file, title, model, data, seed) => {
    const predictions = join(dependencies.run.temp, 'evaluate-gate', name, `${file}.csv`);
    await predict({
      ...dependencies,
      environment: { ...dependencies.environment, MLOPS_MODEL: name },
      command: evaluate.run,
      where: spec.at(['evaluate', 'run']),
      name: title,
      cwd: spec.folder,
      model,
      data,
      predictions,
      ...(seed !== undefined && { seed }),
      ...(timeLimit !== undefined && { timeLimit }),
    });
    return predictions;
  };
}
