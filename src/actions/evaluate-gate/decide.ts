import { digestOf } from '../../common/json.js';
import { type Verdict, worst } from '../../common/verdict.js';
import { type GateDecision, decideGate } from '../../evaluation/gate.js';
import { type HoldoutReuse, reuseOf } from '../../evaluation/policy/reuse.js';
import { Waivers, type WaiversOutcome, dayOf } from '../../evaluation/policy/waivers.js';
import type { HoldoutUseRecord } from '../../formats/decision-policy.js';
import type { GateContext } from './context.js';
import { answersDigest, countUse, holdoutDigest } from './holdout-use.js';
import type { Judged } from './record.js';
import { repeatsWarnings } from './repeats-record.js';
import type { GatePart, PartKey, PartOutcome } from './sections.js';

/** What the gate decides, of all its parts. */
export interface Decided {
  readonly verdict: Verdict;
  /** Sentences; the most important first. */
  readonly reasons: readonly string[];
  readonly gate: GateDecision;
  readonly outcomes: ReadonlyMap<PartKey, PartOutcome<PartKey>>;
  readonly waivers: WaiversOutcome;
  /** Undefined where the spec does not ask how often the hold-out rows were used. */
  readonly holdoutUse?: HoldoutUseRecord;
  /** Sentences that must not be missed. */
  readonly warnings: readonly string[];
}

/** Decides by rules, slices and the parts that the spec asks for; waivers have the last word. */
export async function decide(
  context: GateContext,
  judged: Judged,
  asked: readonly GatePart[],
): Promise<Decided> {
  const { spec, inputs, dependencies } = context;
  const { evaluate } = spec.value;
  const waivers = new Waivers(evaluate.waivers, dayOf(dependencies.clock.now()));
  const reuse = await reuseIn(context, judged);
  const gate = decideGate({
    rules: context.rules,
    sliceRules: context.sliceRules,
    challenger: context.challenger.rows,
    ...(context.folds && { folds: context.folds }),
    baselineOf: context.baselineOf,
    slices: context.labels.slices,
    minSliceRows: evaluate['min-slice-rows'],
    confidence: evaluate.confidence,
    seed: inputs.seed,
    withoutChampion: evaluate['without-champion'],
    waivers,
    ...(reuse !== undefined && { reuse }),
  });
  const outcomes = new Map<PartKey, PartOutcome<PartKey>>();
  for (const part of asked) {
    const outcome = await part.decide(context, reuse);
    if (outcome !== undefined) outcomes.set(part.key, outcome);
  }
  const counted = [...outcomes].map(([key, outcome]) => withoutWaived(key, outcome, waivers));
  const reasonsOf = (wanted: readonly (Verdict | null)[]): string[] =>
    counted.filter(({ verdict }) => wanted.includes(verdict)).flatMap(({ reasons }) => reasons);
  const settled = waivers.settle();
  const warnings = [
    ...(reuse?.warnings ?? []),
    ...repeatsWarnings(judged.repeats),
    ...otherRows(context, judged),
  ];
  const exhausted = reuse?.exhausted === undefined ? [] : [reuse.exhausted];
  return {
    verdict: worst([
      gate.verdict,
      ...counted.flatMap(({ verdict }) => (verdict === null ? [] : [verdict])),
      ...settled.fail.map(() => 'fail' as const),
      ...exhausted.map(() => 'inconclusive' as const),
    ]),
    // Parts can find the same.
    reasons: distinct([
      ...gate.reasons.fail,
      ...reasonsOf(['fail']),
      ...settled.fail,
      ...exhausted,
      ...gate.reasons.inconclusive,
      ...reasonsOf(['inconclusive']),
      ...settled.waived,
      ...settled.notes,
      ...warnings,
      ...gate.reasons.others,
      ...reasonsOf(['pass', null]),
      ...(reuse === undefined ? [] : [reuse.note]),
    ]),
    gate,
    outcomes,
    waivers: settled,
    ...(reuse !== undefined && { holdoutUse: reuse.record }),
    warnings: [...settled.waived, ...warnings],
  };
}

const distinct = (sentences: readonly string[]): string[] => [...new Set(sentences)];

/** What is left of a part's verdict and reasons, where waivers cover it or something in it. */
function withoutWaived(
  key: PartKey,
  { verdict, reasons, claims }: PartOutcome<PartKey>,
  waivers: Waivers,
): Pick<PartOutcome<PartKey>, 'verdict' | 'reasons'> {
  if (claims === undefined || claims.length === 0) {
    const waived = waivers.cover({ names: [key], verdict, reason: reasons.join('; ') });
    return waived ? { verdict: 'pass', reasons: [] } : { verdict, reasons };
  }
  const waived = new Set(claims.filter((claim) => waivers.cover({ ...claim, names: [...claim.names, key] })));
  if (waived.size === 0) return { verdict, reasons };
  const left = claims.filter((claim) => !waived.has(claim));
  const gone = new Set([...waived].map(({ reason }) => reason));
  return {
    verdict: worst(['pass', ...left.flatMap((claim) => (claim.verdict === null ? [] : [claim.verdict]))]),
    reasons: reasons.filter((reason) => !gone.has(reason)),
  };
}

/** Which use of the hold-out rows this is, where the spec asks. */
async function reuseIn(context: GateContext, judged: Judged): Promise<HoldoutReuse | undefined> {
  const { spec, inputs, dependencies } = context;
  const { name: model, evaluate } = spec.value;
  const correction = evaluate['holdout-use'];
  if (correction === undefined) return undefined;
  const found = await countUse(await dependencies.github(inputs.token), {
    model,
    digest: holdoutDigest(judged.files.map(({ sha256 }) => sha256)),
    challenger: challengerKey(judged, context),
    commit: dependencies.run.sha,
  });
  return reuseOf(found, correction, evaluate.confidence);
}

/** Baselines that were measured on other rows: what makes rows hard is then part of the difference. */
function otherRows({ baselines, baselineOf }: GateContext, { files }: Judged): string[] {
  const own = holdoutDigest(files.map(({ sha256 }) => sha256));
  return baselines.flatMap(({ path }) => {
    const baseline = baselineOf(path);
    const measuredOn = 'stated' in baseline ? baseline.stated.measuredOn : undefined;
    return measuredOn === undefined || holdoutDigest(measuredOn) === own
      ? []
      : [
          `${path} was measured on other hold-out rows, so a difference may come from the rows as well as from the models`,
        ];
  });
}

/** By which a challenger is known again: its files, and else its answers. */
function challengerKey({ challenger, repeats }: Judged, context: GateContext): string {
  if (challenger.digest === null) return answersDigest(context.challenger.rows);
  if (repeats?.kind !== 'models') return challenger.digest;
  return digestOf(repeats.list.map(({ digest, predictions }) => digest ?? predictions));
}
