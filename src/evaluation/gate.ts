import { formatNumber, plural } from '../common/text.js';
import { type Verdict, worst } from '../common/verdict.js';
import type { RuleDecision, SliceDecision } from '../formats/decision.js';
import { type Baseline, judgeRule } from './judge.js';
import { metricsOf } from './metrics/registry.js';
import type { EvaluationRows } from './rows.js';
import type { Rule } from './rules.js';
import { type SliceColumn, judgeSlices } from './slices.js';

export interface GateOptions {
  readonly rules: readonly Rule[];
  readonly challenger: EvaluationRows;
  /** What each `versus` of the rules means. All rows are the challenger's, in its order. */
  baselineOf(versus: string): Baseline;
  readonly slices: readonly SliceColumn[];
  readonly minSliceRows: number;
  /** Of each bound by itself, in (0.5, 1). */
  readonly confidence: number;
  readonly seed: number;
  readonly withoutChampion: 'absolute-only' | 'manual';
}

export interface GateDecision {
  readonly verdict: Verdict;
  /** Sentences by what they mean; the most important first. */
  readonly reasons: Readonly<Record<'fail' | 'inconclusive' | 'others', readonly string[]>>;
  readonly rules: readonly RuleDecision[];
  readonly slices: readonly SliceDecision[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** Decides whether the challenger passes: every rule that applies must pass, and no slice may fail. */
export function decideGate(options: GateOptions): GateDecision {
  const { rules, challenger, baselineOf, confidence, seed } = options;
  const decided = rules.map((rule) =>
    judgeRule(rule, challenger, rule.versus === null ? { none: '' } : baselineOf(rule.versus), {
      confidence,
      seed,
    }),
  );
  const slices = judgeSlices(options.slices, rules, challenger, baselineOf, {
    confidence,
    seed,
    minRows: options.minSliceRows,
  });
  const applied = decided.flatMap(({ verdict }) => (verdict === 'not-applicable' ? [] : [verdict]));
  const skipped = decided.filter(({ verdict }) => verdict === 'not-applicable');
  const failedSlices = slices.filter(({ verdict }) => verdict === 'fail');
  const verdicts: Verdict[] = [...applied, ...failedSlices.map(() => 'fail' as const)];
  const policy: string[] = [];
  if (skipped.length > 0 && options.withoutChampion === 'manual') {
    verdicts.push('inconclusive');
    policy.push('There is nothing to compare with, and without-champion: manual leaves that to a person');
  } else if (skipped.length > 0 && applied.length === 0) {
    policy.push(
      'Every rule compares, and there is nothing to compare with: add a min or a max that a first model must meet',
    );
  }
  const of = (verdict: RuleDecision['verdict']): string[] =>
    decided.filter((rule) => rule.verdict === verdict).map((rule) => rule.reason);
  return {
    verdict: worst(verdicts),
    reasons: {
      fail: [...of('fail'), ...failedSlices.flatMap((slice) => sliceSentences(slice, confidence))],
      inconclusive: [...of('inconclusive'), ...policy],
      others: [...of('not-applicable'), ...of('pass')],
    },
    rules: decided,
    slices,
    metrics: allMetrics(challenger),
  };
}

function sliceSentences({ column, value, rows, results }: SliceDecision, confidence: number): string[] {
  return results
    .filter(({ adjustedP }) => adjustedP !== null && adjustedP <= 1 - confidence)
    .map(({ metric, rule, difference, adjustedP }) => {
      const where = `Where ${column} is ${value ?? 'empty'} (${plural(rows, 'row')})`;
      const by = formatNumber(difference!.value, 3);
      return `${where}, ${metric} differs by ${by}, worse than "${rule}" tolerates (p ${formatNumber(adjustedP!, 2)} after correction for all slices)`;
    });
}

function allMetrics(rows: EvaluationRows): Record<string, number> {
  const values: Record<string, number> = {};
  for (const metric of metricsOf(rows.task)) {
    if (metric.missing(rows) !== undefined) continue;
    const value = metric.value(rows);
    if (Number.isFinite(value)) values[metric.name] = value;
  }
  return values;
}
