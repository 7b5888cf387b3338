import { Cancelled } from '../common/cancelled.js';

/**
 * Aborts on the first SIGINT or SIGTERM, and keeps the process alive to clean up:
 * the runner sends SIGTERM 7.5 s after SIGINT and kills 2.5 s later.
 */
export function cancellation(on: Pick<NodeJS.Process, 'on'> = process): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    on.on(name, () => controller.abort(new Cancelled(name)));
  }
  return controller.signal;
}
