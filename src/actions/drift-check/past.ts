import { UserError, describeProblem } from '../../common/errors.js';
import { type HistoryChange, mergeHistory } from '../../drift/charts/history.js';
import { type HistoryStore, refHistoryStore } from '../../drift/charts/store.js';
import type { DriftHistory } from '../../formats/drift-history.js';
import type { Dependencies } from '../dependencies.js';

/** What earlier checks left. Where it cannot be read or kept, the check goes on without a past, and says why. */
export interface Past {
  readonly store: HistoryStore | undefined;
  readonly history: DriftHistory | undefined;
  /** Why there is none. */
  readonly trouble: string | undefined;
}

export async function readPast(
  { history: wanted, token, scope }: { history: boolean; token: string; scope: string },
  model: string,
  { github: connect }: Pick<Dependencies, 'github'>,
): Promise<Past> {
  if (!wanted) return { store: undefined, history: undefined, trouble: 'the input `history` is false' };
  try {
    const store = refHistoryStore(await connect(token), model, scope);
    return { store, history: await store.read(), trouble: undefined };
  } catch (error) {
    return { store: undefined, history: undefined, trouble: reasonOf(error) };
  }
}

/** A sentence about what the user can fix; anything else is a defect, and is thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof UserError)) throw error;
  return error.problems.map(describeProblem).join('; ');
}

/**
 * Keeps this check for the next ones. A repeated run takes its own place.
 * @returns why it was not kept; undefined when it was
 */
export async function keepPast({ store, trouble }: Past, change: HistoryChange): Promise<string | undefined> {
  if (store === undefined) return trouble;
  try {
    await store.update((history) => mergeHistory(history, change));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
