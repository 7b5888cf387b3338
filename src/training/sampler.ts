import type { ResourceUse } from '../formats/run-record.js';
import type { GpuUse } from './gpus.js';
import type { ProcessUse } from './process-use.js';

export interface Sources {
  /** Milliseconds between two samples. */
  readonly intervalMs: number;
  process(): Promise<ProcessUse>;
  gpus(): Promise<readonly GpuUse[]>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

const mostPoints = 120;

/** Takes samples at an interval until it is stopped, and sums them up in bounded space. */
export class Sampler {
  readonly #sources: Sources;
  readonly #started: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #previous: { at: number; cpuSeconds: number } | undefined;
  #stopped = false;
  #count = 0;
  readonly #cpu = new Running();
  readonly #memory = new Running();
  readonly #gpus = new Map<number, { utilisation: Running; memory: Running }>();
  readonly #series = new Series(mostPoints);

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#started = sources.now();
  }

  start(): void {
    const next = (wait: number): void => {
      this.#timer = setTimeout(() => {
        this.#running = this.sample();
        // A sample that takes longer than the interval is not overtaken by the next.
        void this.#running.then(() => {
          if (!this.#stopped) next(this.#sources.intervalMs);
        });
      }, wait);
    };
    // Early, so that a short training is seen at all.
    next(Math.min(200, this.#sources.intervalMs));
  }

  async stop(): Promise<ResourceUse> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    const gpus = [...this.#gpus].map(([index, { utilisation, memory }]) => ({
      index,
      ...(utilisation.count > 0 && { utilisation: utilisation.use() }),
      ...(memory.count > 0 && { memory: memory.use() }),
    }));
    return {
      intervalMs: this.#sources.intervalMs,
      samples: this.#count,
      cpu: this.#cpu.use(),
      memory: this.#memory.use(),
      gpus,
      series: this.#series.columns(gpus.length > 0),
    };
  }

  /** One sample; a source that fails leaves a gap, never a failed training. */
  async sample(): Promise<void> {
    const [use, gpus] = await Promise.all([
      this.#sources.process().catch(() => undefined),
      this.#sources.gpus().catch((): readonly GpuUse[] => []),
    ]);
    const now = this.#sources.now();
    if (use === undefined) return;
    const { cpuSeconds, memory } = use;
    const since = this.#previous;
    const elapsed = since === undefined ? (now - this.#started) / 1000 : (now - since.at) / 1000;
    // The time of children that nobody waited for is lost when they end: less than before means none.
    const cores = elapsed > 0 ? Math.max(0, cpuSeconds - (since?.cpuSeconds ?? 0)) / elapsed : 0;
    this.#previous = { at: now, cpuSeconds };
    this.#count++;
    this.#cpu.add(cores);
    this.#memory.add(memory);
    for (const gpu of gpus) {
      let own = this.#gpus.get(gpu.index);
      if (own === undefined)
        this.#gpus.set(gpu.index, (own = { utilisation: new Running(), memory: new Running() }));
      if (gpu.utilisation !== undefined) own.utilisation.add(gpu.utilisation);
      if (gpu.memory !== undefined) own.memory.add(gpu.memory);
    }
    const told = gpus.map(({ utilisation }) => utilisation).filter((value) => value !== undefined);
    const gpu = told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0) / told.length;
    this.#series.add({ seconds: (now - this.#started) / 1000, cpu: cores, memory, gpu });
  }
}

class Running {
  count = 0;
  #sum = 0;
  #max = 0;

  add(value: number): void {
    this.count++;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }
  use(): { mean: number; max: number } {
    return { mean: this.count === 0 ? 0 : this.#sum / this.count, max: this.#max };
  }
}

interface Point {
  readonly seconds: number;
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number | null;
}

/** Keeps every n-th point; when they are too many, n doubles and every second one goes. */
class Series {
  #points: Point[] = [];
  #stride = 1;
  #seen = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(point: Point): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#points.push(point);
    if (this.#points.length <= this.#most) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  columns(withGpus: boolean): ResourceUse['series'] {
    const round = (value: number): number => Number(value.toPrecision(4));
    return {
      seconds: this.#points.map(({ seconds }) => round(seconds)),
      cpu: this.#points.map(({ cpu }) => round(cpu)),
      memory: this.#points.map(({ memory }) => memory),
      ...(withGpus && { gpu: this.#points.map(({ gpu }) => (gpu === null ? null : round(gpu))) }),
    };
  }
}
