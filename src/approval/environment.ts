import type { ApprovalQuestion, Finding } from './approval.js';

/**
 * The approvals of this run for the environment. Fails closed: GitHub makes an environment that a job names and
 * nobody configured, without any protection, and lets the job through.
 */
export async function approvedByEnvironment({
  github,
  run,
  environment,
}: ApprovalQuestion): Promise<Finding> {
  const refuse = (reason: string): Finding => ({ granted: false, reasons: [reason] });
  if (environment === undefined) {
    return refuse('no environment is named → add the input `environment`, or ask for approval by `review`');
  }
  const found = await github.environments.get(environment);
  if (found === undefined) {
    return refuse(
      `the environment "${environment}" does not exist → create it under Settings → Environments, ` +
        'with required reviewers',
    );
  }
  if (found.requiredReviewers.length === 0) {
    return refuse(
      `the environment "${environment}" has no required reviewers, so nobody is asked → add them under ` +
        'Settings → Environments (private repositories need GitHub Enterprise), or ask for approval by `review`',
    );
  }
  const approvals = (await github.runs.approvals(run.runId)).filter((approval) =>
    approval.environments.includes(environment),
  );
  const rejected = approvals.find(({ state }) => state === 'rejected');
  if (rejected !== undefined) {
    return refuse(
      `${rejected.user} rejected "${environment}" in this run${rejected.comment === '' ? '' : ` (${rejected.comment})`}`,
    );
  }
  const approved = approvals.filter(
    ({ state, user }) => state === 'approved' && !(found.preventSelfReview && user === run.actor),
  );
  if (approved.length === 0) {
    return refuse(
      `nobody approved "${environment}" in this run → the job needs ` +
        `\`environment: { name: ${environment}, deployment: false }\`, and a reviewer’s approval before it starts`,
    );
  }
  return {
    granted: true,
    approvers: approved.map(({ user, comment }) => ({
      user,
      how: 'environment' as const,
      scope: environment,
      ...(comment !== '' && { comment }),
    })),
  };
}
