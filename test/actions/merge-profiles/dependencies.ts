import { join } from 'node:path';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { duckdbLibrary } from '../../engine/library.js';

const refuse = (): never => {
  throw new Error('none of this is needed');
};

/** What an action that reads data needs of the world: a workspace, and no GitHub. */
export function dependenciesIn(folder: string, outputFolder: string): Dependencies {
  return {
    run: {
      ...{ owner: 'o', repository: 'r', sha: 'a'.repeat(40), ref: 'refs/heads/main', eventName: 'push' },
      ...{ event: {}, workflow: 'w', job: 'j', runId: 1, runAttempt: 1, actor: 'me' },
      ...{ serverUrl: 'https://github.com', apiUrl: 'https://api.github.com', workspace: folder },
      ...{ temp: join(folder, 'tmp'), os: 'Linux', runnerName: 'x' },
    },
    github: refuse,
    duckdb: () => Promise.resolve(duckdbLibrary),
    logger: new RecordingLogger(),
    clock: systemClock,
    signal: new AbortController().signal,
    artifacts: { upload: refuse, download: refuse },
    cache: { restore: refuse, save: refuse },
    state: { get: refuse, set: refuse },
    environment: { PATH: process.env.PATH ?? '' },
    outputFolder,
    mask: refuse,
  };
}
