import { type Place, type Problem, UserError, failOn } from '../common/errors.js';
import { ownValue } from '../common/own.js';
import { formatInteger, nearest } from '../common/text.js';
import { andMore, badRows } from './columns.js';
import type { EvaluateSpec, Labels } from './labels.js';
import { type Thresholded, chooseThreshold, foldsOf, maximisable } from './threshold.js';
import { Spellings, spellingDifference } from '../common/spelling.js';
import type { BinaryRows, MulticlassRows, RankingRows, RegressionRows } from './rows.js';

/** Predictions as read; their rows are in the file's order, and `order` maps the labels' rows to them. */
export interface Read {
  readonly labels: Labels;
  readonly evaluate: EvaluateSpec;
  readonly order: Uint32Array;
  numbers(column: string): Float64Array;
  texts(column: string): readonly (string | null)[];
  /** Place in the predictions file of a row of the labels. */
  placeOf(row: number): Promise<Place>;
}

/** More are a mistaken column, and would not fit the numbering of classes. */
const maxClasses = 5000;

export async function binaryRows(read: Read, at: (path: readonly string[]) => Place): Promise<BinaryRows> {
  const { labels, evaluate, order } = read;
  const { score, prediction, threshold } = evaluate;
  const scores = ordered(read.numbers(score as string), order);
  const problems = await probabilityProblems(read, score as string, scores);
  const truth = Uint8Array.from(labels.texts!, (text) => (text === labels.positive ? 1 : 0));
  if (prediction === undefined && typeof threshold === 'object') {
    failOn(problems);
    const chosen = thresholded(labels, truth, scores, threshold.maximise, at(['threshold', 'maximise']));
    return { task: 'binary-classification', labels: truth, scores, ...chosen };
  }
  let predicted: Uint8Array;
  if (prediction === undefined)
    predicted = Uint8Array.from(scores, (p) => (p >= (threshold as number) ? 1 : 0));
  else {
    const texts = read.texts(prediction);
    const known = new Set([...labels.texts!, labels.positive]);
    const bad = badRows(order.length, (row) => !known.has(texts[order[row]!] ?? ''));
    if (bad !== undefined) {
      problems.push({
        message: `${describeText(texts[order[bad.first]!])} in column "${prediction}" is no label of the hold-out data${spelt(texts[order[bad.first]!], known)}${andMore(bad.count)}`,
        where: await read.placeOf(bad.first),
        remedy: `write ${[...known].join(' or ')}`,
      });
    }
    predicted = Uint8Array.from(order, (row) => (texts[row] === labels.positive ? 1 : 0));
  }
  failOn(problems);
  return {
    task: 'binary-classification',
    labels: truth,
    scores,
    predicted,
  };
}

function thresholded(
  labels: Labels,
  truth: Uint8Array,
  scores: Float64Array,
  maximise: string,
  where: Place,
): Thresholded {
  const folds = foldsOf(truth.length, labels.clusters ?? labels.ids);
  const of = maximisable(maximise, where);
  const chosen = chooseThreshold(truth, scores, labels.weights, folds, maximise, of);
  if (chosen !== undefined) return chosen;
  throw new UserError({
    message: `no threshold can be chosen: ${maximise} has no value where all labels are alike, or rows are very few`,
    where,
    remedy: 'write the threshold as a number, or judge on more rows of both labels',
  });
}

// Models that are compared must number their classes alike, also those that only one of them predicts.
const numbered = new WeakMap<Labels, string[]>();

export async function multiclassRows(
  read: Read,
  at: (path: readonly string[]) => Place,
): Promise<MulticlassRows> {
  const { labels, evaluate, order } = read;
  const columns = typeof evaluate.score === 'object' ? evaluate.score : undefined;
  const classes =
    numbered.get(labels) ?? (columns ? Object.keys(columns) : [...new Set(labels.texts!)].sort());
  numbered.set(labels, classes);
  const code = new Map(classes.map((name, i) => [name, i]));
  const problems: Problem[] = [];
  const unscored = badRows(order.length, (row) => !code.has(labels.texts![row]!));
  if (unscored !== undefined) {
    const text = labels.texts![unscored.first]!;
    const near = nearest(text, classes);
    throw new UserError({
      message: `evaluate.score names no column for the label "${text}"${andMore(unscored.count)}`,
      where: at(['score']),
      remedy: near === undefined ? `add it; there are ${classes.join(', ')}` : `is "${near}" meant?`,
    });
  }
  const probabilities = columns && (await readProbabilities(read, classes, columns, problems));
  let predicted: Uint16Array;
  if (evaluate.prediction !== undefined) {
    const texts = read.texts(evaluate.prediction);
    const open = columns === undefined;
    const bad = badRows(order.length, (row) => {
      const text = texts[order[row]!] ?? '';
      // A class that no hold-out row has can be predicted all the same; it is wrong.
      if (open && text !== '' && !code.has(text) && code.size < maxClasses)
        code.set(text, classes.push(text) - 1);
      return !code.has(text);
    });
    const many = open && code.size >= maxClasses;
    if (bad !== undefined) {
      problems.push({
        message: many
          ? `column "${evaluate.prediction}" has more than ${formatInteger(maxClasses)} different values: these are no classes`
          : `${describeText(texts[order[bad.first]!])} in column "${evaluate.prediction}" is no class${andMore(bad.count)}`,
        where: await read.placeOf(bad.first),
        remedy: many
          ? 'check evaluate.prediction, or use task: regression'
          : `write one of ${classes.slice(0, 20).join(', ')}`,
      });
    }
    predicted = Uint16Array.from(order, (row) => code.get(texts[row] ?? '') ?? 0);
    if (open && bad === undefined) problems.push(...(await unmeant(read, evaluate.prediction, texts)));
  } else predicted = mostProbable(probabilities!, classes.length);
  failOn(problems);
  return {
    task: 'multiclass-classification',
    classes,
    labels: Uint16Array.from(labels.texts!, (text) => code.get(text)!),
    predicted,
    ...(probabilities && { probabilities }),
  };
}

