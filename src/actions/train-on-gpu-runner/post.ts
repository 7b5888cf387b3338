import { saveCheckpoint } from '../../training/checkpoints.js';
import type { Dependencies } from '../dependencies.js';
import { readUnsaved } from './state.js';

/** The runner kills a cancelled main after 10 s: what it could not save of its checkpoint is saved here. */
export async function post(_inputs: unknown, dependencies: Dependencies): Promise<void> {
  const unsaved = readUnsaved(dependencies.state);
  if (unsaved === undefined) return;
  const { checkpoint, mark } = unsaved;
  const saved = await saveCheckpoint(checkpoint, `${mark}-post`, dependencies);
  dependencies.logger.notice(
    saved
      ? 'the checkpoint is saved: the next run of this training goes on from it'
      : 'the training left no checkpoint to go on from',
  );
}
