import { type Verdict, worst } from '../../common/verdict.js';
import { type GateDecision, decideGate } from '../../evaluation/gate.js';
import { Waivers, type WaiversOutcome, dayOf } from '../../evaluation/policy/waivers.js';
import type { GateContext } from './context.js';
import type { GatePart, PartKey, PartOutcome } from './sections.js';

/** What the gate decides, of all its parts. */
export interface Decided {
  readonly verdict: Verdict;
  /** Sentences; the most important first. */
  readonly reasons: readonly string[];
  readonly gate: GateDecision;
  readonly outcomes: ReadonlyMap<PartKey, PartOutcome<PartKey>>;
  readonly waivers: WaiversOutcome;
}

/** Decides by rules, slices and the parts that the spec asks for; waivers have the last word. */
export async function decide(context: GateContext, asked: readonly GatePart[]): Promise<Decided> {
  const { spec, inputs, dependencies } = context;
  const { evaluate } = spec.value;
  const waivers = new Waivers(evaluate.waivers, dayOf(dependencies.clock.now()));
  const gate = decideGate({
    rules: context.rules,
    sliceRules: context.sliceRules,
    challenger: context.challenger.rows,
    baselineOf: context.baselineOf,
    slices: context.labels.slices,
    minSliceRows: evaluate['min-slice-rows'],
    confidence: evaluate.confidence,
    seed: inputs.seed,
    withoutChampion: evaluate['without-champion'],
    waivers,
  });
  const outcomes = new Map<PartKey, PartOutcome<PartKey>>();
  for (const part of asked) outcomes.set(part.key, await part.decide(context));
  const counted = [...outcomes].flatMap(([key, { verdict, reasons }]) => {
    const waived = waivers.cover({ names: [key], verdict, reason: reasons.join('; ') });
    return waived ? [] : [{ verdict, reasons }];
  });
  const reasonsOf = (wanted: readonly (Verdict | null)[]): string[] =>
    counted.filter(({ verdict }) => wanted.includes(verdict)).flatMap(({ reasons }) => reasons);
  const settled = waivers.settle();
  return {
    verdict: worst([
      gate.verdict,
      ...counted.flatMap(({ verdict }) => (verdict === null ? [] : [verdict])),
      ...settled.fail.map(() => 'fail' as const),
    ]),
    reasons: [
      ...gate.reasons.fail,
      ...reasonsOf(['fail']),
      ...settled.fail,
      ...settled.waived,
      ...gate.reasons.inconclusive,
      ...reasonsOf(['inconclusive']),
      ...settled.notes,
      ...gate.reasons.others,
      ...reasonsOf(['pass', null]),
    ],
    gate,
    outcomes,
    waivers: settled,
  };
}
