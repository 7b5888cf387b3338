import { formatNumber, plural } from '../../common/text.js';
import type { EstimateRecord, RuleDecision } from '../../formats/decision.js';
import { type JudgeOptions, judgeRule, limitOf } from '../judge.js';
import { type EvaluationRows, rowCount, takeRows } from '../rows.js';
import type { Rule } from '../rules.js';

/** Rows that models predicted which had not seen them in training. */
export interface FoldedRows {
  readonly count: number;
  /** The training rows, each predicted by the model of another fold, and after them the hold-out rows. */
  readonly all: EvaluationRows;
  readonly training: number;
}

/**
 * Decides a limit on all rows that were predicted unseen. The hold-out rows keep a veto, since they alone are predicted
 * by the model that would be released: the rule fails where they fail it, and is inconclusive where the training rows
 * come out better than the hold-out rows can be, as they do when a training program reads other data than it is given.
 */
export function judgeLimit(
  rule: Rule,
  holdout: EvaluationRows,
  folds: FoldedRows,
  options: JudgeOptions,
): RuleDecision {
  const judge = (rows: EvaluationRows, of = rule): RuleDecision => judgeRule(of, rows, { none: '' }, options);
  const [together, own] = [judge(folds.all), judge(holdout)];
  const training = judge(takeRows(folds.all, firstPlaces(folds.training))).challenger;
  const decided = { ...together, folds: { training, holdout: own.challenger } };
  if (own.challenger !== null) {
    // A rule that can fail in two ways: half of the error for this one.
    const veto = judge(holdout, { ...rule, confidence: (1 + (rule.confidence ?? options.confidence)) / 2 });
    if (veto.verdict === 'fail') {
      return { ...decided, verdict: 'fail', reason: `on the hold-out rows alone, ${veto.reason}` };
    }
  }
  if (together.verdict === 'pass' && isBetter(rule, training, own.challenger)) {
    const values = `${formatNumber(training!.value)} against ${formatNumber(own.challenger!.value)}`;
    return {
      ...decided,
      verdict: 'inconclusive',
      reason: `${rule.metric.title} of the training rows is better than that of the hold-out rows can be (${values}), so the folds do not show how the model does on new rows; train.run must read only the files in MLOPS_TRAIN_DATA, and rows that belong together need evaluate.group`,
    };
  }
  const rows = `${plural(folds.training, 'training row')} in ${folds.count} folds and ${plural(rowCount(holdout), 'hold-out row')}`;
  return { ...decided, reason: `${together.reason} (${rows})` };
}

const firstPlaces = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

/** Whether the whole interval of one is better than that of the other. */
function isBetter(rule: Rule, one: EstimateRecord | null, other: EstimateRecord | null): boolean {
  if (one === null || other === null) return false;
  return limitOf(rule).side === 'lower'
    ? (one.lower ?? -Infinity) > (other.upper ?? Infinity)
    : (one.upper ?? Infinity) < (other.lower ?? -Infinity);
}