/** Predicted classes that no label has because they are written otherwise, or because the column holds something else. */
async function unmeant(
  { labels, order, placeOf }: Read,
  column: string,
  texts: readonly (string | null)[],
): Promise<Problem[]> {
  const known = new Set(labels.texts!);
  const spellings = new Spellings(known);
  const textAt = (row: number): string => texts[order[row]!] ?? '';
  const misspelt = badRows(
    order.length,
    (row) => !known.has(textAt(row)) && spellings.meantBy(textAt(row)) !== undefined,
  );
  if (misspelt !== undefined) {
    const text = textAt(misspelt.first);
    return [
      {
        message: `${describeText(text)} in column "${column}" is no label of the hold-out data${spelt(text, known)}${andMore(misspelt.count)}`,
        where: await placeOf(misspelt.first),
        remedy: 'write predicted classes exactly as the labels are written',
      },
    ];
  }
  if (order.some((_, row) => known.has(textAt(row)))) return [];
  const shown = [...known].slice(0, 5).join(', ');
  return [
    {
      message: `no value in column "${column}" is a label of the hold-out data (${shown}${known.size > 5 ? ', …' : ''})`,
      where: await placeOf(0),
      remedy:
        'check evaluate.prediction and evaluate.label: the predictions must name the classes of the labels',
    },
  ];
}

/** ': it differs from "b" only by blanks', where that is so. */
function spelt(text: string | null | undefined, known: Iterable<string | undefined>): string {
  const texts = [...known].filter((one) => one !== undefined);
  const meant = new Spellings(texts).meantBy(text ?? '');
  return meant === undefined
    ? ''
    : `: it differs from ${describeText(meant)} only by ${spellingDifference(text ?? '', meant)}`;
}

export async function regressionRows(read: Read, column: string): Promise<RegressionRows> {
  const predicted = await finiteNumbers(read, column, 'prediction');
  return { task: 'regression', targets: read.labels.numbers!, predicted };
}

export async function rankingRows(read: Read): Promise<RankingRows> {
  const scores = await finiteNumbers(
    read,
    (read.evaluate.score ?? read.evaluate.prediction) as string,
    'score',
  );
  return { task: 'ranking', relevance: read.labels.numbers!, scores, queries: read.labels.queries! };
}

/**
 * A column of the predictions in the order of the labels.
 * @param what one of its values is, as errors call it
 */
export async function finiteNumbers(read: Read, column: string, what: string): Promise<Float64Array> {
  const values = ordered(read.numbers(column), read.order);
  const bad = badRows(values.length, (row) => !Number.isFinite(values[row]!));
  if (bad !== undefined) {
    throw new UserError({
      message: `${describeNumber(values[bad.first]!)} in column "${column}" is no ${what}${andMore(bad.count)}`,
      where: await read.placeOf(bad.first),
      remedy:
        what === 'prediction'
          ? 'predict a finite number for every row'
          : 'write a finite number for every row',
    });
  }
  return values;
}

async function readProbabilities(
  read: Read,
  classes: readonly string[],
  columns: Readonly<Record<string, string>>,
  problems: Problem[],
): Promise<Float64Array> {
  const k = classes.length;
  const n = read.order.length;
  const probabilities = new Float64Array(n * k);
  for (const [c, name] of classes.entries()) {
    const values = ordered(read.numbers(ownValue(columns, name)!), read.order);
    problems.push(...(await probabilityProblems(read, ownValue(columns, name)!, values)));
    for (let i = 0; i < n; i++) probabilities[i * k + c] = values[i]!;
  }
  const sumOf = (row: number): number => {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += probabilities[row * k + c]!;
    return sum;
  };
  const bad = problems.length > 0 ? undefined : badRows(n, (row) => Math.abs(sumOf(row) - 1) > 0.01);
  if (bad !== undefined) {
    problems.push({
      message: `the probabilities of all classes add up to ${sumOf(bad.first)}, not 1${andMore(bad.count)}`,
      where: await read.placeOf(bad.first),
      remedy: 'write the probability of every class, normalised',
    });
  }
  return probabilities;
}

function mostProbable(probabilities: Float64Array, k: number): Uint16Array {
  const predicted = new Uint16Array(probabilities.length / k);
  for (let i = 0; i < predicted.length; i++) {
    for (let c = 1; c < k; c++) {
      if (probabilities[i * k + c]! > probabilities[i * k + predicted[i]!]!) predicted[i] = c;
    }
  }
  return predicted;
}

export async function probabilityProblems(
  read: Read,
  column: string,
  values: Float64Array,
): Promise<Problem[]> {
  const bad = badRows(values.length, (row) => !(values[row]! >= 0 && values[row]! <= 1));
  if (bad === undefined) return [];
  return [
    {
      message: `${describeNumber(values[bad.first]!)} in column "${column}" is no probability${andMore(bad.count)}`,
      where: await read.placeOf(bad.first),
      remedy:
        'write a number between 0 and 1 for every row; a score of another kind can be mapped by a logistic function',
    },
  ];
}

export function ordered(values: Float64Array, order: Uint32Array): Float64Array {
  const result = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) result[i] = values[order[i]!]!;
  return result;
}

const describeNumber = (value: number): string => (Number.isNaN(value) ? 'nothing, or NaN,' : String(value));
const describeText = (text: string | null | undefined): string =>
  text === null || text === undefined || text === '' ? 'nothing' : JSON.stringify(text);
