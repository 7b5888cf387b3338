import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGpus, gpuUse, parseGpus, parseSlices, parseUse } from '../../src/training/gpus.js';

/* What nvidia-smi prints, by driver and trouble. */
const h200 = '0, GPU-2e8d1f2c-6f0d-0d0b-9a55-3c7c3a3c2b11, NVIDIA H200, 143771, 570.124.06\n';
const twoT4 =
  '0, GPU-11111111-aaaa-bbbb-cccc-000000000000, Tesla T4, 15360, 535.183.01\n1, GPU-22222222-aaaa-bbbb-cccc-000000000000, Tesla T4, 15360, 535.183.01\n';
const mig = `GPU 0: NVIDIA H200 (UUID: GPU-2e8d1f2c-6f0d-0d0b-9a55-3c7c3a3c2b11)
  MIG 3g.71gb     Device  0: (UUID: MIG-5f1ab9d0-7a2a-5a7e-8a55-111111111111)
  MIG 1g.18gb     Device  1: (UUID: MIG-5f1ab9d0-7a2a-5a7e-8a55-222222222222)
`;
const notLoaded =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n";
const mismatch =
  'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.124\n';

/** A program of that name on PATH, which answers by its first argument. */
async function fakeSmi(answers: { query?: string; list?: string; code?: number }): Promise<{ PATH: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'smi-'));
  const { query = '', list = '', code = 0 } = answers;
  await writeFile(join(folder, 'query'), query);
  await writeFile(join(folder, 'list'), list);
  const script = `#!/bin/sh\ncase "$1" in -L) cat "${folder}/list";; *) cat "${folder}/query";; esac\nexit ${code}\n`;
  await writeFile(join(folder, 'nvidia-smi'), script);
  await chmod(join(folder, 'nvidia-smi'), 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

describe('findGpus', () => {
  it('reads an H200', async () => {
    const list = 'GPU 0: NVIDIA H200 (UUID: GPU-2e8d1f2c-6f0d-0d0b-9a55-3c7c3a3c2b11)\n';
    expect(await findGpus(await fakeSmi({ query: h200, list }))).toEqual({
      gpus: [{ index: 0, name: 'NVIDIA H200', memory: 143_771 * 1_048_576, driver: '570.124.06' }],
    });
  });

  it('counts the slices of a split GPU, not the GPU', async () => {
    const { gpus } = await findGpus(await fakeSmi({ query: h200, list: mig }));
    expect(gpus.map(({ mig, memory }) => [mig, memory])).toEqual([
      ['3g.71gb', 71e9],
      ['1g.18gb', 18e9],
    ]);
  });

  it.each([
    ['1', [1]],
    ['1,0', [1, 0]],
    ['GPU-2222', [1]],
    ['all', [0, 1]],
    ['7', []],
  ])('sees with CUDA_VISIBLE_DEVICES=%s what CUDA would', async (devices, indexes) => {
    const environment = { ...(await fakeSmi({ query: twoT4 })), CUDA_VISIBLE_DEVICES: devices };
    expect((await findGpus(environment)).gpus.map(({ index }) => index)).toEqual(indexes);
  });

  it.each(['', '-1', 'none'])('says that CUDA_VISIBLE_DEVICES="%s" hides all', async (devices) => {
    const found = await findGpus({ ...(await fakeSmi({ query: h200 })), CUDA_VISIBLE_DEVICES: devices });
    expect(found).toMatchObject({ gpus: [], why: expect.stringContaining('CUDA_VISIBLE_DEVICES') });
  });

  it.each([
    [9, notLoaded, 'cannot reach the NVIDIA driver'],
    [18, mismatch, 'different versions'],
    [6, 'No devices were found\n', 'finds no GPU'],
    [0, 'No devices were found\n', 'finds no GPU'],
    [15, 'Unable to determine the device handle for GPU 0000:41:00.0: GPU is lost.\n', 'does not answer'],
    [255, 'something new\n', 'ended with code 255 (something new)'],
  ])('says why there is none: code %i, %j', async (code, query, why) => {
    const found = await findGpus(await fakeSmi({ query, code }));
    expect(found).toMatchObject({ gpus: [], why: expect.stringContaining(why), remedy: expect.any(String) });
  });

  it('says that there is no nvidia-smi', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'no-smi-'));
    expect(await findGpus({ PATH: empty })).toMatchObject({
      gpus: [],
      why: expect.stringContaining('no nvidia-smi'),
    });
  });
});

describe('parsing', () => {
  it('passes over lines that are no GPU', () => {
    const found = parseGpus({
      code: 0,
      output: `WARNING: infoROM is corrupted at gpu 0000:41:00.0\n${h200}`,
    });
    expect(found.gpus).toHaveLength(1);
  });

  it('takes memory that the driver does not tell as none', () => {
    const found = parseGpus({ code: 0, output: '0, GPU-1, NVIDIA GB10, [N/A], 580.95.05\n' });
    expect(found.gpus[0]).toMatchObject({ name: 'NVIDIA GB10', memory: 0 });
  });

  it('finds no slices where there are none', () => {
    expect(parseSlices('GPU 0: Tesla T4 (UUID: GPU-1)\n')).toEqual([]);
  });

  it('reads use, and leaves out what a split GPU does not tell', () => {
    expect(parseUse('0, 87, 71234\n1, [N/A], 12\n2, [N/A], [Insufficient Permissions]\n')).toEqual([
      { index: 0, utilisation: 0.87, memory: 71_234 * 1_048_576 },
      { index: 1, memory: 12 * 1_048_576 },
      { index: 2 },
    ]);
  });

  it('answers no use where nvidia-smi fails', async () => {
    expect(await gpuUse(await fakeSmi({ query: notLoaded, code: 9 }))).toEqual([]);
  });
});
