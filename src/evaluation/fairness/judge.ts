import { formatPercent } from '../../common/text.js';
import type { FairnessDecision } from '../../formats/decision-fairness.js';
import type { Estimate } from '../../statistics/intervals.js';
import type { Baseline } from '../comparison.js';
import type { EstimateOptions, MetricEstimate } from '../metrics/metric.js';
import type { EvaluationRows } from '../rows.js';
import type { Slicing } from '../slices/define.js';
import { changeOf, ruledOut } from './change.js';
import { byChance } from './chance.js';
import { type Extreme, extreme, jointConfidence } from './extremes.js';
import { type Grouping, estimatesOf, takeGroups } from './groups.js';
import type { FairnessRule } from './rules.js';
import { fairnessSentence } from './sentences.js';

/** Bounds of the largest of many contrasts, of which each has bounds by its groups' own. */
const method = 'largest-contrast';

export interface FairnessOptions extends EstimateOptions {
  /** What sentences call the confidence, where it is made of more than itself. */
  readonly sure?: string;
}

/**
 * Decides a fairness rule on a bound of its measure: pass when the whole interval is on the right side of the limit,
 * fail when it is wholly on the wrong side or a group that is named is absent, otherwise inconclusive.
 * @param slicing the groups
 * @param baseline of a comparison, the model that it compares with; else one whose values are shown beside, if any
 */
export function judgeFairness(
  rule: FairnessRule,
  slicing: Slicing,
  challenger: EvaluationRows,
  baseline: Baseline,
  options: FairnessOptions,
): FairnessDecision {
  const { measure, kind, limit, versus, minRows } = rule;
  const champion = 'rows' in baseline ? baseline.rows : undefined;
  const grouping = takeGroups(slicing, measure.metrics, challenger, champion, { ...options, minRows });
  const { sure = `${formatPercent(options.confidence)} confidence` } = options;
  const { leftOut } = slicing;
  const undecided = {
    rule: rule.text,
    metric: measure.name,
    title: measure.title,
    column: slicing.column,
    kind,
    limit,
    versus,
    minRows,
    groups: grouping.groups,
    ...(leftOut.slices > 0 && { leftOut: { groups: leftOut.slices, rows: leftOut.rows } }),
    challenger: null,
    champion: null,
    difference: null,
    byChance: null,
    between: [],
    rowsNeeded: null,
  };
  const own = measured(rule, grouping, 'own', options);
  const theirs = champion && measured(rule, grouping, 'theirs', options);
  const found = {
    ...undecided,
    ...(own !== undefined && {
      challenger: record(own.extreme),
      byChance: own.chance,
      between: placesOf(own.extreme, grouping),
    }),
    ...(theirs !== undefined && { champion: record(theirs.extreme) }),
  };
  const say = (
    verdict: FairnessDecision['verdict'],
    judged?: Estimate,
    rowsNeeded: number | null = null,
  ): FairnessDecision => {
    const difference = judged && versus !== null && { difference: record(judged) };
    const decided = { ...found, ...difference, rowsNeeded, verdict };
    const other = 'none' in baseline ? baseline : { name: baseline.name };
    return { ...decided, reason: fairnessSentence(decided, other, sure) };
  };
  if (grouping.groups.some(({ state }) => state === 'absent')) return say('fail');
  if (versus !== null && 'none' in baseline) return say('not-applicable');
  if (own === undefined || (versus !== null && theirs === undefined)) return say('inconclusive');
  const unchanged =
    'rows' in baseline && baseline.sameModel === true && own.extreme.value === theirs?.extreme.value;
  const judged =
    versus === null
      ? own.extreme
      : unchanged
        ? { value: 0, lower: 0, upper: 0 }
        : change(rule, grouping, options);
  const below = kind === 'min' || kind === 'max-drop';
  const allowed = kind === 'max-drop' ? -limit : limit;
  const [passes, fails] = below
    ? [judged.lower >= allowed, judged.upper < allowed]
    : [judged.upper <= allowed, judged.lower > allowed];
  if (passes || fails) return say(passes ? 'pass' : 'fail', judged);
  const rows = grouping.judged.reduce((sum, { place }) => sum + grouping.groups[place]!.rows, 0);
  return say('inconclusive', judged, neededRows(judged, allowed, below, rows));
}

