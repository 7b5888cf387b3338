import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import { tryRollout } from './harness.js';
import { commandsOf } from './stage.js';

/* One rollout in a process of its own, to be killed from outside: `node killed.child.ts JSON`. */
const { apiUrl, repository, token, stage, url, version } = JSON.parse(process.argv[2]!) as Record<
  string,
  string
>;
const github = connect({
  token: token!,
  run: { apiUrl: apiUrl!, owner: 'acme', repository: repository! },
  logger: new RecordingLogger(),
  clock: systemClock,
  retry: { attempts: 4, baseMs: 1 },
});
const platform = {
  folder: stage!,
  url: url!,
  commands: commandsOf(),
  environment: { PATH: process.env.PATH ?? '', PLATFORM: stage! },
};
await tryRollout({ github, stage: platform, version: version!, runId: 2 });
