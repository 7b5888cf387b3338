/**
 * A signal that aborts with `outer`, or after `ms` milliseconds (none when 0).
 * `dispose` ends the waiting, not the signal.
 */
export function limited(
  outer: AbortSignal | undefined,
  ms: number,
): { readonly signal: AbortSignal; timedOut(): boolean; dispose(): void } {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  let timedOut = false;
  const timer =
    ms > 0
      ? setTimeout(() => {
          timedOut = true;
          controller.abort(new Error(`out of time after ${ms} ms`));
        }, ms)
      : undefined;
  timer?.unref();
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    dispose: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}
