import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { type CommandTargetOptions, commandTarget } from '../../../src/rollout/targets/command.js';
import { stopChallenger } from '../../../src/rollout/targets/bring.js';
import { TargetError } from '../../../src/rollout/targets/target.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'target-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const status = (text: string) => `printf '%s' '${text}'`;
function target(
  commands: Partial<CommandTargetOptions['commands']>,
  more: Partial<CommandTargetOptions> = {},
) {
  return commandTarget({
    commands: { start: 'true', 'set-weight': 'true', stop: 'true', ...commands },
    cwd: folder,
    environment: { PATH: process.env.PATH ?? '', OWN: 'kept' },
    model: 'm',
    deployTo: 'production; rm -rf /',
    stable: '1.0.0',
    fence: 7,
    folderOf: (served) => Promise.resolve(`/models/${served.version}`),
    clock: systemClock,
    logger: new RecordingLogger(),
    pauseMs: 1,
    ...more,
  });
}
const challenger = { version: '1.1.0', manifestDigest: 'sha256:1' };
const stable = { version: '1.0.0', manifestDigest: 'sha256:0' };
const seen = () => readFileSync(join(folder, 'seen'), 'utf8').trim().split('\n');

describe('commands', () => {
  it('get every value by the environment, and none in their line', async () => {
    const show =
      'echo "$MLOPS_MODEL|$MLOPS_VERSION|$MLOPS_CHAMPION_VERSION|$MLOPS_ENVIRONMENT|${MLOPS_MODEL_DIR-}|${MLOPS_WEIGHT-}|$MLOPS_FENCING_TOKEN|$OWN" >> seen';
    const t = target({ start: show, 'set-weight': show, stop: show });
    await t.start(challenger);
    await t.setWeight(challenger, 0.25);
    await t.stop(challenger);
    const common = 'm|1.1.0|1.0.0|production; rm -rf /';
    expect(seen()).toEqual([
      `${common}|/models/1.1.0||7|kept`,
      `${common}||0.25|7|kept`,
      `${common}|||7|kept`,
    ]);
  });

  it('are tried again, and then the failure is told with their last words', async () => {
    await target({ start: 'echo x >> seen; test $(wc -l < seen) = 3' }).start(challenger);
    expect(seen()).toHaveLength(3);
    const failing = target({ start: 'echo port taken >&2; exit 7' }).start(challenger);
    await expect(failing).rejects.toThrow(
      new TargetError('command', 'rollout.target.start ended with 7: port taken'),
    );
  });

  it('have a time limit', async () => {
    const slow = target({ 'set-weight': 'sleep 5', 'time-limit': 30 }).setWeight(challenger, 0.5);
    await expect(slow).rejects.toThrow(/did not end within 30 ms/);
  });

  it('are not believed where status says otherwise', async () => {
    const old = status('{"champion":{"version":"1.0.0"},"challenger":null}');
    await expect(target({ status: old }).start(challenger)).rejects.toThrow(
      /status should show version 1\.1\.0 started, and shows champion 1\.0\.0, no challenger/,
    );
    const ignored = status('{"champion":{"version":"1.0.0"},"challenger":{"version":"v1.1.0","weight":0}}');
    await target({ status: ignored }).start(challenger);
    await expect(target({ status: ignored }).setWeight(challenger, 0.5)).rejects.toThrow(
      /challenger v1\.1\.0 at 0/,
    );
    await expect(target({ status: ignored }).stop(challenger)).rejects.toThrow(/1\.1\.0 stopped/);
  });

  it('may tell what serves as a signal source does', async () => {
    const arms =
      '{"champion":{"version":"1.0.0","requests":9},"challenger":{"version":"1.1.0","requests":1}}';
    const line = status(`{"schemaVersion":1,"arms":${arms},"weight":0.1}`);
    expect(await target({ status: line }).status()).toEqual({
      champion: { version: '1.0.0' },
      challenger: { version: '1.1.0', weight: 0.1 },
    });
  });

  it('need not lower the weight of what is gone', async () => {
    const gone = status('{"champion":{"version":"1.0.0"},"challenger":null}');
    const lowering = { 'set-weight': 'echo lowered >> seen; exit 1', stop: 'echo stopped >> seen' };
    await stopChallenger(target({ status: gone, ...lowering }), challenger, stable, 0.5);
    expect(seen()).toEqual(['stopped']);
    // A target that cannot tell is asked to lower it, and stopping works all the same.
    await stopChallenger(target(lowering), challenger, stable, 0.5);
    expect(seen()).toEqual(['stopped', 'lowered', 'lowered', 'lowered', 'stopped']);
  });

  it('that fail to stop a version which is gone have stopped it', async () => {
    const gone = status('{"champion":null,"challenger":null}');
    await target({ status: gone, stop: 'exit 1' }).stop(challenger);
    const serving = status('{"champion":null,"challenger":{"version":"1.1.0","weight":0}}');
    await expect(target({ status: serving, stop: 'exit 1' }).stop(challenger)).rejects.toThrow(
      'stop ended with 1',
    );
  });

  it('of a rollback do without a status that cannot be read', async () => {
    const broken = target({ status: 'echo nonsense' }, { readBack: 'attempted' });
    expect(await broken.status()).toBeUndefined();
    await broken.setWeight(stable, 1);
    await expect(target({ status: 'echo nonsense' }).setWeight(stable, 1)).rejects.toMatchObject({
      kind: 'status',
    });
  });

  it.each([
    ['nothing', 'does not print JSON: nothing'],
    [status('{}'), 'must print'],
    [status('serving'), 'does not print JSON: serving'],
    [status('{"champion":"1.0.0"}'), 'must print'],
  ])('that print a status nobody can read fail: %s', async (line, message) => {
    await expect(target({ status: line === 'nothing' ? 'true' : line }).status()).rejects.toThrow(message);
  });

  it('show no secret of their environment in the error of a status', async () => {
    const environment = { PATH: process.env.PATH ?? '', DATABASE_URL: 'postgres://u:p4ssw0rd@host/db' };
    const leaking = target({ status: 'echo "connected to $DATABASE_URL"' }, { environment });
    await expect(leaking.status()).rejects.toThrow(/does not print JSON: connected to postgres/);
    await expect(leaking.status()).rejects.not.toThrow('p4ssw0rd');
  });

  it('end with the job', async () => {
    const controller = new AbortController();
    const starting = target({ start: 'sleep 30' }, { signal: controller.signal }).start(challenger);
    setTimeout(() => controller.abort(new Error('cancelled')), 50);
    await expect(starting).rejects.toThrow('cancelled');
  });
});
