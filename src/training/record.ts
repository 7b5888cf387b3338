import { hideSecrets } from '../common/secrets.js';
import type { Gpu, RunRecord } from '../formats/run-record.js';
import type { Gpus } from './gpus.js';
import type { Launched } from './launch.js';
import type { Machine } from './resources.js';

type Facts = Pick<
  RunRecord,
  'model' | 'command' | 'parameters' | 'seed' | 'commit' | 'run' | 'dataDigest' | 'data' | 'metrics' | 'files'
>;

export interface Circumstances {
  readonly machine: Machine;
  readonly gpus: Gpus;
  readonly runner: string;
  readonly startedAt: Date;
  readonly launched: Launched;
  readonly resumedFrom: string | undefined;
  /** What the record must not show: it becomes an artifact and part of a release. */
  readonly secrets: readonly string[];
}

/** The record of a training that ended, well or not. */
export function runRecord(facts: Facts, around: Circumstances): RunRecord {
  const { machine, gpus, runner, startedAt, launched, resumedFrom, secrets } = around;
  const { code, endedBy, durationMs, resources } = launched;
  return {
    kind: 'run-record',
    schemaVersion: 1,
    ...facts,
    command: hideSecrets(facts.command, secrets),
    parameters: Object.fromEntries(
      Object.entries(facts.parameters).map(([name, value]) => [
        name,
        typeof value === 'string' ? hideSecrets(value, secrets) : value,
      ]),
    ),
    environment: {
      ...machine,
      runner,
      gpus: gpus.gpus as Gpu[],
      ...('why' in gpus && { withoutGpu: gpus.why }),
    },
    resources,
    startedAt: startedAt.toISOString(),
    durationMs,
    exit: { code, endedBy },
    ...(resumedFrom !== undefined && { resumedFrom }),
  };
}
