import { plural } from '../common/text.js';
import { type Verdict, worst } from '../common/verdict.js';
import type { RuleDecision, SliceDecision } from '../formats/decision.js';
import type { Baseline } from './comparison.js';
import { type FoldedRows, judgeLimit } from './folds/judge.js';
import { type Reuse, judgeRule } from './judge.js';
import { metricsOf } from './metrics/registry.js';
import { overRepeats } from './metrics/repeated.js';
import { type WithoutChampion, championBeyondLimits, withoutChampion } from './policy/champion.js';
import { Waivers } from './policy/waivers.js';
import type { EvaluationRows } from './rows.js';
import type { Rule } from './rules.js';
import type { Slicing } from './slices/define.js';
import { judgeSlices } from './slices/judge.js';
import { outcomeOf } from './slices/sentences.js';

export interface GateOptions {
  readonly rules: readonly Rule[];
  readonly challenger: EvaluationRows;
  /** Rows on which limits are judged, where the spec asks for cross-validation. */
  readonly folds?: FoldedRows;
  /** What each `versus` of the rules means. All rows are the challenger's, in its order. */
  baselineOf(versus: string): Baseline;
  readonly slices: readonly Slicing[];
  /** Rules that hold in every slice; default: the comparisons among the rules. */
  readonly sliceRules?: readonly Rule[];
  readonly minSliceRows: number;
  /** Of each bound by itself, in (0.5, 1). */
  readonly confidence: number;
  readonly seed: number;
  readonly withoutChampion: WithoutChampion;
  /** Default: none. */
  readonly waivers?: Waivers;
  /** Where these rows have decided before. */
  readonly reuse?: Reuse;
}

export interface GateDecision {
  readonly verdict: Verdict;
  /** Sentences by what they mean; the most important first. */
  readonly reasons: Readonly<Record<'fail' | 'inconclusive' | 'others', readonly string[]>>;
  readonly rules: readonly RuleDecision[];
  readonly slices: readonly SliceDecision[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** Decides whether the challenger passes: every rule that applies must pass or be waived, and no slice may fail. */
export function decideGate(options: GateOptions): GateDecision {
  const { rules, challenger, folds, baselineOf, confidence, seed, reuse, waivers = new Waivers() } = options;
  const judging = { confidence, seed, ...(reuse && { reuse }) };
  const decided = rules.map((rule): RuleDecision => {
    const found =
      rule.versus !== null
        ? judgeRule(rule, challenger, baselineOf(rule.versus), judging)
        : folds !== undefined
          ? judgeLimit(rule, challenger, folds, judging)
          : judgeRule(rule, challenger, { none: '' }, judging);
    const { verdict, reason } = found;
    const waived = waivers.cover({
      names: namesOf(rule),
      verdict: verdict === 'not-applicable' ? null : verdict,
      reason,
    });
    return waived ? { ...found, waived } : found;
  });
  const slices = judgeSlices(
    options.slices,
    options.sliceRules ?? rules.filter((rule) => rule.versus !== null),
    [...new Set(rules.map((rule) => rule.metric))],
    challenger,
    baselineOf,
    { ...judging, minRows: options.minSliceRows },
  );
  const minRows = options.minSliceRows;
  const sliced = outcomeOf(
    slices.filter((slice) => !isWaived(slice, waivers, { confidence, minRows })),
    { confidence, minRows },
  );
  const counted = decided.filter(({ waived }) => waived !== true);
  const policy = withoutChampion(decided, options.withoutChampion);
  const verdicts: Verdict[] = [
    ...counted.flatMap(({ verdict }) => (verdict === 'not-applicable' ? [] : [verdict])),
    ...decided.flatMap(({ waived }) => (waived === true ? (['pass'] as const) : [])),
    ...sliced.verdicts,
    ...(policy.verdict === undefined ? [] : [policy.verdict]),
  ];
  const of = (verdict: RuleDecision['verdict']): string[] =>
    counted.filter((rule) => rule.verdict === verdict).map((rule) => rule.reason);
  return {
    verdict: worst(verdicts),
    reasons: {
      fail: [...of('fail'), ...sliced.fail],
      inconclusive: [...of('inconclusive'), ...sliced.inconclusive, ...policy.reasons],
      others: [
        ...of('pass'),
        ...notApplicable(counted, baselineOf),
        ...championBeyondLimits(decided, (versus) => nameOf(baselineOf(versus))),
      ],
    },
    rules: decided,
    slices,
    metrics: measureAll(challenger),
  };
}

/** One sentence for all rules that lack the same thing to compare with. */
function notApplicable(
  decided: readonly RuleDecision[],
  baselineOf: (versus: string) => Baseline,
): readonly string[] {
  const texts = new Map<string, string[]>();
  for (const { verdict, rule, versus } of decided) {
    const baseline = versus === null || verdict !== 'not-applicable' ? undefined : baselineOf(versus);
    if (baseline === undefined || !('none' in baseline)) continue;
    texts.set(baseline.none, [...(texts.get(baseline.none) ?? []), rule]);
  }
  return [...texts].map(
    ([none, rules]) =>
      `${plural(rules.length, 'rule')} ${rules.length === 1 ? 'does' : 'do'} not apply, since ${none}: ${rules.join('; ')}`,
  );
}

/** What a waiver may call a rule: its text, or its metric. */
function namesOf({ text, kind, metric }: Rule): string[] {
  return [text, metric.name, text.slice(0, text.indexOf(` ${kind} `))];
}

function isWaived(slice: SliceDecision, waivers: Waivers, options: Parameters<typeof outcomeOf>[1]): boolean {
  const { verdicts, fail, inconclusive } = outcomeOf([slice], options);
  const names = [`${slice.column} = ${slice.value ?? '(empty)'}`];
  const verdict = verdicts.length === 0 ? 'pass' : worst(verdicts);
  return waivers.cover({ names, verdict, reason: [...fail, ...inconclusive].join('; ') });
}

function nameOf(baseline: Baseline): string {
  return 'name' in baseline ? baseline.name : '';
}

/** Values of all metrics of the task that the rows define, by name. */
export function measureAll(rows: EvaluationRows): Record<string, number> {
  const values = new Map<string, number>();
  for (const metric of metricsOf(rows.task).map(overRepeats)) {
    if (metric.missing(rows) !== undefined) continue;
    const value = metric.value(rows);
    if (Number.isFinite(value)) values.set(metric.name, value);
  }
  return Object.fromEntries(values);
}
