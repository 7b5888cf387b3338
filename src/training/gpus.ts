import { execFile } from 'node:child_process';
import { sanitizeLogLine } from '../common/secrets.js';
import type { Gpu } from '../formats/run-record.js';

/** The GPUs that a program started here can use, or why there are none. */
export type Gpus =
  | { readonly gpus: readonly Gpu[] }
  | { readonly gpus: readonly []; readonly why: string; readonly remedy: string };

type Environment = Readonly<Record<string, string>>;

/** As on any machine without a GPU, where nobody expects one. */
export const withoutDriver = 'there is no nvidia-smi: no NVIDIA driver is installed';

const MiB = 1 << 20;
const queried = 'index,uuid,name,memory.total,driver_version';

/** What nvidia-smi printed and how it ended; `absent` when there is no such program. */
export interface Answer {
  readonly code: number | null | 'absent';
  readonly output: string;
}

/**
 * Asks nvidia-smi, the one program that comes with every NVIDIA driver.
 * Never fails: a machine without a usable GPU is an answer, with its reason and what to do.
 */
export async function findGpus(environment: Environment): Promise<Gpus> {
  const hidden = hiddenBy(environment);
  if (hidden !== undefined) return hidden;
  const query = await nvidiaSmi(environment, [`--query-gpu=${queried}`, '--format=csv,noheader,nounits']);
  const found = parseGpus(query);
  if ('why' in found) return found;
  // A GPU in MIG mode is of use only through its slices, which only the list shows.
  const slices = parseSlices((await nvidiaSmi(environment, ['-L'])).output);
  return { gpus: visible(withSlices(found.gpus, slices), environment.CUDA_VISIBLE_DEVICES) };
}

interface Device extends Gpu {
  readonly uuid: string;
}

export function parseGpus({ code, output }: Answer): { gpus: readonly Device[] } | (Gpus & { why: string }) {
  if (code === 'absent') {
    return none(
      withoutDriver,
      'run the job on a runner with a GPU (`runs-on`), and make the driver visible to its container',
    );
  }
  if (code !== 0) return none(...reasonOf(output, code));
  const gpus = output
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter((fields) => fields.length === 5 && /^\d+$/.test(fields[0]!))
    .map(([index, uuid, name, memory, driver]) => ({
      index: Number(index),
      uuid: uuid!,
      name: name!,
      memory: Number.isFinite(Number(memory)) ? Number(memory) * MiB : 0,
      driver: driver!,
    }));
  return gpus.length > 0 ? { gpus } : none(...reasonOf(output, code));
}

function none(why: string, remedy: string): { gpus: readonly []; why: string; remedy: string } {
  return { gpus: [], why, remedy };
}

function reasonOf(output: string, code: number | null): [string, string] {
  const said = sanitizeLogLine(output.trim().split(/[\r\n]/)[0] ?? '', []);
  if (/couldn't communicate with the NVIDIA driver/i.test(output)) {
    return [
      'nvidia-smi cannot reach the NVIDIA driver: it is not loaded',
      'load the driver on the runner (modprobe nvidia), or start the container with --gpus all',
    ];
  }
  if (/version mismatch/i.test(output)) {
    return [
      'the NVIDIA driver and its library are of different versions',
      'restart the runner’s machine: the driver was updated while it ran',
    ];
  }
  if (/no devices were found/i.test(output)) {
    return [
      'the NVIDIA driver finds no GPU',
      'attach a GPU to the runner’s machine, or pass it to the container (--gpus all)',
    ];
  }
  if (/gpu is lost|unknown error|unable to determine the device handle/i.test(output)) {
    return [
      `the GPU does not answer (${said})`,
      'restart the runner’s machine and look at `dmesg | grep Xid`',
    ];
  }
  const ended = code === null ? 'did not answer in time' : `ended with code ${code}`;
  return [
    `nvidia-smi ${ended}${said === '' ? '' : ` (${said})`}`,
    'run nvidia-smi on the runner to see what it lacks',
  ];
}

