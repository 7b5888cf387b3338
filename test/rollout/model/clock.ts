import type { Clock } from '../../../src/common/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  wake(): void;
}

/** Time that passes only when a test says so. Sleepers wake in the order of their times. */
export class VirtualClock implements Clock {
  private ms = Date.parse('2026-01-01T00:00:00Z');
  private order = 0;
  private timers: Timer[] = [];

  now(): Date {
    return new Date(this.ms);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        this.timers = this.timers.filter((other) => other !== timer);
        reject(signal!.reason as Error);
      };
      const timer: Timer = {
        at: this.ms + Math.max(0, ms),
        order: ++this.order,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.timers.push(timer);
    });
  }

  /** Lets time pass, or less where `until` holds before. */
  async pass(ms: number, until: () => boolean = () => false): Promise<void> {
    const end = this.ms + ms;
    await settle();
    while (!until()) {
      const next = this.timers.reduce<Timer | undefined>(
        (first, timer) =>
          first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order)
            ? timer
            : first,
        undefined,
      );
      if (next === undefined || next.at > end) {
        this.ms = end;
        return;
      }
      this.timers.splice(this.timers.indexOf(next), 1);
      this.ms = Math.max(this.ms, next.at);
      next.wake();
      await settle();
    }
  }
}

/** Until every promise that can be settled without time is. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
