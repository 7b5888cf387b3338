import { type Place, UserError } from '../../common/errors.js';
import { formatNumber } from '../../common/text.js';
import type { DirectionSpec } from '../../spec/sections/evaluate-behaviour.js';
import { takeRows } from '../rows.js';
import { type Answers, numbersOf } from './answers.js';
import { numbersChanged } from './changes.js';
import { untested } from './invariance.js';
import { judgeShare, shareClause } from './share.js';
import {
  type Planned,
  type Tested,
  answers,
  columnPlace,
  requireNumbers,
  shareRecord,
  textsOf,
  variantOf,
  witnessesOf,
} from './tested.js';

/** What the order of additions does to a number. */
const rounding = 1e-9;

/** Raising this column must not lower the answer (Ribeiro et al. 2020, CheckList: directional expectation). */
export function planDirection(
  tested: Tested,
  spec: DirectionSpec,
  at: (path: readonly (string | number)[]) => Place,
): Planned {
  const { column: name, add, multiply, min = -Infinity, max = Infinity, tolerance = 0 } = spec;
  const column = columnPlace(tested.sample, name, at(['column']));
  const whole = requireNumbers(tested, column, 'direction', at(['column']));
  if (whole && add !== undefined && !Number.isInteger(add)) {
    throw new UserError({
      message: `column "${name}" holds whole numbers, and add is ${add}`,
      where: at(['add']),
      remedy: 'add a whole number',
    });
  }
  const change = (value: number): number => {
    const changed = add === undefined ? value * multiply! : value + add;
    return changed < min || changed > max ? value : changed;
  };
  const what =
    add === undefined ? `${name} × ${multiply}` : `${name} ${add < 0 ? '−' : '+'} ${Math.abs(add)}`;
  const variant = variantOf(tested, [
    { column, texts: numbersChanged(textsOf(tested, column), change, whole) },
  ]);
  return {
    variant,
    judge: async (all, changedRows) => {
      const limit = spec['max-share'];
      const rows = variant.rows.length;
      const title = spec.name ?? what;
      const common = {
        name: title,
        kind: 'direction' as const,
        columns: [name],
        change: what,
        rows,
        metric: null,
        limit,
        seed: null,
      };
      if (rows === 0) return { ...common, ...untested(title) };
      const own = takeRows(all, variant.rows);
      const [before, after] = [answers(tested, own), answers(tested, changedRows)];
      const [was, is] = [lookedAt(before, spec.class, at), lookedAt(after, spec.class, at)];
      const sign = spec.answer === 'not-lower' ? 1 : -1;
      // How far each answer went the wrong way.
      const wrong = was.map((value, i) => sign * (value - is[i]!));
      const bad = wrong.map((by, i) => (by > tolerance + rounding * Math.max(1, Math.abs(was[i]!)) ? 1 : 0));
      const judged = judgeShare(bad, own, limit, tested.confidence);
      const moves = spec.answer === 'not-lower' ? 'falls' : 'rises';
      const by = tolerance === 0 ? '' : ` by more than ${formatNumber(tolerance)}`;
      return {
        ...common,
        share: shareRecord(judged.share),
        rule: 'max-share',
        verdict: judged.verdict,
        reason: `${title}: the answer ${moves}${by} ${shareClause(judged, rows, limit, tested.confidence)}`,
        rowsNeeded: judged.rowsNeeded,
        witnesses: await witnessesOf(tested, variant, { before, after }, bad, wrong),
      };
    },
  };
}

/**
 * The number of each answer that a test looks at.
 * @throws UserError when the model answers several, and none is named
 */
export function lookedAt(
  found: Answers,
  name: string | undefined,
  at: (path: readonly (string | number)[]) => Place,
): Float64Array {
  const numbers = numbersOf(found, name);
  if (numbers !== undefined) return numbers;
  throw new UserError({
    message:
      found.numbers === undefined
        ? 'this looks at a score, and the predictions hold classes alone'
        : name === undefined
          ? `this looks at one number, and the model answers several: ${found.names.join(', ')}`
          : `the model answers no number for "${name}": there are ${found.names.join(', ')}`,
    where: at(['class']),
    remedy:
      found.numbers === undefined
        ? 'name the columns of the probabilities in evaluate.score'
        : `write class: ${found.names[0]}, for instance`,
  });
}
