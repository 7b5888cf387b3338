import { UserError } from '../common/errors.js';

/** A request that GitHub did not answer as we need it, said so that the user can mend it. */
export class GitHubFailure extends UserError {
  /** GitHub's status; 0 when no answer came. */
  readonly status: number;
  /** GitHub's own words. */
  readonly detail: string;
  /** Of a write: whether it may have been done all the same. */
  readonly ambiguous: boolean;

  constructor(options: {
    message: string;
    remedy: string;
    status: number;
    detail: string;
    ambiguous: boolean;
    cause: unknown;
  }) {
    super({ message: options.message, remedy: options.remedy }, { cause: options.cause });
    this.name = 'GitHubFailure';
    this.status = options.status;
    this.detail = options.detail;
    this.ambiguous = options.ambiguous;
  }
}

export function hasStatus(error: unknown, ...statuses: readonly number[]): error is GitHubFailure {
  return error instanceof GitHubFailure && statuses.includes(error.status);
}

/** Undefined where GitHub says 404, which is also what it says of things that the token may not see. */
export async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
