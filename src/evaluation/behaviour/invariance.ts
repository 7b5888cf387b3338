import { type Place, UserError } from '../../common/errors.js';
import { formatNumber } from '../../common/text.js';
import type { BehaviourTest } from '../../formats/decision-behaviour.js';
import { seededRandom } from '../../statistics/random.js';
import type { InvarianceSpec } from '../../spec/sections/evaluate-behaviour.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import { compareAnswers } from './answers.js';
import { asWritten, replaced, shuffledPlaces, swapped, wordsReplaced } from './changes.js';
import { judgeShare, shareClause } from './share.js';
import {
  type Change,
  type Planned,
  type Tested,
  answers,
  columnPlace,
  shareRecord,
  textsOf,
  variantOf,
  witnessesOf,
} from './tested.js';
import type { Variant } from './stack.js';

/** Changing these columns must not change the answer (Ribeiro et al. 2020, CheckList: invariance). */
export function planInvariance(
  tested: Tested,
  spec: InvarianceSpec,
  seed: number,
  at: (path: readonly (string | number)[]) => Place,
): Planned {
  const places = spec.columns.map((name) => columnPlace(tested.sample, name, at(['columns'])));
  const { changes, what, random } = changesOf(tested, spec, places, seed);
  const variant = variantOf(tested, changes);
  return {
    variant,
    judge: (before, after) =>
      judgeStability(tested, variant, before, after, {
        name: spec.name ?? what,
        kind: 'invariance',
        columns: spec.columns,
        change: what,
        max: spec['max-share'],
        tolerance: spec.tolerance,
        seed: random ? seed : null,
        where: at(['tolerance']),
      }),
  };
}

function changesOf(
  tested: Tested,
  spec: InvarianceSpec,
  places: readonly number[],
  seed: number,
): { changes: Change[]; what: string; random: boolean } {
  const random = seededRandom(seed);
  const rows = tested.rows.length;
  const names = spec.columns.join(', ');
  const each = (change: (texts: ReturnType<typeof textsOf>) => ReturnType<typeof textsOf>): Change[] =>
    places.map((column) => ({ column, texts: change(textsOf(tested, column)) }));
  if (spec.permute !== undefined) {
    const order = shuffledPlaces(rows, random);
    const changes = each((texts) => texts.map((_, row) => texts[order[row]!]!));
    return { changes, what: `${names}: shuffled among the rows`, random: true };
  }
  if (spec.values !== undefined) {
    const among = spec.values.map(String);
    const changes = each((texts) =>
      swapped(
        texts,
        among.map((value) => asWritten(value, texts)),
        random,
      ),
    );
    return { changes, what: `${names}: another of ${among.join(', ')}`, random: true };
  }
  if (spec.set !== undefined) {
    const changes = each((texts) => {
      const value = asWritten(String(spec.set), texts);
      return texts.map(() => value);
    });
    return { changes, what: `${names}: set to ${spec.set}`, random: false };
  }
  const by = new Map(
    Object.entries(spec.replace ?? spec['replace-words']!).map(([from, to]) => [from, String(to)]),
  );
  const list = [...by].map(([from, to]) => `${from} → ${to}`).join(', ');
  return spec.replace === undefined
    ? { changes: each((texts) => wordsReplaced(texts, by)), what: `${names}: words ${list}`, random: false }
    : { changes: each((texts) => replaced(texts, by)), what: `${names}: ${list}`, random: false };
}

/** How a test of answers that must stay is called and decided. */
export interface Stability {
  readonly name: string;
  readonly kind: BehaviourTest['kind'];
  readonly columns: readonly string[];
  readonly change: string;
  readonly max: number;
  readonly tolerance: number | undefined;
  readonly seed: number | null;
  readonly where: Place;
}

/** Decides on the share of changed rows whose answer changes too. */
export async function judgeStability(
  tested: Tested,
  variant: Variant,
  all: EvaluationRows,
  changedRows: EvaluationRows,
  { name, kind, columns, change, max, tolerance, seed, where }: Stability,
): Promise<BehaviourTest> {
  const rows = variant.rows.length;
  const common = { name, kind, columns: [...columns], change, rows, metric: null, limit: max, seed };
  if (rows === 0) return { ...common, ...untested(name) };
  const own = takeRows(all, variant.rows);
  const [before, after] = [answers(tested, own), answers(tested, changedRows)];
  if (tolerance !== undefined && before.numbers === undefined) {
    throw new UserError({
      message: 'tolerance bounds how far a score may move, and the predictions hold classes alone',
      where,
      remedy: 'name the columns of the probabilities in evaluate.score, or remove tolerance',
    });
  }
  const { changed, moves } = compareAnswers(before, after, tolerance);
  const judged = judgeShare(changed, own, max, tested.confidence);
  const moved = tolerance !== undefined ? `moves by more than ${formatNumber(tolerance)}` : 'changes';
  return {
    ...common,
    share: shareRecord(judged.share),
    rule: 'max-share',
    verdict: judged.verdict,
    reason: `${name}: the answer ${moved} ${shareClause(judged, rows, max, tested.confidence)}`,
    rowsNeeded: judged.rowsNeeded,
    witnesses: await witnessesOf(tested, variant, { before, after }, changed, moves),
  };
}

/** What cannot be tested does not pass. */
export function untested(
  name: string,
): Pick<BehaviourTest, 'share' | 'rule' | 'verdict' | 'reason' | 'rowsNeeded' | 'witnesses'> {
  return {
    share: null,
    rule: 'max-share',
    verdict: 'inconclusive',
    reason: `${name}: no sampled row is changed by this, so nothing was tested`,
    rowsNeeded: null,
    witnesses: [],
  };
}
