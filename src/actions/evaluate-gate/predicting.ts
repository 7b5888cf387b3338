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

/** Has a model predict data by `evaluate.run`, into a file of this name; answers its path. */
export type PredictionsOf = (
  file: string,
  title: string,
  folder: string,
  data: readonly string[],
  seed?: number,
) => Promise<string>;

/** The hold-out rows, and how often they are predicted. */
export interface Asked {
  readonly holdout: readonly string[];
  readonly repeats: Repeats;
  /** MLOPS_SEED of the first evaluation, where there are several. */
  readonly seed: number;
}

/** A model's predictions of the hold-out rows, in every evaluation that is asked for. */
export async function evaluations(
  predictionsOf: PredictionsOf,
  { holdout, repeats, seed }: Asked,
  key: string,
  title: string,
  folder: string,
): Promise<Predicted> {
  const count = repeats.kind === 'evaluations' ? repeats.count : 1;
  const first = await predictionsOf(key, title, folder, holdout, count > 1 ? seed : undefined);
  const further: Repeat[] = [];
  for (let i = 1; i < count; i++) {
    const name = `${title}, evaluation ${i + 1}`;
    const predictions = await predictionsOf(`${key}-${i + 1}`, name, folder, holdout, seed + i);
    further.push({ predictions, seed: seed + i });
  }
  return { predictions: first, repeats: further };
}

/** What the models predict that were trained as the challenger was. */
export async function trainedAlike(
  predictionsOf: PredictionsOf,
  { holdout, repeats }: Asked,
): Promise<Repeat[]> {
  const further: Repeat[] = [];
  for (const { path, isFolder } of repeats.kind === 'models' ? repeats.others : []) {
    const index = further.length + 2;
    further.push(
      isFolder
        ? {
            folder: path,
            predictions: await predictionsOf(
              `challenger-${index}`,
              `the challenger, model ${index}`,
              path,
              holdout,
            ),
          }
        : { predictions: path },
    );
  }
  return further;
}

/** Has models predict by `evaluate.run`; answers the file. */
export function predictor(spec: LoadedSpec, dependencies: Dependencies): PredictionsOf {
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
