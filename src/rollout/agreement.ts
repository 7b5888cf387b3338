import type { Ledger } from '../ledger/ledger.js';
import { type Serving, describeServing, isEmpty } from './targets/target.js';

/** How the record of an environment and its target compare. */
export type Agreement =
  | { readonly kind: 'agree' }
  /** The target has no way to tell what serves. */
  | { readonly kind: 'unknown' }
  /** The record has a live version, and the target serves nothing. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'disagree'; readonly difference: string };

/**
 * Compares what the record says with what the target says. Versions of unfinished deployments may serve in any place:
 * a run that was killed had no time to record where they got to.
 */
export function compareWithTarget(ledger: Ledger, serving: Serving | undefined): Agreement {
  if (serving === undefined) return { kind: 'unknown' };
  const { live, unfinished, entries } = ledger;
  if (isEmpty(serving)) return live === undefined ? { kind: 'agree' } : { kind: 'empty' };
  const { champion, challenger } = serving;
  const expected = [...(live === undefined ? [] : [live.version]), ...unfinished.map((e) => e.version)];
  const isExpected = (arm: { readonly version: string }) => expected.includes(arm.version.replace(/^v/, ''));
  // A version without traffic that was here before is a leftover, not a contradiction.
  const isLeftover =
    challenger?.weight === 0 && entries.some((e) => e.version === challenger.version.replace(/^v/, ''));
  const known =
    (champion === null || isExpected(champion)) &&
    (challenger === null || isExpected(challenger) || isLeftover);
  const hasStable = live === undefined || champion !== null;
  if (known && hasStable) return { kind: 'agree' };
  const recorded =
    live === undefined
      ? 'no live version'
      : `${live.version} (deployment ${live.deployment.id}, manifest ${live.payload.manifestDigest.slice(0, 19)}…)`;
  const open = unfinished.map(({ version, deployment }) => `${version} (deployment ${deployment.id})`);
  return {
    kind: 'disagree',
    difference: `the record shows ${recorded}${open.length === 0 ? '' : `, unfinished ${open.join(', ')}`}; the target serves ${describeServing(serving)}`,
  };
}
