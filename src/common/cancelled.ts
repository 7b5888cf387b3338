/** Why a run ends before its work does: a person, or the runner, asked for it. */
export class Cancelled extends Error {
  /** @param how such as the signal's name */
  constructor(how: string) {
    super(`cancelled (${how})`);
    this.name = 'Cancelled';
  }
}

/** Ours, or what the platform throws for a signal without a reason of its own. */
export const isCancellation = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'Cancelled' || error.name === 'AbortError');
