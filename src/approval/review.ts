import { plural } from '../common/text.js';
import type { Pull, Review } from '../github/types.js';
import type { ApprovalQuestion, Approver, Finding } from './approval.js';

/**
 * The approving reviews of the merged pull request that brought this run's commit: of its head commit, by people
 * other than its author, each one's latest word.
 */
export async function approvedByReview({ github, run, approvals }: ApprovalQuestion): Promise<Finding> {
  const wanted = Math.max(1, approvals);
  const pulls = (await github.pulls.ofCommit(run.sha)).filter((pull) => brought(pull, run.sha));
  if (pulls.length === 0) {
    return {
      granted: false,
      reasons: [
        `no merged pull request brought commit ${short(run.sha)} → bring the change by a pull request, ` +
          'and let the run start from the commit that it was merged as',
      ],
    };
  }
  const reasons: string[] = [];
  for (const pull of pulls) {
    const reviews = await github.pulls.reviews(pull.number);
    const approvers = approversOf(pull, reviews);
    if (approvers.length >= wanted) return { granted: true, approvers };
    reasons.push(shortfall(pull, reviews, approvers.length, wanted));
  }
  return { granted: false, reasons };
}

/** GitHub also names pull requests that merely contain the commit. */
function brought(pull: Pull, sha: string): boolean {
  return pull.merged && (pull.mergeSha === sha || pull.headSha === sha);
}

/** A comment does not take an approval back; a request for changes and a dismissal do. */
function approversOf(pull: Pull, reviews: readonly Review[]): Approver[] {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') latest.set(review.user, review);
  }
  return [...latest.values()]
    .filter(
      ({ user, state, commitSha }) =>
        user !== '' && user !== pull.author && state === 'APPROVED' && commitSha === pull.headSha,
    )
    .map(({ user, submittedAt }) => ({
      user,
      how: 'review' as const,
      scope: `#${pull.number} at ${pull.headSha}`,
      ...(submittedAt !== '' && { at: submittedAt }),
    }));
}

function shortfall(pull: Pull, reviews: readonly Review[], found: number, wanted: number): string {
  const stale = reviews.filter(({ state, commitSha }) => state === 'APPROVED' && commitSha !== pull.headSha);
  const outdated =
    stale.length === 0
      ? ''
      : ` (${plural(stale.length, 'approval')} of an earlier commit ${stale.length === 1 ? 'does' : 'do'} not count)`;
  return (
    `pull request #${pull.number} has ${plural(found, 'approving review')} of its head commit ${short(pull.headSha)} ` +
    `by people other than its author, and needs ${wanted}${outdated} → have it reviewed`
  );
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
