import { type Entry, type Ledger, ledgerBefore } from './ledger.js';

/**
 * What `previous` means, best first; the later ones are for when the first cannot be brought up.
 *
 * - While a rollout is unfinished: the live version, which is to stay.
 * - While a rollback is unfinished: the version that it returns to.
 * - Otherwise: the versions that were live before the live one, newest first.
 *
 * Versions that people withdrew are left out.
 * @param requestedAt when the rollback was asked for. The request is read as of then, so that a second click or a
 *   second attempt of the same run returns to the same version. Undefined: now.
 */
export function findPrevious(ledger: Ledger, requestedAt?: Date): readonly Entry[] {
  const before = requestedAt === undefined ? ledger : ledgerBefore(ledger, requestedAt);
  // GitHub's times are whole seconds: where nothing lies before the request, all of it may be older.
  const then = before.entries.length === 0 ? ledger : before;
  const [newest] = then.unfinished;
  const first: Entry[] = [];
  const left = new Set<string>();
  if (newest?.payload.cause === 'rollback') {
    first.push(newest);
    if (then.live !== undefined && then.live.version !== newest.version) left.add(then.live.version);
  } else if (newest !== undefined && newest.version !== then.live?.version) {
    if (then.live !== undefined) first.push(then.live);
    left.add(newest.version);
  } else if (then.live !== undefined) {
    left.add(then.live.version);
  }
  const earlier = then.entries.filter(({ liveFrom }) => liveFrom !== undefined);
  const isGood = ({ version, payload }: Entry) =>
    !left.has(version) && !ledger.withdrawn.has(payload.manifestDigest);
  const chosen = new Map<string, Entry>();
  for (const entry of [...first, ...earlier]) {
    if (isGood(entry) && !chosen.has(entry.version)) chosen.set(entry.version, entry);
  }
  return [...chosen.values()];
}

/**
 * A deployment that went live after a rollback was asked for, and was not asked for before it: the person who asked did not
 * know of it. Undefined when there is none.
 */
export function findLiveSince(ledger: Ledger, requestedAt: Date): Entry | undefined {
  const { live } = ledger;
  if (live === undefined || live.payload.cause === 'rollback') return undefined;
  return Date.parse(live.deployment.createdAt) > requestedAt.getTime() ? live : undefined;
}
