import type { Verdict } from '../../common/verdict.js';
import type { Reuse } from '../../evaluation/judge.js';
import type { Claim } from '../../evaluation/policy/waivers.js';
import type { Decision } from '../../formats/decision.js';
import type { Section as ReportSection } from '../../report/model.js';
import type { EvaluateSpec } from '../../evaluation/labels.js';
import type { GateContext } from './context.js';
import { behaviourPart } from './parts/behaviour.js';
import { changesPart } from './parts/changes.js';
import { fairnessPart } from './parts/fairness.js';
import { importancePart } from './parts/importance.js';
import { searchPart } from './parts/search.js';
import { servingPart } from './parts/serving.js';

/** Keys of the decision record that a part beyond the rules and slices fills. */
export type PartKey = 'changes' | 'search' | 'fairness' | 'behaviour' | 'importance' | 'serving';

export interface PartOutcome<Key extends PartKey> {
  /** Null where the part only describes. */
  readonly verdict: Verdict | null;
  /** Sentences of what it failed, could not tell or warns of; the most important first. */
  readonly reasons: readonly string[];
  /** What waivers can name one by one, with the reasons that go when they do; absent: only the part by its key. */
  readonly claims?: readonly Claim[];
  readonly record: NonNullable<Decision[Key]>;
}

/** A part of the decision beyond the rules and slices, such as fairness. */
export interface GatePart<Key extends PartKey = PartKey> {
  readonly key: Key;
  /** Columns of the hold-out data that it wants to see, by the spec alone; undefined where the spec does not ask for the part. */
  columns(evaluate: EvaluateSpec): readonly string[] | 'all' | undefined;
  /**
   * Undefined where there is nothing to say.
   * @param reuse what bounds must pay where the same rows have decided before
   */
  decide(context: GateContext, reuse?: Reuse): Promise<PartOutcome<Key> | undefined>;
  report(record: NonNullable<Decision[Key]>, decision: Decision): readonly ReportSection[];
}

/** In the order in which the report shows them. */
export const parts: readonly GatePart[] = [
  changesPart,
  searchPart,
  fairnessPart,
  behaviourPart,
  importancePart,
  servingPart,
];
