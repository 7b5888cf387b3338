import { readPatience } from '../../src/runtime/patience.js';

const total = ({ attempts, baseMs }: ReturnType<typeof readPatience>) => baseMs * (2 ** (attempts - 1) - 1);

describe('readPatience', () => {
  it('is short unless it is told otherwise', () => {
    expect(total(readPatience(undefined))).toBe(300);
    expect(readPatience('0s').attempts).toBe(1);
  });

  it.each(['30s', '60s', '2m'])('never waits longer than %s, and at least half as long', (text) => {
    const ms = { '30s': 30_000, '60s': 60_000, '2m': 120_000 }[text]!;
    expect(total(readPatience(text))).toBeLessThanOrEqual(ms);
    expect(total(readPatience(text))).toBeGreaterThan(ms / 2);
  });

  it('rejects a text that is not a duration', () => {
    expect(() => readPatience('long')).toThrow('MLOPS_PATIENCE is "long", not a valid duration → write 30s');
  });
});
