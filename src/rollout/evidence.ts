import { ownValue } from '../common/own.js';
import { eventShare, logEvidence, logEvidenceFromAnyStep, logMean } from '../statistics/e-process.js';
import type { Rule } from './plan.js';
import type { Arm, Arms, RuleEvidence, Step } from './state.js';

/** Chance of rolling back a challenger that is no worse, over all rules and steps together. */
export const alpha = 0.01;
/** Chance of passing a step with a rate worse than tolerated, for each rule. */
export const beta = 0.05;
/** Chance of calling healthy routing broken, for each step. */
const alphaRouting = 0.001;
/** Odds of the challenger's share that sticky sessions may be off by without being called broken. */
const routingTolerance = 1.25;

export const badBound = (rules: number): number => Math.log(rules / alpha);
export const goodBound = Math.log(1 / beta);

/**
 * What a step's counts say about one rule (docs/decisions/010-canary-evidence.md).
 * @param earlier the finished steps, whose evidence against the challenger counts too
 * @param shape how many rules share alpha, how many steps the plan has
 */
export function weighRule(
  rule: Rule,
  sums: Arms,
  earlier: readonly Step[],
  shape: { readonly rules: number; readonly steps: number },
): RuleEvidence {
  const { signal, side, limit, negligible } = rule;
  // A smallest ratio is a largest ratio with the arms in each other's place.
  const [watched, other] =
    side === 'max' ? [sums.challenger, sums.champion] : [sums.champion, sums.challenger];
  const tolerated = side === 'max' ? limit : 1 / limit;
  const k = eventsOf(watched, rule);
  const n = k + eventsOf(other, rule);
  const exposure = watched.requests / (watched.requests + other.requests);
  const comparable = exposure > 0 && exposure < 1;
  const against = (ratio: number) => ({ k, n, theta: eventShare(exposure, ratio) });

  const logEBad = comparable ? logEvidence(against(1), 'above') : 0;
  const better = comparable ? logEvidence(against(tolerated), 'below') : 0;
  const rare = logEvidence({ k, n: Math.max(k, watched.requests), theta: negligible }, 'below');
  const logEGood = logMean([better, rare]);
  const before = earlier.map((step) => evidenceOn(step, rule)?.logEBad ?? 0);
  const logEBadTotal = logEvidenceFromAnyStep([...before, logEBad], Math.max(shape.steps, before.length + 1));

  const [rate, otherRate] = [rateOf(watched, rule), rateOf(other, rule)];
  const looksWorse =
    rate !== null && rate >= negligible && (otherRate === null || rate >= tolerated * otherRate);
  const verdict =
    looksWorse && logEBadTotal >= badBound(shape.rules)
      ? 'fail'
      : logEGood >= goodBound
        ? 'pass'
        : 'inconclusive';
  const rates = { champion: rateOf(sums.champion, rule), challenger: rateOf(sums.challenger, rule) };
  const ratio = rates.champion && rates.challenger !== null ? rates.challenger / rates.champion : null;
  return { signal, side, limit, rates, ratio, logEBad, logEBadTotal, logEGood, verdict };
}

/** Evidence that the requests are not shared out as the weight says; `broken` only when it matters too. */
export function weighRouting(sums: Arms, weight: number): { logE: number; broken: boolean } {
  const k = sums.challenger.requests;
  const n = k + sums.champion.requests;
  const logE = logEvidence({ k, n, theta: weight, concentration: 100 }, 'two-sided');
  const odds = (k / (n - k)) * ((1 - weight) / weight);
  const off = odds > routingTolerance || odds < 1 / routingTolerance;
  return { logE, broken: off && logE >= Math.log(1 / alphaRouting) };
}

export function evidenceOn(step: Step, rule: Pick<Rule, 'signal' | 'side'>): RuleEvidence | undefined {
  return step.evidence.find((e) => e.signal === rule.signal && e.side === rule.side);
}

const eventsOf = (arm: Arm, rule: Rule): number => ownValue(arm.events, rule.event) ?? 0;
const rateOf = (arm: Arm, rule: Rule): number | null =>
  arm.requests === 0 ? null : eventsOf(arm, rule) / arm.requests;
