import type { DuckDBConnection } from '@duckdb/node-api';
import { EngineError, TimeLimitError, engineErrorOf } from './errors.js';

/** DuckDB loses an interrupt that arrives between two parts of a query, so it is repeated. */
const againAfterMs = 50;

/**
 * Runs a query; a cancellation or its limit ends it within about this many milliseconds.
 * @throws EngineError, TimeLimitError, or the reason of the cancellation
 */
export async function runQuery<T>(
  connection: DuckDBConnection,
  run: (connection: DuckDBConnection) => Promise<T>,
  { signal, limitMs }: { readonly signal?: AbortSignal | undefined; readonly limitMs?: number | undefined },
): Promise<T> {
  signal?.throwIfAborted();
  let ended: unknown;
  let again: NodeJS.Timeout | undefined;
  const end = (reason: unknown): void => {
    ended ??= reason;
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), againAfterMs);
  };
  const cancel = (): void => end(signal?.reason);
  const timer =
    limitMs === undefined ? undefined : setTimeout(() => end(new TimeLimitError(limitMs)), limitMs);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await run(connection);
  } catch (error) {
    const found = engineErrorOf(error);
    if (ended !== undefined && found instanceof EngineError && found.type === 'INTERRUPT') throw ended;
    throw found;
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    signal?.removeEventListener('abort', cancel);
  }
}
