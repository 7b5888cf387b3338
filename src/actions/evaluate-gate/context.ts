import { join, resolve } from 'node:path';
import { type Engine, openEngine } from '../../engine/engine.js';
import type { Baseline } from '../../evaluation/comparison.js';
import { type Labels, readLabels } from '../../evaluation/labels.js';
import { readPredictions } from '../../evaluation/predictions.js';
import type { EvaluationRows } from '../../evaluation/rows.js';
import { prepareData } from '../../spec/data.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import { type Demands, readDemands } from '../../plan/demands.js';
import { type CrossValidated, crossValidate } from './folds.js';
import {
  type Compared,
  type ComparedModel,
  type GateInputs,
  challengerFolder,
  findCompared,
  haveSameFiles,
} from './models.js';
import { type Predicted, type Repeat, evaluations, predictor, trainedAlike } from './predicting.js';
import { type Repeats, readRepeats } from './repeats.js';

/** A model whose predictions of the hold-out rows are there. */
export interface JudgedModel {
  /** In sentences: "the challenger", "the champion (v1.0.0)". */
  readonly name: string;
  readonly version: string | null;
  readonly manifestDigest: string | null;
  /** Where its files are; absent where only its predictions are given. */
  readonly folder?: string;
  /** Path of the predictions file. */
  readonly predictions: string;
  /** With the rows of its repeats in them. */
  readonly rows: EvaluationRows;
  /** Whether it has the challenger's files. */
  readonly sameModel?: boolean;
  /** Where the gate decides on several: what this model is the first of. */
  readonly repeats: readonly Repeat[];
}

/** What every part of the gate decides on. */
export interface GateContext extends Demands {
  readonly spec: LoadedSpec;
  readonly inputs: GateInputs;
  readonly dependencies: Dependencies;
  /** Reads files below the workspace, the spec's folder, the run's temporary folder, and beside the data. */
  readonly engine: Engine;
  /** Absolute paths of the hold-out data. */
  readonly holdout: readonly string[];
  /** What is true of the hold-out rows, with the columns that the parts asked for. */
  readonly labels: Labels;
  readonly challenger: JudgedModel;
  /** The model that serves, or the first that a rule compares with; undefined when there is none. */
  readonly champion: JudgedModel | undefined;
  /** What the gate decides on together. */
  readonly repeated: Repeats;
  /** Rows on which limits are judged, where the spec asks for cross-validation. */
  readonly folds?: CrossValidated;
  baselineOf(versus: string): Baseline;
  /** Files that rules compare with: as model.yml names them, and absolute. */
  readonly baselines: readonly { readonly path: string; readonly file: string }[];
  /**
   * Has a model predict other rows by `evaluate.run`, into a file of this name in the run's temporary folder.
   * @throws UserError when the model's files are not there, or its program fails
   */
  predict(model: JudgedModel, name: string, data: readonly string[]): Promise<string>;
}

/**
 * Finds the models, has them predict, and reads labels and predictions.
 * @param columns of the hold-out data that the parts want to see
 */
