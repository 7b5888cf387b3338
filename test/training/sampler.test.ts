import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { parsePs, parseStat, processUse, sumOf } from '../../src/training/process-use.js';
import { Sampler } from '../../src/training/sampler.js';

describe('processUse', () => {
  it('sums a process and its children', async () => {
    const busy = `while (process.cpuUsage().user < 400_000); setTimeout(() => {}, 5000)`;
    const child = spawn('sh', ['-c', `"${process.execPath}" -e "${busy}" & wait`], { detached: true });
    try {
      let use = await processUse(child.pid!);
      for (let i = 0; i < 100 && use.cpuSeconds < 0.2; i++) {
        await delay(100);
        use = await processUse(child.pid!);
      }
      expect(use.cpuSeconds).toBeGreaterThanOrEqual(0.2);
      expect(use.memory).toBeGreaterThan(10e6);
    } finally {
      process.kill(-child.pid!, 'SIGKILL');
    }
  });

  it('is nothing for a process that is gone', async () => {
    expect(await processUse(2 ** 30)).toEqual({ cpuSeconds: 0, memory: 0 });
  });

  it('reads a command with spaces and parentheses', () => {
    const line =
      '4242 (a (b) c) S 1 4240 4240 0 -1 4194304 100 200 0 0 150 50 25 75 20 0 1 0 9999 12345678 1000 18446744073709551615 0';
    expect(parseStat(line)).toEqual({ pid: 4242, parent: 1, group: 4240, cpuSeconds: 3, memory: 4_096_000 });
    expect(parseStat('')).toBeUndefined();
  });

  it('reads ps', () => {
    const rows = parsePs('    1     0     1  2048   0:01.50\n  20     1    20   10 1-02:03:04\n\n');
    expect(rows).toEqual([
      { pid: 1, parent: 0, group: 1, memory: 2_097_152, cpuSeconds: 1.5 },
      { pid: 20, parent: 1, group: 20, memory: 10_240, cpuSeconds: 86_400 + 7384 },
    ]);
  });

  it('follows children that left the group, whatever the order of the rows', () => {
    const row = (pid: number, parent: number, group: number) => ({
      pid,
      parent,
      group,
      cpuSeconds: 1,
      memory: 10,
    });
    const rows = [row(5, 4, 5), row(4, 2, 4), row(2, 1, 2), row(3, 1, 2), row(9, 1, 9)];
    expect(sumOf(2, rows)).toEqual({ cpuSeconds: 4, memory: 40 });
  });
});

describe('Sampler', () => {
  const fixed = (samples: { ms: number; cpuSeconds: number; memory: number; gpu?: number }[]) => {
    let i = -1;
    const sampler = new Sampler({
      intervalMs: 1000,
      process: async () => samples[++i]!,
      gpus: async () =>
        samples[i]!.gpu === undefined ? [] : [{ index: 0, utilisation: samples[i]!.gpu!, memory: 7 }],
      now: () => (i < 0 ? 0 : samples[i]!.ms),
    });
    return sampler;
  };

  it('turns CPU time into busy cores, and survives children that end', async () => {
    const sampler = fixed([
      { ms: 1000, cpuSeconds: 2, memory: 100, gpu: 0.5 },
      { ms: 2000, cpuSeconds: 3, memory: 300, gpu: 1 },
      { ms: 3000, cpuSeconds: 1, memory: 200, gpu: 0 },
    ]);
    for (let i = 0; i < 3; i++) await sampler.sample();
    expect(await sampler.stop()).toEqual({
      intervalMs: 1000,
      samples: 3,
      cpu: { mean: 1, max: 2 },
      memory: { mean: 200, max: 300 },
      gpus: [{ index: 0, utilisation: { mean: 0.5, max: 1 }, memory: { mean: 7, max: 7 } }],
      series: { seconds: [1, 2, 3], cpu: [2, 1, 0], memory: [100, 300, 200], gpu: [0.5, 1, 0] },
    });
  });

  it('leaves a gap where a source fails', async () => {
    const sampler = new Sampler({
      intervalMs: 1000,
      process: () => Promise.reject(new Error('gone')),
      gpus: () => Promise.reject(new Error('gone')),
      now: () => 0,
    });
    await sampler.sample();
    expect(await sampler.stop()).toMatchObject({ samples: 0, cpu: { mean: 0, max: 0 } });
  });

  it('keeps at most 120 points, evenly spread, however long it runs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (count) => {
        const sampler = fixed(
          Array.from({ length: count }, (_, i) => ({ ms: (i + 1) * 1000, cpuSeconds: i, memory: i })),
        );
        for (let i = 0; i < count; i++) await sampler.sample();
        const { samples, memory, series } = await sampler.stop();
        expect(samples).toBe(count);
        expect(memory.max).toBe(count - 1);
        expect(series.memory.length).toBeLessThanOrEqual(120);
        expect(series.memory.length).toBeGreaterThanOrEqual(Math.min(count, 60));
        const gaps = new Set(series.memory.slice(1).map((value, i) => value - series.memory[i]!));
        expect(gaps.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });
});
