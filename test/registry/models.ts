import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '../../src/common/clock.js';
import type { GitHub } from '../../src/github/types.js';
import { readContents } from '../../src/registry/contents.js';
import type { Owner } from '../../src/registry/lock.js';
import { type RegisterOptions, register } from '../../src/registry/publish.js';
import type { Enclosure } from '../../src/registry/release-plan.js';
import type { Local } from '../github/local.js';

export const partSize = 1000;
const digest = `sha256:${'0'.repeat(64)}`;

/** A model with a large file (three parts), one in a folder, and an empty one. */
export function sampleFiles(seed = 'a'): Record<string, string> {
  return { 'model.bin': seed.repeat(2500), 'tokens/vocabulary.txt': `${seed}\n`, 'empty.txt': '' };
}

export async function modelFiles(local: Local, contents = sampleFiles()) {
  const folder = await mkdtemp(join(local.folder, 'model-'));
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return readContents(folder, Object.keys(contents), partSize);
}

export const owner = (runId: number, runner = 'r1'): Owner => ({
  runId,
  runAttempt: 1,
  job: 'register',
  runner,
});

/** Registers a sample model as a run would. */
export async function registerSample(
  local: Local,
  github: GitHub,
  options: {
    contents?: Record<string, string>;
    model?: string;
    owner?: Owner;
    enclosures?: readonly Enclosure[];
    commit?: string;
  } & Partial<Pick<RegisterOptions, 'approve' | 'lockTimes' | 'signal' | 'clock'>> = {},
) {
  const { contents, model = 'late', enclosures = [], commit = local.head, ...rest } = options;
  return register({
    github,
    clock: systemClock,
    logger: local.logger,
    pause: 2,
    lockTimes: { lease: 60_000, patience: 60_000 },
    ...rest,
    owner: options.owner ?? owner(7),
    registration: {
      model,
      bump: 'minor',
      commit,
      files: await modelFiles(local, contents),
      enclosures,
      specDigest: digest,
      lineage: { commit, run: { id: 7, attempt: 1, url: 'http://github.localhost/run' }, seed: 7 },
      card: (manifest) => `# ${manifest.model} ${manifest.version}`,
    },
  });
}
