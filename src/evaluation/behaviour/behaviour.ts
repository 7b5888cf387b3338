import { resolve } from 'node:path';
import { formatNumber, plural } from '../../common/text.js';
import { type Verdict, worst } from '../../common/verdict.js';
import type { BehaviourRecord } from '../../formats/decision-behaviour.js';
import type { BehaviourSpec } from '../../spec/sections/evaluate-behaviour.js';
import { designColumns } from '../design.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import { answersOf, compareAnswers } from './answers.js';
import { planCases } from './cases.js';
import { planDirection } from './direction.js';
import { sampleWith, touchedRows } from './draw.js';
import { planInvariance } from './invariance.js';
import { planRobustness } from './robustness.js';
import type { Sample } from './sample.js';
import { type Asking, type Variant, predictVariants } from './stack.js';
import type { Planned, Tested } from './tested.js';

export interface BehaviourOptions extends Asking {
  /** The model's predictions of all hold-out rows. */
  readonly rows: EvaluationRows;
  readonly confidence: number;
  readonly seed: number;
}

/**
 * Tests how the model answers changed rows, by one run of its own program.
 * @throws UserError for columns and cases that do not fit the data, and when the program fails
 */
export async function testBehaviour(
  spec: BehaviourSpec,
  options: BehaviourOptions,
): Promise<BehaviourRecord> {
  const { engine, task, seed, at } = options;
  const touched = await touchedRows(spec, options);
  const { tested, of } = await sampleWith(spec.rows, touched, options);
  const placeAt =
    (kind: string, index: number) =>
    (path: readonly (string | number)[]): ReturnType<Asking['at']> =>
      at(['behaviour', kind, index, ...path]);
  let tests = 0;
  const nextSeed = (): number => seed + ++tests;
  const planned: Planned[] = [
    ...spec.invariance.map((test, i) =>
      planInvariance({ ...tested, rows: of[i] ?? tested.rows }, test, nextSeed(), placeAt('invariance', i)),
    ),
    ...spec.direction.map((test, i) => planDirection(tested, test, placeAt('direction', i))),
  ];
  for (const [i, test] of spec['minimum-functionality'].entries()) {
    const file = resolve(tested.folder, test.file);
    const where = placeAt('minimum-functionality', i);
    planned.push(await planCases(tested, test, file, engine, hiddenColumns(options), where));
  }
  planned.push(
    ...spec.robustness.map((test, i) =>
      planRobustness(tested, test, task, nextSeed(), placeAt('robustness', i)),
    ),
  );
  const { sample } = tested;
  const all = unchanged(sample);
  const [before, ...after] = await predictVariants(
    'behaviour',
    sample,
    [all, ...planned.map(({ variant }) => variant)],
    options,
  );
  const judged = [];
  for (const [i, { judge }] of planned.entries()) judged.push(await judge(before!, after[i]!));
  return {
    verdict: worst(judged.map(({ verdict }) => verdict)),
    rows: tested.rows.length,
    confidence: tested.confidence,
    seed,
    repeated: repeatedAnswers(tested, before!, options.rows),
    tests: judged,
  };
}

/** Every row as it is. */
export function unchanged({ places }: Sample): Variant {
  return { rows: Uint32Array.from(places, (_, i) => i), changed: new Map() };
}

/** How many of the unchanged rows are answered otherwise than they were among all hold-out rows. */
export function repeatedAnswers(
  { sample, classes }: Tested,
  again: EvaluationRows,
  all: EvaluationRows,
): { rows: number; changed: number } {
  const [before, after] = [answersOf(takeRows(all, sample.places), classes), answersOf(again, classes)];
  const rows = sample.places.length;
  // A threshold that was chosen is another for each part of the rows, so that only scores can be compared.
  const chosen = all.task === 'binary-classification' && all.threshold !== undefined;
  const byClass = chosen ? new Float64Array(rows) : compareAnswers(before, after, undefined).changed;
  const byNumber =
    before.numbers === undefined || after.numbers === undefined
      ? byClass
      : compareAnswers(before, after, 1e-6).changed;
  let changed = 0;
  for (let i = 0; i < rows; i++) if (byClass[i] === 1 || byNumber[i] === 1) changed++;
  return { rows, changed };
}

/** What to say where the model does not repeat itself; undefined where it does. */
export function unrepeatedSentence({ rows, changed }: { rows: number; changed: number }): string | undefined {
  if (changed === 0) return undefined;
  return `Asked again about ${plural(rows, 'unchanged row')}, the model answers ${formatNumber(changed)} otherwise: it is random, or looks at other rows of the file, and that is part of what was measured`;
}

/** Columns that say how rows are judged, and nothing to the model. */
export function hiddenColumns({ evaluate, task }: Pick<Asking, 'evaluate' | 'task'>): string[] {
  const { label, labels, id } = evaluate;
  const named = task === 'multilabel-classification' ? Object.values(labels ?? {}) : [label, id];
  return [...new Set([...named, id, ...designColumns(evaluate)])].filter((name) => name !== undefined);
}

/** Reasons of a verdict, the failed tests first. */
export function reasonsOf(record: BehaviourRecord): string[] {
  const of = (verdict: Verdict): string[] =>
    record.tests.filter((test) => test.verdict === verdict).map(({ reason }) => reason);
  const again = unrepeatedSentence(record.repeated);
  const tests = plural(record.tests.length, 'behaviour test');
  return [
    ...of('fail'),
    ...of('inconclusive'),
    ...(record.verdict === 'pass' ? [`${tests} passed`] : []),
    ...(again === undefined ? [] : [again]),
  ];
}
