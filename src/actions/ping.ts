import type { Dependencies } from './dependencies.js';

/**
 * Notifies a dead man's switch that the check completed. The service notifies people when the requests stop.
 * No redirect is followed, and only the host is ever shown: the path of such an address is its key.
 */
export async function ping(
  address: string | undefined,
  { logger, signal, mask }: Pick<Dependencies, 'logger' | 'signal' | 'mask'>,
): Promise<void> {
  if (address === undefined) return;
  mask(address);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    logger.warning(
      'the input `ping-url` is not an http or https URL, so nobody was told that this check ran',
    );
    return;
  }
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.body?.cancel();
    if (!response.ok)
      logger.warning(`${url.host} was told that this check ran, and answers ${response.status}`);
  } catch {
    signal.throwIfAborted();
    logger.warning(`${url.host} could not be told that this check ran: it cannot be reached`);
  }
}
