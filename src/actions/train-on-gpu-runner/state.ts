import type { Checkpoint } from '../../training/checkpoints.js';
import type { State } from '../dependencies.js';

interface Unsaved {
  readonly checkpoint: Checkpoint;
  readonly mark: string;
}

/** Left before the training starts: main may be killed at any moment after. */
export function leaveUnsaved(state: State, unsaved: Unsaved): void {
  state.set('checkpoint', JSON.stringify(unsaved));
}

export function leaveSettled(state: State): void {
  state.set('settled', 'true');
}

export function readUnsaved(state: State): Unsaved | undefined {
  const text = state.get('checkpoint');
  return text === undefined || state.get('settled') === 'true' ? undefined : (JSON.parse(text) as Unsaved);
}
