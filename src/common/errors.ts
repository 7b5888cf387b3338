/** A place in a file that a person can open: line and column count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong with what the user gave us, and what to do about it. */
export interface Problem {
  readonly message: string;
  readonly where?: Place;
  readonly remedy?: string;
}

/**
 * An error that the user can fix: it says what is wrong, where, and what to do.
 * Anything else that is thrown is a bug of ours.
 */
export class UserError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: string | Problem | readonly Problem[], options?: { cause?: unknown }) {
    const list = typeof problems === 'string' ? [{ message: problems }] : [problems].flat();
    super(list.map(describeProblem).join('\n'), options);
    this.name = 'UserError';
    this.problems = list;
  }
}

export function describePlace(where: Place | undefined): string {
  if (where?.file === undefined) return where?.line === undefined ? '' : `line ${where.line}`;
  if (where.line === undefined) return where.file;
  return `${where.file}:${where.line}${where.column === undefined ? '' : `:${where.column}`}`;
}

export function describeProblem(problem: Problem): string {
  const place = describePlace(problem.where);
  const remedy = problem.remedy === undefined ? '' : ` → ${problem.remedy}`;
  return `${place === '' ? '' : `${place}: `}${problem.message}${remedy}`;
}

/** Throws all problems at once, or nothing. */
export function failOn(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems);
}

/** What `read` returns; where it fails, its problems join the others and undefined is returned. */
export function attempt<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
