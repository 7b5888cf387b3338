import { type Place, UserError } from '../../common/errors.js';
import { formatNumber, formatPercent } from '../../common/text.js';
import type { RobustnessSpec } from '../../spec/sections/evaluate-behaviour.js';
import { momentsOf } from '../../statistics/intervals.js';
import { seededRandom } from '../../statistics/random.js';
import { judgeRule } from '../judge.js';
import type { Task } from '../metrics/metric.js';
import { takeRows } from '../rows.js';
import { type Rule, readRules } from '../rules.js';
import { compareAnswers } from './answers.js';
import { blanked, chosenRows, mistyped, normal, numbersChanged } from './changes.js';
import { judgeStability } from './invariance.js';
import {
  type Change,
  type Planned,
  type Tested,
  answers,
  columnPlace,
  requireNumbers,
  textsOf,
  variantOf,
  witnessesOf,
} from './tested.js';

/** Errors in these columns must not do much harm: to a metric, or to the answers. */
export function planRobustness(
  tested: Tested,
  spec: RobustnessSpec,
  task: Task,
  seed: number,
  at: (path: readonly (string | number)[]) => Place,
): Planned {
  const places = spec.columns.map((name) => columnPlace(tested.sample, name, at(['columns'])));
  const { changes, what } = harm(tested, spec, places, seed, at);
  const name = spec.name ?? what;
  const max = spec['max-share'];
  if (max !== undefined) {
    const variant = variantOf(tested, changes);
    return {
      variant,
      judge: (before, after) =>
        judgeStability(tested, variant, before, after, {
          name,
          kind: 'robustness',
          columns: spec.columns,
          change: what,
          max,
          tolerance: spec.tolerance,
          seed,
          where: at(['tolerance']),
        }),
    };
  }
  const variant = variantOf(tested, changes, 'all');
  const rule = ruleOf(spec, task, at);
  return {
    variant,
    judge: async (all, after) => {
      const before = takeRows(all, variant.rows);
      const decided = judgeRule(
        rule,
        after,
        { rows: before, name: 'the same rows unchanged' },
        { confidence: tested.confidence, seed },
      );
      const [was, is] = [answers(tested, before), answers(tested, after)];
      const { changed, moves } = compareAnswers(was, is, undefined);
      const { verdict, difference, rowsNeeded } = decided;
      return {
        name,
        kind: 'robustness',
        columns: [...spec.columns],
        change: what,
        rows: variant.rows.length,
        share: null,
        metric:
          difference === null
            ? null
            : {
                name: rule.metric.name,
                title: rule.metric.title,
                before: decided.champion!.value,
                after: decided.challenger!.value,
                difference,
              },
        rule: rule.kind === 'max-drop' ? 'max-drop' : 'max-increase',
        limit: rule.limit,
        verdict: verdict === 'not-applicable' ? 'inconclusive' : verdict,
        reason: `${name}: ${decided.reason}`,
        rowsNeeded,
        seed,
        witnesses: await witnessesOf(tested, variant, { before: was, after: is }, changed, moves),
      };
    },
  };
}

function harm(
  tested: Tested,
  spec: RobustnessSpec,
  places: readonly number[],
  seed: number,
  at: (path: readonly (string | number)[]) => Place,
): { changes: Change[]; what: string } {
  const random = seededRandom(seed);
  const names = spec.columns.join(', ');
  if (spec.noise !== undefined) {
    const { noise } = spec;
    const changes = places.map((column) => {
      const whole = requireNumbers(tested, column, 'noise', at(['columns']));
      const texts = textsOf(tested, column);
      const numbers = texts.filter((text) => text !== null && text.trim() !== '').map(Number);
      const { variance } = momentsOf(Float64Array.from(numbers.filter(Number.isFinite)));
      const step = noise * Math.sqrt(variance);
      // Values that are no finite numbers, and those of a single row, stay.
      const change = (value: number): number => value + step * normal(random);
      return { column, texts: step > 0 ? numbersChanged(texts, change, whole) : texts };
    });
    return { changes, what: `${names}: noise of ${formatNumber(noise)} standard deviations` };
  }
  if (spec.typos !== undefined) {
    const { typos } = spec;
    const changes = places.map((column) => {
      const { name, type } = tested.sample.shape.columns[column]!;
      if (type !== 'string') {
        throw new UserError({
          message: `typos change texts, and column "${name}" is of type ${type}`,
          where: at(['columns']),
          remedy: 'name a column of texts, or use noise',
        });
      }
      return { column, texts: mistyped(textsOf(tested, column), typos, random) };
    });
    return { changes, what: `${names}: ${typos === 1 ? 'a typo' : `${typos} typos`} in each` };
  }
  const share = spec.missing!;
  const changes = places.map((column) => ({
    column,
    texts: blanked(textsOf(tested, column), chosenRows(tested.rows.length, share, random)),
  }));
  return { changes, what: `${names}: empty in ${formatPercent(share)} of rows` };
}

/** The test's limit as a rule that compares with the unchanged rows. */
function ruleOf(spec: RobustnessSpec, task: Task, at: (path: readonly (string | number)[]) => Place): Rule {
  const gate = {
    metric: spec.metric!,
    ...(spec['max-drop'] !== undefined && { 'max-drop': spec['max-drop'] }),
    ...(spec['max-increase'] !== undefined && { 'max-increase': spec['max-increase'] }),
  };
  const [rule] = readRules([gate], task, ([, ...path]) => at(path));
  return { ...rule!, versus: 'unchanged', text: `${rule!.metric.name} ${rule!.kind} ${rule!.limit}` };
}
