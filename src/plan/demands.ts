import { type Problem, attempt, failOn } from '../common/errors.js';
import { type FairnessRule, readFairness } from '../evaluation/fairness/rules.js';
import { type Rule, readRules } from '../evaluation/rules.js';
import { type SearchRule, readSearch } from '../evaluation/search/rules.js';
import type { LoadedSpec } from '../spec/load.js';
import { foldMistakes } from './folds.js';

/** What the spec asks of a model's predictions. */
export interface Demands {
  readonly rules: readonly Rule[];
  /** Rules that hold in every slice. */
  readonly sliceRules: readonly Rule[];
  /** What is asked of groups. */
  readonly fairness: readonly FairnessRule[];
  /** What slices are searched by; undefined where the spec does not ask for it. */
  readonly search: SearchRule | undefined;
}

/** @throws UserError for all demands that cannot be meant, each at its place */
export function readDemands(spec: LoadedSpec): Demands {
  const { task, evaluate } = spec.value;
  const problems: Problem[] = [];
  const placesIn =
    (key: string) =>
    (path: readonly (string | number)[]): ReturnType<LoadedSpec['at']> =>
      spec.at(['evaluate', key, ...path]);
  const rules = attempt(problems, () => readRules(evaluate.gates, task, placesIn('gates')));
  const { 'slice-gates': sliceGates, fairness: groups, search: searched } = evaluate;
  const sliceRules =
    sliceGates === undefined
      ? rules?.filter(({ versus }) => versus !== null)
      : attempt(problems, () => withRows(readRules(sliceGates, task, placesIn('slice-gates'))));
  const fairness = attempt(problems, () =>
    readFairness(groups ?? [], task, evaluate['min-slice-rows'], placesIn('fairness')),
  );
  if (rules !== undefined) problems.push(...foldMistakes(spec, rules));
  // Without the rules nothing says by which metric to search.
  const search =
    rules && searched && attempt(problems, () => readSearch(searched, task, rules, placesIn('search')));
  failOn(problems);
  return { rules: rules!, sliceRules: sliceRules!, fairness: fairness!, search };
}

/** In a slice, rows are compared with rows. */
function withRows(rules: readonly Rule[]): readonly Rule[] {
  failOn(
    rules
      .filter(({ file, versus }) => file && versus!.endsWith('.json'))
      .map(({ versus, where }) => ({
        message: `${versus} states what a model does on all rows, and nothing of slices`,
        where,
        remedy: 'name a file of its predictions of the hold-out rows',
      })),
  );
  return rules;
}
