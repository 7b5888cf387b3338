import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('worker.mjs', import.meta.url));
/** A process ends after so many cases: what it may have gathered ends with it. */
const batch = 400;

/**
 * Runs cases in processes beside each other until the time is over: each of every `workers`-th number.
 * @param onCase is told of every case: its number, kind, changes, problems and folder
 */
export async function runWorkers({ seed, only, first, last, workers, until, limitMs, onCase }) {
  await Promise.all(
    Array.from({ length: workers }, async (_, i) => {
      let next = first + i;
      while (next < last && performance.now() < until) {
        const to = Math.min(last, next + batch * workers);
        next = await runBatch({ seed, only, from: next, step: workers, to }, { until, limitMs, onCase });
      }
    }),
  );
}

/** Answers the number from which to go on. */
function runBatch(order, { until, limitMs, onCase }) {
  return new Promise((resolve, reject) => {
    const child = fork(script, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let current;
    let next = order.from;
    let reason;
    let over;
    let said = '';
    let timer;
    const wait = (ms, why) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reason = why;
        child.kill('SIGKILL');
      }, ms);
    };
    child.stderr.on('data', (chunk) => (said = (said + String(chunk)).slice(-4000)));
    wait(120_000, 'the worker does not start');
    child.on('message', (message) => {
      if (message.began !== undefined) {
        current = message;
        wait(limitMs, `no end after ${limitMs / 1000} seconds`);
      } else if (message.reason !== undefined) {
        reason = message.reason;
      } else if (message.ended !== undefined) {
        const { folder } = current;
        onCase({ ...message, index: message.ended, folder });
        rmSync(folder, { recursive: true, force: true });
        next = message.ended + order.step;
        current = undefined;
        // Between two cases there is nothing that could be lost.
        wait(120_000, 'the worker does not go on');
        if (performance.now() < until) return;
        over = dirname(folder);
        child.kill('SIGKILL');
      }
    });
    // What it said comes a moment later.
    child.on('exit', (code, signal) => setTimeout(() => ended(code, signal), 100));
    const ended = (code, signal) => {
      clearTimeout(timer);
      if (over !== undefined) {
        rmSync(over, { recursive: true, force: true });
        return resolve(next);
      }
      if (current === undefined) {
        if (code !== 0)
          return reject(new Error(`the fuzz itself broke (${reason ?? signal ?? code}): ${said}`));
        return resolve(next);
      }
      if (code !== 0) {
        const problems = [reason ?? `the process ended (${signal ?? code}): ${said}`];
        onCase({ index: current.began, kind: current.kind, how: [], problems, folder: current.folder });
      }
      rmSync(dirname(current.folder), { recursive: true, force: true });
      resolve(current.began + order.step);
    };
    child.send(order);
  });
}