interface Slice {
  readonly gpu: number;
  readonly profile: string;
  readonly uuid: string;
}

/** The MIG devices in the output of `nvidia-smi -L`, indented below their GPUs. */
export function parseSlices(list: string): Slice[] {
  const slices: Slice[] = [];
  let gpu: number | undefined;
  for (const line of list.split('\n')) {
    const header = /^GPU (\d+):/.exec(line);
    if (header !== null) gpu = Number(header[1]);
    const slice = /^\s+MIG (\S+)\s+Device\s+\d+:\s+\(UUID: ([^)]+)\)/.exec(line);
    if (slice !== null && gpu !== undefined) slices.push({ gpu, profile: slice[1]!, uuid: slice[2]! });
  }
  return slices;
}

function withSlices(gpus: readonly Device[], slices: readonly Slice[]): Device[] {
  return gpus.flatMap((gpu) => {
    const own = slices.filter((slice) => slice.gpu === gpu.index);
    if (own.length === 0) return [gpu];
    return own.map(({ profile, uuid }) => {
      // The profile's name is all that tells a slice's memory without privileges: 1g.18gb has 18 GB.
      const gigabytes = /(\d+)gb/.exec(profile)?.[1];
      return { ...gpu, uuid, mig: profile, memory: gigabytes === undefined ? 0 : Number(gigabytes) * 1e9 };
    });
  });
}

function hiddenBy(environment: Environment): Gpus | undefined {
  const { CUDA_VISIBLE_DEVICES: devices } = environment;
  if (devices === undefined || !/^\s*(-1.*|none|void|)\s*$/i.test(devices)) return undefined;
  return none(
    `CUDA_VISIBLE_DEVICES="${devices}" hides every GPU from the program`,
    'unset CUDA_VISIBLE_DEVICES, or name the GPUs in it',
  );
}

/** The devices in the order and number that CUDA_VISIBLE_DEVICES allows: indexes or UUIDs (or their beginnings). */
function visible(devices: readonly Device[], allowed: string | undefined): Gpu[] {
  const chosen =
    allowed === undefined || allowed === 'all'
      ? devices
      : allowed
          .split(',')
          .map((name) => name.trim())
          .map((name) =>
            devices.find((d) => (/^\d+$/.test(name) ? d.index === Number(name) : d.uuid.startsWith(name))),
          )
          .filter((device) => device !== undefined);
  return chosen.map(({ index, name, memory, driver, mig }) => ({
    index,
    name,
    memory,
    driver,
    ...(mig !== undefined && { mig }),
  }));
}

/** Use of one GPU at one moment; what the driver does not tell (`[N/A]`) is absent. */
export interface GpuUse {
  readonly index: number;
  /** 0 to 1. */
  readonly utilisation?: number;
  /** Bytes. */
  readonly memory?: number;
}

export async function gpuUse(environment: Environment): Promise<GpuUse[]> {
  const { code, output } = await nvidiaSmi(environment, [
    '--query-gpu=index,utilization.gpu,memory.used',
    '--format=csv,noheader,nounits',
  ]);
  return code === 0 ? parseUse(output) : [];
}

export function parseUse(output: string): GpuUse[] {
  return output
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter((fields) => fields.length === 3 && /^\d+$/.test(fields[0]!))
    .map(([index, utilisation, memory]) => ({
      index: Number(index),
      ...(isNumber(utilisation) && { utilisation: Number(utilisation) / 100 }),
      ...(isNumber(memory) && { memory: Number(memory) * MiB }),
    }));
}

const isNumber = (text: string | undefined): boolean => /^\d+(\.\d+)?$/.test(text ?? '');

function nvidiaSmi(environment: Environment, parameters: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      'nvidia-smi',
      [...parameters],
      { env: { ...environment }, timeout: 15_000 },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (error === null) return resolve({ code: 0, output });
        if (error.code === 'ENOENT') return resolve({ code: 'absent', output });
        resolve({ code: typeof error.code === 'number' ? error.code : null, output });
      },
    );
  });
}
