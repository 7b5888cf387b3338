import { join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { listFolder } from '../../common/folder.js';
import { digestOf } from '../../common/json.js';
import { formatDuration, plural } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { readTable } from '../../engine/read-table.js';
import { assignFolds } from '../../evaluation/folds/assign.js';
import type { FoldedRows } from '../../evaluation/folds/judge.js';
import { type SplitFile, readToSplit, writePart } from '../../evaluation/folds/split.js';
import { type Labels, readLabels } from '../../evaluation/labels.js';
import { readPredictions } from '../../evaluation/predictions.js';
import type { LoadedSpec } from '../../spec/load.js';
import { type Folders, clearFolder, recordFiles } from '../../training/files.js';
import { launch } from '../../training/launch.js';
import { type Parameters, resolveParameters } from '../../training/parameters.js';
import type { Dependencies } from '../dependencies.js';
import type { PredictionsOf } from './predicting.js';

export interface CrossValidation {
  readonly folds: number;
  readonly spec: LoadedSpec;
  /** The input `parameters`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Of the draw of the folds. */
  readonly seed: number;
  /** Absolute paths. */
  readonly train: readonly string[];
  readonly holdout: readonly string[];
  /** The challenger's predictions of the hold-out rows. */
  readonly predictions: string;
  readonly predictionsOf: PredictionsOf;
  readonly engine: Engine;
  readonly dependencies: Dependencies;
}

/** Rows that were predicted unseen, and the files that the training rows are in. */
export interface CrossValidated extends FoldedRows {
  readonly files: readonly string[];
}

/**
 * Trains a model without each fold of the training rows, by `train.run`, and has it predict that fold, by
 * `evaluate.run`. The programs find the files of a fold where they find those of a usual run.
 * @throws UserError where the rows are too few, a program fails, or all trainings make the same model
 */
export async function crossValidate(options: CrossValidation): Promise<CrossValidated> {
  const { folds, spec, engine, train, holdout, dependencies } = options;
  const { task } = spec.value;
  const at = (path: readonly (string | number)[]): ReturnType<LoadedSpec['at']> =>
    spec.at(['evaluate', ...path]);
  // Slices are judged on the hold-out rows.
  const evaluate = { ...spec.value.evaluate, slices: [] };
  const trained = await readLabels(engine, train, task, evaluate, at);
  const foldOf = drawFolds(options, trained);
  const parameters = resolveParameters(spec, options.parameters);
  const files = await readToSplit(engine, train);
  const made: Fold[] = [];
  for (let fold = 0; fold < folds; fold++) {
    dependencies.signal.throwIfAborted();
    made.push(await predictFold(options, { fold, foldOf, files, parameters }));
  }
  refuseSameModels(made, spec);
  const labels = await readLabels(
    engine,
    [...made.flatMap(({ rows }) => rows), ...holdout],
    task,
    evaluate,
    at,
  );
  const predictions = [...made.map((fold) => fold.predictions), options.predictions];
  const rows = await readPredictions(engine, predictions, labels, task, evaluate, at);
  const models = new Uint8Array(labels.rows).fill(folds);
  models.set(Uint8Array.from(foldOf).sort());
  return {
    count: folds,
    all: { ...rows, folds: { count: folds, models } },
    training: trained.rows,
    files: train,
  };
}

/** @throws UserError where there are fewer rows, or groups, than folds */
function drawFolds({ folds, spec, seed, train }: CrossValidation, labels: Labels): Uint8Array {
  const groups = labels.clusters ?? labels.queries;
  const units = groups === undefined ? labels.rows : new Set(groups).size;
  if (units < folds) {
    throw new UserError({
      message: `evaluate.folds asks for ${folds} folds, and the training data have ${plural(units, groups === undefined ? 'row' : 'group')}`,
      where: { file: train[0]! },
      remedy: 'ask for fewer folds, or bring more training data',
    });
  }
  return assignFolds({
    rows: labels.rows,
    folds,
    seed,
    ...(groups && { groups }),
    ...(spec.value.task !== 'regression' && labels.texts && { classes: labels.texts }),
  });
}

/** What is left of the training of one fold. */
interface Fold {
  /** Files of its rows. */
  readonly rows: readonly string[];
  readonly predictions: string;
  /** Digest of the files of the model that did not see them. */
  readonly model: string;
}

async function predictFold(
  { folds, spec, predictionsOf, engine, dependencies }: CrossValidation,
  {
    fold,
    foldOf,
    files,
    parameters,
  }: { fold: number; foldOf: Uint8Array; files: readonly SplitFile[]; parameters: Parameters },
): Promise<Fold> {
  const name = `fold ${fold + 1} of ${folds}`;
  const folder = join(dependencies.run.temp, 'evaluate-gate', spec.value.name, 'folds', String(fold + 1));
  const data = await writePart(engine, files, (row) => foldOf[row] !== fold, join(folder, 'train'));
  const rows = await writePart(engine, files, (row) => foldOf[row] === fold, join(folder, 'holdout'));
  const model = await trainWithout(name, data, folder, { spec, parameters, dependencies });
  const predictions = await predictionsOf(`fold-${fold + 1}`, `the model of ${name}`, model.folder, rows);
  if (spec.value.evaluate.id === undefined) await checkCount(engine, predictions, foldOf, fold, name);
  return { rows, predictions, model: model.digest };
}

/** Without ids, rows match by position: one too few here and one too many there would shift all between. */
async function checkCount(
  engine: Engine,
  predictions: string,
  foldOf: Uint8Array,
  fold: number,
  name: string,
): Promise<void> {
  const { rows } = await readTable(engine, predictions);
  const wanted = foldOf.reduce((sum, one) => sum + Number(one === fold), 0);
  if (rows === wanted) return;
  throw new UserError({
    message: `${plural(rows, 'prediction')} for the ${plural(wanted, 'row')} of ${name}`,
    where: { file: predictions },
    remedy: 'write one prediction for each row, in the same order, or match them by a column: evaluate.id',
  });
}

/** @throws UserError where the program fails, takes too long, or leaves no model */
async function trainWithout(
  name: string,
  data: readonly string[],
  folder: string,
  {
    spec,
    parameters,
    dependencies,
  }: { spec: LoadedSpec; parameters: Parameters; dependencies: Dependencies },
): Promise<{ folder: string; digest: string }> {
  const { name: model, train } = spec.value;
  const folders: Folders = {
    output: join(folder, 'model'),
    checkpoints: join(folder, 'checkpoints'),
    metrics: join(folder, 'metrics.json'),
  };
  await clearFolder(folders.output);
  await clearFolder(folders.checkpoints);
  const timeLimit = train['time-limit'];
  const { code, endedBy, tail } = await dependencies.logger.group(`Train without ${name}: ${train.run}`, () =>
    launch({
      ...dependencies,
      command: train.run,
      cwd: spec.folder,
      model,
      parameters,
      seed: train.seed ?? 0,
      data,
      folders,
      resume: false,
      gpus: false,
      ...(timeLimit !== undefined && { timeLimit }),
    }),
  );
  dependencies.signal.throwIfAborted();
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ message, where: spec.at(['train', 'run']), remedy });
  if (endedBy === 'time-limit') {
    throw refuse(
      `train.run took longer than ${formatDuration(timeLimit!)} without ${name}`,
      'raise train.time-limit, or leave out evaluate.folds',
    );
  }
  if (endedBy !== 'itself' || code !== 0) {
    const how = code === null ? 'was ended by a signal' : `ended with exit code ${code}`;
    throw refuse(
      `train.run ${how} without ${name}${tail === '' ? '' : `:\n${tail}`}`,
      'have the program train on any part of its data: evaluate.folds leaves out one fold at a time',
    );
  }
  const { files } = await listFolder(folders.output);
  if (files.length === 0) {
    throw refuse(
      `train.run ended well without ${name}, and left no model`,
      'let the program write the model into the folder that MLOPS_MODEL_DIR names',
    );
  }
  return { folder: folders.output, digest: digestOf(await recordFiles(files, folders.output)) };
}

/** A program that reads other files than it is given makes the same model each time, and has seen every row. */
function refuseSameModels(folds: readonly Fold[], spec: LoadedSpec): void {
  if (new Set(folds.map(({ model }) => model)).size > 1) return;
  throw new UserError({
    message: `the trainings of all ${folds.length} folds made the same model, though each had other data`,
    where: spec.at(['train', 'run']),
    remedy: 'have the program read the files that MLOPS_TRAIN_DATA names, and no others',
  });
}
