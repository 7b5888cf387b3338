import { formatNumber } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
import type { RuleDecision } from '../../formats/decision.js';

export type WithoutChampion = 'absolute-only' | 'manual';

/** What follows where rules compare and there is nothing to compare with. */
export function withoutChampion(
  rules: readonly RuleDecision[],
  policy: WithoutChampion,
): { readonly verdict?: Verdict; readonly reasons: readonly string[] } {
  const skipped = rules.filter(({ verdict }) => verdict === 'not-applicable').length;
  if (skipped === 0) return { reasons: [] };
  if (policy === 'manual') {
    const reason = 'There is nothing to compare with, and without-champion: manual leaves that to a person';
    return { verdict: 'inconclusive', reasons: [reason] };
  }
  if (skipped < rules.length) return { reasons: [] };
  return {
    verdict: 'inconclusive',
    reasons: [
      'Every rule compares, and there is nothing to compare with: add a min or a max that a first model must meet',
    ],
  };
}

/** Limits that the model compared with does not meet itself: a loss that is tolerated starts from there. */
export function championBeyondLimits(
  rules: readonly RuleDecision[],
  nameOf: (versus: string) => string,
): string[] {
  return rules.flatMap(({ kind, metric, limit, rule }) => {
    if (kind !== 'min' && kind !== 'max') return [];
    const compared = rules.find((other) => other.metric === metric && other.champion !== null);
    const value = compared?.champion?.value;
    if (value === undefined || (kind === 'min' ? value >= limit : value <= limit)) return [];
    const side = kind === 'min' ? 'below' : 'above';
    const name = nameOf(compared!.versus!);
    return [
      `${name.charAt(0).toUpperCase()}${name.slice(1)} itself has ${compared!.title} ${formatNumber(value)}, ${side} what "${rule}" asks of a new model`,
    ];
  });
}
