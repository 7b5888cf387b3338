import type { ApprovalRecord } from '../formats/deployment.js';
import { describeProblem, UserError } from '../common/errors.js';
import type { GitHub } from '../github/types.js';
import { approvedByEnvironment } from './environment.js';
import { approvedByReview } from './review.js';

export type Policy = ApprovalRecord['policy'];
export type Approver = ApprovalRecord['approvers'][number];

/** What one way of approving found: who approved, or why nobody did, each reason with its remedy. */
export type Finding =
  | { readonly granted: true; readonly approvers: readonly Approver[] }
  | { readonly granted: false; readonly reasons: readonly string[] };

export interface ApprovalQuestion {
  readonly github: GitHub;
  readonly run: { readonly runId: number; readonly sha: string; readonly actor: string };
  readonly policy: Policy;
  /** Whose approval is asked for; without it the policy can only be `review` or `none`. */
  readonly environment: string | undefined;
  /** Approving reviews wanted, for `review` and `both`; at least 1. */
  readonly approvals: number;
  /** `sha256:…` of the manifest that would be released or deployed. */
  readonly manifestDigest: string;
}

export type ApprovalAnswer =
  | { readonly granted: true; readonly record: ApprovalRecord }
  | { readonly granted: false; readonly reasons: string[] };

/**
 * Whether people have approved, and who. Nothing that cannot be read counts as approval.
 * @throws UserError only where GitHub fails (not where it refuses: that is a reason)
 */
export async function checkApproval(question: ApprovalQuestion): Promise<ApprovalAnswer> {
  const { policy, manifestDigest } = question;
  const findings: Finding[] = [];
  if (policy === 'environment' || policy === 'both') {
    findings.push(await reasonsOfRefusal(approvedByEnvironment(question)));
  }
  if (policy === 'review' || policy === 'both') {
    findings.push(await reasonsOfRefusal(approvedByReview(question)));
  }
  const reasons = findings.flatMap((finding) => (finding.granted ? [] : finding.reasons));
  if (reasons.length > 0) return { granted: false, reasons };
  const approvers = findings.flatMap((finding) => (finding.granted ? finding.approvers : []));
  return { granted: true, record: { policy, manifestDigest, approvers } };
}

/** A token that may not look is no approval: its remedy is what the user needs to read. */
async function reasonsOfRefusal(finding: Promise<Finding>): Promise<Finding> {
  try {
    return await finding;
  } catch (error) {
    const status = error instanceof UserError && 'status' in error ? error.status : undefined;
    if (status !== 403 && status !== 404) throw error;
    return { granted: false, reasons: (error as UserError).problems.map(describeProblem) };
  }
}
