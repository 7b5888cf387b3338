import type { Fault, Faults } from '../types.js';

interface Armed {
  readonly fault: Fault;
  seen: number;
}

/** Faults in the order they were added; a request is hit by the first that is still armed for it. */
export class FaultList implements Faults {
  #armed: Armed[] = [];

  add(fault: Fault): void {
    this.#armed.push({ fault, seen: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault for a request that just came in. */
  next(operation: string): Fault | undefined {
    let hit: Fault | undefined;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.operation !== '*' && fault.operation !== operation) continue;
      const { skip = 0, count = 1 } = fault;
      const index = armed.seen++;
      if (hit === undefined && index >= skip && index < skip + count) hit = fault;
    }
    return hit;
  }
}
