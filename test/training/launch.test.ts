import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RecordingLogger } from '../../src/common/logger.js';
import { launch } from '../../src/training/launch.js';

async function world() {
  const cwd = await mkdtemp(join(tmpdir(), 'launch-'));
  const folders = {
    output: join(cwd, 'model'),
    checkpoints: join(cwd, 'checkpoints'),
    metrics: join(cwd, 'metrics.json'),
  };
  await mkdir(folders.output);
  await mkdir(folders.checkpoints);
  const logger = new RecordingLogger();
  const controller = new AbortController();
  const options = {
    cwd,
    model: 'm',
    parameters: { rounds: 3, 'learning-rate': 0.1, name: '$(touch pwned) `id`' },
    seed: 7,
    data: [join(cwd, 'a.csv'), join(cwd, 'b.csv')],
    folders,
    resume: false,
    gpus: false,
    environment: { PATH: process.env.PATH!, HF_TOKEN: 'hf_secret_value' },
    logger,
    signal: controller.signal,
    sampleEvery: 50,
  };
  return { cwd, logger, controller, options };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await delay(50);
  expect(condition()).toBe(true);
}

describe('launch', () => {
  it('tells the program everything by its environment', async () => {
    const { cwd, options } = await world();
    const result = await launch({ ...options, command: 'env -0 > seen', resume: true });
    const seen = Object.fromEntries(
      (await readFile(join(cwd, 'seen'), 'utf8'))
        .split('\0')
        .filter((line) => line.startsWith('MLOPS_'))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(result.code).toBe(0);
    expect(seen).toEqual({
      MLOPS_MODEL: 'm',
      MLOPS_MODEL_DIR: join(cwd, 'model'),
      MLOPS_CHECKPOINT_DIR: join(cwd, 'checkpoints'),
      MLOPS_METRICS: join(cwd, 'metrics.json'),
      MLOPS_TRAIN_DATA: `${join(cwd, 'a.csv')}\n${join(cwd, 'b.csv')}`,
      MLOPS_PARAMS: JSON.stringify(options.parameters),
      MLOPS_PARAM_ROUNDS: '3',
      MLOPS_PARAM_LEARNING_RATE: '0.1',
      MLOPS_PARAM_NAME: '$(touch pwned) `id`',
      MLOPS_SEED: '7',
      MLOPS_RESUME: 'true',
    });
  });

  it('shows lines as they come, without secrets and without commands for the runner', async () => {
    const { cwd, logger, options } = await world();
    await writeFile(join(cwd, 'go'), '');
    const running = launch({
      ...options,
      command:
        'echo "token $HF_TOKEN"; echo "::error::no" >&2; while [ -e go ]; do sleep 0.05; done; echo end; exit 3',
    });
    await until(() => logger.text().includes('error'));
    expect(logger.text()).not.toContain('end');
    await rm(join(cwd, 'go'));
    const { code, tail } = await running;
    expect(code).toBe(3);
    expect(tail.split('\n').sort()).toEqual([':\u200b:error::no', 'end', 'token ***']);
    expect(logger.text()).not.toContain('hf_secret');
  });

  it('measures what the program uses', async () => {
    const { options } = await world();
    const busy =
      'node -e "const a = Buffer.alloc(60e6, 1); const t = Date.now(); while (Date.now() - t < 700) a[0]++"';
    const { resources } = await launch({ ...options, command: `${busy} & wait` });
    expect(resources.samples).toBeGreaterThan(2);
    expect(resources.cpu.max).toBeGreaterThan(0.1);
    expect(resources.memory.max).toBeGreaterThan(60e6);
    expect(resources.gpus).toEqual([]);
  });

  it('hands SIGTERM to the program and its children when cancelled, and waits for them', async () => {
    const { cwd, logger, controller, options } = await world();
    const child = `trap 'echo saved > checkpoints/child; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const running = launch({
      ...options,
      command: `bash -c "$CHILD" & trap 'wait; echo parent done; exit 143' TERM; wait`,
      environment: { ...options.environment, CHILD: child },
    });
    await until(() => logger.text().includes('ready'));
    controller.abort();
    const { code, endedBy, tail } = await running;
    expect([code, endedBy]).toEqual([143, 'cancellation']);
    expect(tail).toMatch(/parent done$/);
    expect(await readFile(join(cwd, 'checkpoints/child'), 'utf8')).toBe('saved\n');
  });

  it('ends a program at its time limit', async () => {
    const { options } = await world();
    const result = await launch({ ...options, command: 'echo begun; exec sleep 60', timeLimit: 300 });
    expect(result).toMatchObject({ code: null, endedBy: 'time-limit', tail: 'begun' });
  });
});
