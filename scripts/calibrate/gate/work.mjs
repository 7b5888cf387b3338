// Jobs of a calibration by worker threads.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** MLOPS_CALIBRATE_SHARE: a share of the repetitions, for a quick look. */
export const share = Number(process.env.MLOPS_CALIBRATE_SHARE ?? 1);

/** A line with as many runs as worker.mjs makes of it. */
export const withRuns = (line) => ({ ...line, runs: Math.max(10, Math.ceil(line.runs * share)) });

/** Jobs by worker threads, one a core; answers by kind and index. */
export function work(jobs) {
  const started = performance.now();
  const answers = new Map();
  const queue = [...jobs];
  return new Promise((resolve, reject) => {
    for (let i = 0; i < Math.min(availableParallelism(), jobs.length); i++) {
      const worker = new Worker(fileURLToPath(new URL('worker.mjs', import.meta.url)));
      let job;
      worker.on('error', reject);
      worker.on('message', (message) => {
        if (job !== undefined) {
          answers.set(`${job.kind} ${job.index}`, message);
          const seconds = ((performance.now() - started) / 1000).toFixed(0);
          console.log(`gate: ${answers.size} of ${jobs.length} after ${seconds} s`);
        }
        job = queue.shift();
        if (job !== undefined) worker.postMessage(job);
        else void worker.terminate();
        if (answers.size === jobs.length) resolve(answers);
      });
    }
  });
}
