import { join, resolve } from 'node:path';
import { type Engine, openEngine } from '../../engine/engine.js';
import type { Baseline } from '../../evaluation/judge.js';
import { type SearchRule, readSearch } from '../../evaluation/search/rules.js';
import { type FairnessRule, readFairness } from '../../evaluation/fairness/rules.js';
import { type Labels, readLabels } from '../../evaluation/labels.js';
import { readPredictions } from '../../evaluation/predictions.js';
import type { EvaluationRows } from '../../evaluation/rows.js';
import { type Rule, readRules } from '../../evaluation/rules.js';
import { prepareData } from '../../spec/data.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import {
  type Compared,
  type ComparedModel,
  type GateInputs,
  challengerFolder,
  findCompared,
} from './models.js';
import { type Predicted, type Repeat, evaluatedAgain, predictor, trainedAgain } from './predicting.js';
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
  /** Where the gate decides on several: what this model is the first of. */
  readonly repeats: readonly Repeat[];
}

/** What every part of the gate decides on. */
export interface GateContext {
  readonly spec: LoadedSpec;
  readonly inputs: GateInputs;
  readonly dependencies: Dependencies;
  /** Reads files below the workspace, the spec's folder, the run's temporary folder, and beside the data. */
  readonly engine: Engine;
  readonly rules: readonly Rule[];
  /** Rules that hold in every slice. */
  readonly sliceRules: readonly Rule[];
  /** What is asked of groups. */
  readonly fairness: readonly FairnessRule[];
  /** What slices are searched by; undefined where the spec does not ask for it. */
  readonly search: SearchRule | undefined;
  /** Absolute paths of the hold-out data. */
  readonly holdout: readonly string[];
  /** What is true of the hold-out rows, with the columns that the parts asked for. */
  readonly labels: Labels;
  readonly challenger: JudgedModel;
  /** The model that serves, or the first that a rule compares with; undefined when there is none. */
  readonly champion: JudgedModel | undefined;
  /** What the gate decides on together. */
  readonly repeated: Repeats;
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
  const rules = readRules(evaluate.gates, task, (path) => spec.at(['evaluate', 'gates', ...path]));
  const sliceRules =
    evaluate['slice-gates'] === undefined
      ? rules.filter(({ versus }) => versus !== null)
      : readRules(evaluate['slice-gates'], task, (path) => spec.at(['evaluate', 'slice-gates', ...path]));
  const fairness = readFairness(evaluate.fairness ?? [], task, evaluate['min-slice-rows'], (path) =>
    spec.at(['evaluate', 'fairness', ...path]),
  );
  const search =
    evaluate.search &&
    readSearch(evaluate.search, task, rules, (path) => spec.at(['evaluate', 'search', ...path]));
  const given = inputs.predictions && resolve(run.workspace, inputs.predictions);
  const folder = given === undefined ? await challengerFolder(inputs, spec, run.workspace) : undefined;
  const { holdout = [] } = await prepareData({
    spec,
    purposes: ['holdout'],
    workspace: run.workspace,
    ...dependencies,
  });
  const compared = await findCompared([...rules, ...sliceRules, ...fairness], inputs, spec, dependencies);
  const predictionsOf = predictor(spec, dependencies);

  const repeats = await readRepeats(inputs, spec, run.workspace);
  const seed = repeats.kind === 'evaluations' ? inputs.seed : undefined;
  /** A model's predictions, the first of its repeats, and those of the others. */
  const allOf = async (key: string, name: string, model: string): Promise<Predicted> => ({
    predictions: await predictionsOf(key, name, model, holdout, seed),
    repeats: await evaluatedAgain(repeats, inputs.seed, (index, again) =>
      predictionsOf(`${key}-${index}`, `${name}, evaluation ${index}`, model, holdout, again),
    ),
  });
  const first =
    given === undefined
      ? await allOf('challenger', 'the challenger', folder!)
      : { predictions: given, repeats: [] };
  const trained = await trainedAgain(repeats, (index, model) =>
    predictionsOf(`challenger-${index}`, `the challenger, model ${index}`, model, holdout),
  );
  const challengerFiles: Predicted = { ...first, repeats: [...first.repeats, ...trained] };
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
    .concat(holdout)
    .map((file) => join(file, '..'));
  const engine = await openEngine({
    library: await dependencies.duckdb(),
    temp: join(run.temp, 'evaluate-gate'),
    allowedFolders: [...new Set([run.workspace, spec.folder, run.temp, ...parents])],
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
      const predicted = files.get(versus);
      judged.set(
        versus,
        isModel(found) ? { ...found, ...predicted!, rows: await rowsOf(predicted!) } : found,
      );
    }
    const models = [...judged.values()].filter((found) => 'rows' in found);
    const serving = judged.get('champion');
    return {
      spec,
      inputs,
      dependencies,
      engine,
      rules,
      sliceRules,
      fairness,
      search,
      holdout,
      labels,
      challenger,
      champion: serving !== undefined && 'rows' in serving ? serving : models[0],
      repeated: repeats,
      baselineOf: (versus) => judged.get(versus)!,
      baselines: [
        ...new Set([...rules, ...sliceRules].flatMap(({ file, versus }) => (file ? [versus!] : []))),
      ].map((path) => ({
        path,
        file: resolve(spec.folder, path),
      })),
      predict: async (model, name, data) => {
        if (model.folder === undefined) throw new Error(`the files of ${model.name} are not there`);
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
