import { UserError } from '../common/errors.js';

/** A request that GitHub rejected or did not answer, with a message that tells the user what to fix. */
export class GitHubFailure extends UserError {
  /** GitHub's status; 0 when no answer came, 429 for every rate limit. */
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

/** Whether GitHub said nothing of what was asked: it is away, a rate limit is used up, or the token is not accepted. */
export function isOutage(error: unknown): error is GitHubFailure {
  return error instanceof GitHubFailure && (error.status >= 500 || [0, 401, 429].includes(error.status));
}

/** For a ref that moved between each reading and writing of it. */
export function refMovedByOthers(ref: string, attempts: number): UserError {
  return new UserError({
    message: `other runs changed ${ref} each of the ${attempts} times that this one wanted to`,
    remedy: 'run this again once they have ended',
  });
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
