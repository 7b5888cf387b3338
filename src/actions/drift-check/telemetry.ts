import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { metricsOf } from '../../drift/export/metrics.js';
import { otlpJson, otlpTarget, sendOtlp } from '../../drift/export/otlp.js';
import { prometheusText } from '../../drift/export/prometheus.js';
import type { Drift } from '../../formats/drift.js';
import type { Dependencies } from '../dependencies.js';
import { reasonOf } from './past.js';

/**
 * The result as metrics: a file in Prometheus' text format always, and OTLP where an address is configured.
 * What goes wrong on the way to others is a warning: the check itself is done.
 * @returns path of the file
 */
export async function tellOthers(
  result: Drift,
  endpoint: string | undefined,
  { outputFolder, environment, logger, clock, signal, mask }: Dependencies,
): Promise<string> {
  const metrics = metricsOf(result);
  const file = join(outputFolder, 'drift.prom');
  await writeFile(file, prometheusText(metrics));
  try {
    const target = otlpTarget(endpoint, environment);
    if (target !== undefined) {
      for (const value of Object.values(target.headers)) mask(value);
      const pause = (ms: number): Promise<void> => clock.sleep(ms, signal);
      const body = otlpJson(metrics, new Date(result.checkedAt));
      const trouble = await sendOtlp(target, body, { pause, signal });
      if (trouble === undefined) logger.info(`metrics sent to ${target.url.host}`);
      else logger.warning(`the metrics were not sent: ${trouble}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    logger.warning(`the metrics were not sent: ${reasonOf(error)}`);
  }
  return file;
}
