import type { Verdict } from '../../common/verdict.js';
import type { Decision } from '../../formats/decision.js';
import type { Section as ReportSection } from '../../report/model.js';
import type { EvaluateSpec } from '../../evaluation/labels.js';
import type { GateContext } from './context.js';
import { behaviourPart } from './parts/behaviour.js';
import { changesPart } from './parts/changes.js';

/** Keys of the decision record that a part beyond the rules and slices fills. */
export type PartKey = 'changes' | 'behaviour';

export interface PartOutcome<Key extends PartKey> {
  /** Null where the part only describes. */
  readonly verdict: Verdict | null;
  /** Sentences of what it failed, could not tell or warns of; the most important first. */
  readonly reasons: readonly string[];
  readonly record: NonNullable<Decision[Key]>;
}

/** A part of the decision beyond the rules and slices, such as fairness. */
export interface GatePart<Key extends PartKey = PartKey> {
  readonly key: Key;
  /** Columns of the hold-out data that it wants to see, by the spec alone; undefined where the spec does not ask for the part. */
  columns(evaluate: EvaluateSpec): readonly string[] | 'all' | undefined;
  /** Undefined where there is nothing to say. */
  decide(context: GateContext): Promise<PartOutcome<Key> | undefined>;
  report(record: NonNullable<Decision[Key]>, decision: Decision): readonly ReportSection[];
}

/** In the order in which the report shows them. */
export const parts: readonly GatePart[] = [changesPart, behaviourPart];
