import { Worker } from 'node:worker_threads';
import { type QuickWalk, walkInWorker } from './walk-source.js';

/**
 * Walks through the bytes of a CSV file beside whatever else goes on, in a thread of its own.
 * @throws Error when the file cannot be read
 */
export function walkQuickly(path: string, delimiter: string): Promise<QuickWalk> {
  const code =
    `const { parentPort, workerData } = require('node:worker_threads');\n` +
    `const walk = ${walkInWorker.toString()};\n` +
    `parentPort.postMessage(walk(require, workerData.path, workerData.delimiter));`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, {
      eval: true,
      workerData: { path, delimiter: delimiter.charCodeAt(0) },
      // Its buffer is all it needs.
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
