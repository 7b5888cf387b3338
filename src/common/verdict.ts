/** A decision: `inconclusive` means that the data cannot tell, never that nobody looked. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** Fail beats inconclusive beats pass; nothing to judge is inconclusive. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let seen: Verdict | undefined;
  for (const verdict of verdicts) {
    if (verdict === 'fail') return 'fail';
    if (verdict === 'inconclusive' || seen === undefined) seen = verdict;
  }
  return seen ?? 'inconclusive';
}