/** An interval's width falls with √n: the rows at which it would just clear the limit, were the value right. */
function neededRows(
  { value, lower, upper }: Estimate,
  allowed: number,
  below: boolean,
  rows: number,
): number | null {
  const right = below ? value >= allowed : value <= allowed;
  const half = below === right ? value - lower : upper - value;
  const needed = rows * (half / (value - allowed)) ** 2;
  if (!Number.isFinite(needed) || needed > 1e12) return null;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1);
  return Math.max(rows + 1, Math.ceil(needed / unit) * unit);
}

interface Measured {
  readonly extreme: Extreme;
  readonly chance: number | null;
}

function measured(
  rule: FairnessRule,
  grouping: Grouping,
  whose: Whose,
  options: EstimateOptions,
): Measured | undefined {
  const { transform } = rule.measure;
  if (grouping.judged.length < 2) return undefined;
  const each = levelsOf(rule, grouping, whose, options)(options.confidence);
  // Of rates that are all 0, none is a share of another.
  if (transform === 'ratio' && each.some((groups) => groups.every(({ value }) => value === 0)))
    return undefined;
  return {
    extreme: extremeAt(rule, grouping, whose, options.confidence, options),
    chance: byChance(transform, each, options),
  };
}

/** Of the error that is allowed to a change, what goes to bounding each model by itself; the rest to row by row. */
const separate = 0.3;

/**
 * The change of the measure: by rows that both models share, which is sharp where they are alike, and by each model's
 * own bounds, which see a change however the groups changed places. Both hold together, so the inner ends do.
 */
function change(rule: FairnessRule, grouping: Grouping, options: EstimateOptions): Estimate {
  const { transform, metrics } = rule.measure;
  const { judged, independent } = grouping;
  if (transform === 'ratio') throw new Error('the change of a ratio has no bounds');
  const error = 1 - options.confidence;
  const paired = (1 - separate) * error;
  // A contrast is ruled out by both of its ends.
  const screening = 1 - (ruledOut * paired) / (transform === 'difference' ? 1 : 2);
  const joint = jointConfidence(transform, judged.length, metrics.length, screening, independent);
  const found = changeOf(
    transform,
    {
      differences: estimatesOf(judged, metrics, 1 - (1 - ruledOut) * paired, options, (metric, group, own) =>
        metric.difference(group.own, group.theirs!, own),
      ),
      first: levelsOf(rule, grouping, 'own', options)(joint),
      second: levelsOf(rule, grouping, 'theirs', options)(joint),
    },
    independent,
  );
  const sign = transform === 'group_min' ? -1 : 1;
  const ends = [sign * found.lower, sign * found.upper];
  const alone = 1 - (separate * error) / 2;
  const own = extremeAt(rule, grouping, 'own', alone, options);
  const theirs = extremeAt(rule, grouping, 'theirs', alone, options);
  const value = sign * found.value;
  return {
    value,
    lower: Math.min(value, Math.max(Math.min(...ends), own.lower - theirs.upper)),
    upper: Math.max(value, Math.min(Math.max(...ends), own.upper - theirs.lower)),
  };
}

type Whose = 'own' | 'theirs';

function levelsOf(
  { measure: { metrics } }: FairnessRule,
  { judged }: Grouping,
  whose: Whose,
  options: EstimateOptions,
): (level: number) => MetricEstimate[][] {
  return (level) =>
    estimatesOf(judged, metrics, level, options, (metric, group, own) => metric.estimate(group[whose]!, own));
}

function extremeAt(
  rule: FairnessRule,
  grouping: Grouping,
  whose: Whose,
  confidence: number,
  options: EstimateOptions,
): Extreme {
  const { transform, metrics } = rule.measure;
  const { judged, independent } = grouping;
  const joint = jointConfidence(transform, judged.length, metrics.length, confidence, independent);
  const at = levelsOf(rule, grouping, whose, options);
  return extreme(transform, at(confidence), at(joint), independent);
}

function placesOf({ at: { first, second } }: Extreme, { judged }: Grouping): number[] {
  return [first, ...(second === undefined ? [] : [second])].map((group) => judged[group]!.place);
}

function record({ value, lower, upper }: Estimate): NonNullable<FairnessDecision['challenger']> {
  const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null);
  return { value, lower: finite(lower), upper: finite(upper), method };
}
