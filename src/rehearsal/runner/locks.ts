/** How many jobs run at the same time. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(body: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await body();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

export interface Concurrency {
  readonly group: string;
  readonly cancelInProgress: boolean;
  /** `single`: one waits, and a newer one takes its place. `max`: up to a hundred wait. */
  readonly queue: 'single' | 'max';
}

interface Group {
  holder: AbortController | undefined;
  readonly waiting: { readonly controller: AbortController; start(mayRun: boolean): void }[];
}

const queueLimit = 100;

/** Concurrency groups of a repository: one at a time in each. Names are compared without case, as on GitHub. */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  /**
   * Waits for the group, then runs `body` with a controller that a newer member can abort.
   * @returns undefined when a newer member took its place in the queue
   */
  async use<T>(
    { group: name, cancelInProgress, queue }: Concurrency,
    controller: AbortController,
    body: () => Promise<T>,
  ): Promise<T | undefined> {
    const key = name.toLowerCase();
    const group = this.#groups.get(key) ?? { holder: undefined, waiting: [] };
    this.#groups.set(key, group);
    if (group.holder !== undefined) {
      if (cancelInProgress) group.holder.abort(new Error(`a newer run of the group ${name} took its place`));
      if (queue === 'single' || group.waiting.length >= queueLimit) group.waiting.shift()?.start(false);
      const mayRun = await new Promise<boolean>((resolve) => {
        const entry = { controller, start: resolve };
        group.waiting.push(entry);
        controller.signal.addEventListener('abort', () => {
          const at = group.waiting.indexOf(entry);
          if (at === -1) return;
          group.waiting.splice(at, 1);
          resolve(false);
        });
      });
      if (!mayRun) return undefined;
    }
    group.holder = controller;
    try {
      return await body();
    } finally {
      group.holder = undefined;
      const next = group.waiting.shift();
      if (next === undefined) this.#groups.delete(key);
      // The next takes over in the same turn, so that nobody slips in between.
      else {
        group.holder = next.controller;
        next.start(true);
      }
    }
  }
}
