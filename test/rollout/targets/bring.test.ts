import { bringUp, restoreStable, stopChallenger } from '../../../src/rollout/targets/bring.js';
import { type Serving, type Target, TargetError } from '../../../src/rollout/targets/target.js';

const challenger = { version: '1.1.0', manifestDigest: 'sha256:1' };
const stable = { version: '1.0.0', manifestDigest: 'sha256:0' };
const serving = (champion: string | null, second: string | null = null, weight = 0.5): Serving => ({
  champion: champion === null ? null : { version: champion },
  challenger: second === null ? null : { version: second, weight },
});

/** A target that shows one thing after the other (the last one for good), and keeps what it was told. */
function target(
  shown: readonly (Serving | undefined)[],
  refuse: (line: string, n: number) => Error | undefined = () => undefined,
): { target: Target; log: string[] } {
  const log: string[] = [];
  let looks = 0;
  const command = (line: string): Promise<void> => {
    log.push(line);
    const error = refuse(line, log.filter((one) => one === line).length);
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  };
  return {
    log,
    target: {
      start: ({ version }) => command(`start ${version}`),
      setWeight: ({ version }, weight) => command(`set-weight ${version} ${weight}`),
      stop: ({ version }) => command(`stop ${version}`),
      status: () => Promise.resolve(shown[Math.min(looks++, shown.length - 1)]),
    },
  };
}
const refusal = new TargetError('command', 'refused');

describe('bringing a version up', () => {
  it.each([
    ['is not up', serving('1.1.0')],
    ['may not be up, since the target does not tell', undefined],
  ])('starts it where it %s', async (_, shown) => {
    const t = target([shown]);
    await bringUp(t.target, stable);
    expect(t.log).toEqual(['start 1.0.0', 'set-weight 1.0.0 1']);
  });

  it.each([
    ['champion', serving('1.0.0')],
    ['challenger', serving('1.1.0', '1.0.0')],
  ])('only gives it the requests where it is up as the %s', async (_, shown) => {
    const t = target([shown]);
    await bringUp(t.target, stable);
    expect(t.log).toEqual(['set-weight 1.0.0 1']);
  });

  it('starts it after all where it was up and does not take the requests', async () => {
    const t = target([serving('1.0.0')], (line, n) =>
      line.startsWith('set-weight') && n === 1 ? refusal : undefined,
    );
    await bringUp(t.target, stable);
    expect(t.log).toEqual(['set-weight 1.0.0 1', 'start 1.0.0', 'set-weight 1.0.0 1']);
  });

  it('fails where it was started twice and does not take the requests', async () => {
    const t = target([serving(null)], (line) => (line.startsWith('set-weight') ? refusal : undefined));
    await expect(bringUp(t.target, stable)).rejects.toThrow(refusal);
    expect(t.log).toEqual(['start 1.0.0', 'set-weight 1.0.0 1', 'start 1.0.0', 'set-weight 1.0.0 1']);
  });

  it('tries nothing again after a cancellation', async () => {
    const t = target([serving('1.0.0')], () => new Error('cancelled'));
    await expect(bringUp(t.target, stable)).rejects.toThrow('cancelled');
    expect(t.log).toEqual(['set-weight 1.0.0 1']);
  });
});

describe('stopping a challenger', () => {
  const stop = async (
    shown: readonly (Serving | undefined)[],
    reached: number,
    beside: typeof stable | undefined = stable,
    refuse?: (line: string) => Error | undefined,
  ) => {
    const t = target(shown, refuse);
    await stopChallenger(t.target, challenger, beside, reached);
    return t.log;
  };

  it('takes its requests away first', async () => {
    expect(await stop([serving('1.0.0', '1.1.0')], 0.5)).toEqual(['set-weight 1.1.0 0', 'stop 1.1.0']);
  });

  it('takes no requests away from what is not there', async () => {
    expect(await stop([serving('1.0.0')], 0.5)).toEqual(['stop 1.1.0']);
    expect(await stop([serving('1.0.0', '1.2.0')], 0.5)).toEqual(['stop 1.1.0']);
  });

  it('brings the stable version back first where the challenger has taken its place', async () => {
    expect(await stop([serving('1.1.0'), serving('1.1.0'), serving('1.0.0')], 0)).toEqual([
      'start 1.0.0',
      'set-weight 1.0.0 1',
      'stop 1.1.0',
    ]);
  });

  it.each([
    [1, ['start 1.0.0', 'set-weight 1.0.0 1', 'stop 1.1.0']],
    [0.5, ['set-weight 1.1.0 0', 'stop 1.1.0']],
    [0, ['stop 1.1.0']],
  ])('goes by the weight that it reached where the target does not tell: %s', async (reached, log) => {
    expect(await stop([undefined], reached)).toEqual(log);
  });

  it('goes by the target, not by the weight that was told, where the target tells', async () => {
    expect(await stop([serving('1.0.0', '1.1.0')], 1)).toEqual(['set-weight 1.1.0 0', 'stop 1.1.0']);
    expect(await stop([serving('1.0.0')], 1)).toEqual(['stop 1.1.0']);
  });

  it('stops it although its weight cannot be set any more', async () => {
    const refuse = (line: string) => (line.startsWith('set-weight') ? refusal : undefined);
    expect(await stop([serving('1.0.0', '1.1.0')], 0.5, stable, refuse)).toContain('stop 1.1.0');
    const cancelled = (line: string) => (line.startsWith('set-weight') ? new Error('cancelled') : undefined);
    await expect(stop([serving('1.0.0', '1.1.0')], 0.5, stable, cancelled)).rejects.toThrow('cancelled');
  });

  it('lets a challenger without a stable version go with all its requests', async () => {
    const t = target([serving('1.1.0')]);
    await stopChallenger(t.target, challenger, undefined, 1);
    expect(t.log).toEqual(['stop 1.1.0']);
  });

  it('fails where it cannot be stopped', async () => {
    const refuse = (line: string) => (line.startsWith('stop') ? refusal : undefined);
    await expect(stop([serving('1.0.0', '1.1.0')], 0.5, stable, refuse)).rejects.toThrow(refusal);
  });

  it('brings the stable version back where nothing is left afterwards', async () => {
    expect(await stop([serving(null, '1.1.0'), serving(null)], 0.5)).toEqual([
      'set-weight 1.1.0 0',
      'stop 1.1.0',
      'start 1.0.0',
      'set-weight 1.0.0 1',
    ]);
  });

  it('fails where another version than the stable one serves afterwards', async () => {
    await expect(stop([serving('1.0.0', '1.1.0'), serving('0.9.0')], 0.5)).rejects.toThrow(
      /should show the stable version 1\.0\.0, and shows champion 0\.9\.0, no challenger/,
    );
  });
});

describe('restoring the stable version', () => {
  it('does nothing where it serves, under either spelling, or where the target does not tell', async () => {
    for (const shown of [serving('1.0.0'), serving('v1.0.0'), undefined]) {
      const t = target([shown]);
      await restoreStable(t.target, stable);
      expect(t.log).toEqual([]);
    }
  });
});
