import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Problem } from '../common/errors.js';
import { plural } from '../common/text.js';
import type { LoadedSpec } from '../spec/load.js';
import type { Gpus } from './gpus.js';

/** What the machine is, as far as a training can depend on it. */
export interface Machine {
  readonly os: string;
  readonly arch: string;
  readonly node: string;
  readonly cpu: { readonly model: string; readonly cores: number };
  /** Bytes. */
  readonly memory: number;
}

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    os: `${platform()} ${release()}`,
    arch: arch(),
    node: process.version,
    cpu: { model: cores[0]?.model.trim() ?? 'unknown', cores: cores.length },
    memory: totalmem(),
  };
}

/**
 * What the spec asks for and the machine does not have.
 * @param asked number of GPUs, when an input overrides the spec's
 */
export function missingResources(
  { value: { train }, at }: Pick<LoadedSpec, 'value' | 'at'>,
  found: Gpus,
  asked: number | undefined,
): Problem[] {
  const gpus = asked ?? train.gpus;
  if (gpus === 0) return [];
  const where = asked === undefined ? { where: at(['train', 'gpus']) } : {};
  const wanted = plural(gpus, 'GPU');
  if ('why' in found) {
    return [{ message: `the training asks for ${wanted}; ${found.why}`, ...where, remedy: found.remedy }];
  }
  if (found.gpus.length < gpus) {
    const names = [
      ...new Set(found.gpus.map(({ name, mig }) => (mig === undefined ? name : `${name} ${mig}`))),
    ];
    const has = found.gpus.length === 0 ? 'none' : `${found.gpus.length} (${names.join(', ')})`;
    return [
      {
        message: `the training asks for ${wanted}; this runner has ${has}`,
        ...where,
        remedy: 'choose a runner with more GPUs by its label (`runs-on`), or lower train.gpus',
      },
    ];
  }
  const memory = train['gpu-memory'];
  if (memory === undefined) return [];
  const enough = found.gpus.filter((gpu) => gpu.memory >= memory * 1e9);
  if (enough.length >= gpus) return [];
  const sizes = found.gpus.map(({ name, memory: bytes }) => `${name} ${Math.floor(bytes / 1e9)} GB`);
  return [
    {
      message: `the training asks for ${wanted} with ${memory} GB each; this runner has ${sizes.join(', ')}`,
      where: at(['train', 'gpu-memory']),
      remedy: 'choose a runner with larger GPUs by its label (`runs-on`), or lower train.gpu-memory',
    },
  ];
}