export async function openContext(
  inputs: GateInputs,
  spec: LoadedSpec,
  columns: readonly string[] | 'all',
  dependencies: Dependencies,
): Promise<GateContext> {
  const { run } = dependencies;
  const { task, evaluate } = spec.value;
  const demands = readDemands(spec);
  const comparing = [...demands.rules, ...demands.sliceRules];
  const given = inputs.predictions && resolve(run.workspace, inputs.predictions);
  const folder = given === undefined ? await challengerFolder(inputs, spec, run.workspace) : undefined;
  const { train = [], holdout = [] } = await prepareData({
    spec,
    purposes: evaluate.folds === undefined ? ['holdout'] : ['train', 'holdout'],
    workspace: run.workspace,
    ...dependencies,
  });
  const compared = await findCompared([...comparing, ...demands.fairness], inputs, spec, dependencies);
  const predictionsOf = predictor(spec, dependencies);

  const repeats = await readRepeats(inputs, spec, run.workspace);
  const asked = { holdout, repeats, seed: inputs.seed };
  const allOf = (key: string, title: string, model: string): Promise<Predicted> =>
    evaluations(predictionsOf, asked, key, title, model);
  const first =
    given === undefined
      ? await allOf('challenger', 'the challenger', folder!)
      : { predictions: given, repeats: [] };
  const challengerFiles: Predicted = {
    ...first,
    repeats: [...first.repeats, ...(await trainedAlike(predictionsOf, asked))],
  };
  const files = new Map<string, Predicted>();
  for (const [versus, found] of compared) {
    if (!isModel(found)) continue;
    const { predictions, folder: model } = found;
    files.set(
      versus,
      predictions === undefined ? await allOf(versus, found.name, model!) : { predictions, repeats: [] },
    );
  }
  const parents = [challengerFiles, ...files.values()]
    .flatMap((one) => [one, ...one.repeats])
    .map(({ predictions }) => predictions)
    .concat(train, holdout)
    .map((file) => join(file, '..'));
  const engine = await openEngine({
    library: await dependencies.duckdb(),
    temp: join(run.temp, 'evaluate-gate'),
    allowedFolders: [...new Set([run.workspace, spec.folder, run.temp, ...parents])],
    signal: dependencies.signal,
  });
  try {
    const at = (path: readonly (string | number)[]): ReturnType<LoadedSpec['at']> =>
      spec.at(['evaluate', ...path]);
    const labels = await readLabels(engine, holdout, task, evaluate, at, columns);
    const rowsOf = async ({ predictions, repeats: further }: Predicted): Promise<EvaluationRows> => {
      const read = (file: string): Promise<EvaluationRows> =>
        readPredictions(engine, file, labels, task, evaluate, at);
      const rows = await read(predictions);
      const others: EvaluationRows[] = [];
      for (const repeat of further) others.push(await read(repeat.predictions));
      return others.length === 0 ? rows : { ...rows, repeats: others };
    };
    const challenger: JudgedModel = {
      name: 'the challenger',
      version: null,
      manifestDigest: null,
      ...(folder !== undefined && { folder }),
      ...challengerFiles,
      rows: await rowsOf(challengerFiles),
    };
    const judged = new Map<string, JudgedModel | Exclude<Compared, ComparedModel>>();
    for (const [versus, found] of compared) {
      if (!isModel(found)) {
        judged.set(versus, found);
        continue;
      }
      const predicted = files.get(versus)!;
      const sameModel = repeats.kind !== 'models' && (await haveSameFiles(spec, folder, found));
      judged.set(versus, { ...found, ...predicted, rows: await rowsOf(predicted), sameModel });
    }
    const folds =
      evaluate.folds === undefined
        ? undefined
        : await crossValidate({
            folds: evaluate.folds,
            spec,
            parameters: inputs.parameters,
            seed: inputs.seed,
            train,
            holdout,
            predictions: challenger.predictions,
            predictionsOf,
            engine,
            dependencies,
          });
    const models = [...judged.values()].filter((found) => 'rows' in found);
    const serving = judged.get('champion');
    return {
      spec,
      inputs,
      dependencies,
      engine,
      ...demands,
      holdout,
      labels,
      challenger,
      champion: serving !== undefined && 'rows' in serving ? serving : models[0],
      repeated: repeats,
      ...(folds && { folds }),
      baselineOf: (versus) => judged.get(versus)!,
      baselines: [...new Set(comparing.flatMap(({ file, versus }) => (file ? [versus!] : [])))].map(
        (path) => ({ path, file: resolve(spec.folder, path) }),
      ),
      predict: async (model, name, data) => {
        if (model.folder === undefined) throw new Error(`the files of ${model.name} are not there`);
        const seed = repeats.kind === 'evaluations' ? inputs.seed : undefined;
        return predictionsOf(name, model.name, model.folder, data, seed);
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function isModel(found: Compared): found is ComparedModel {
  return 'version' in found;
}
