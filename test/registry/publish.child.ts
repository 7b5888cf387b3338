import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import { registerSample } from './models.js';

/* A process of its own that registers the sample model, so that it can be killed in the middle. */
const [apiUrl, token, folder, head, runId] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const logger = new RecordingLogger();
const run = { apiUrl, owner: 'acme', repository: 'models' };
const github = connect({ token, run, logger, clock: systemClock });
const owner = { runId: Number(runId), runAttempt: 1, job: 'register', runner: 'r1' };
await registerSample({ folder, head, logger } as never, github, { owner });
