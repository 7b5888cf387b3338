import fc from 'fast-check';
import {
  compareVersions,
  nextVersion,
  normalVersion,
  parseSelector,
  tagOf,
  versionOfTag,
} from '../../src/common/version.js';

const part = fc.nat(30);
const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));

describe('versions', () => {
  it('start at 1.0.0 and grow by the part that is asked for', () => {
    expect(nextVersion(undefined, 'patch')).toBe('1.0.0');
    expect(nextVersion('1.4.2', 'major')).toBe('2.0.0');
    expect(nextVersion('1.4.2', 'minor')).toBe('1.5.0');
    expect(nextVersion('1.4.2', 'patch')).toBe('1.4.3');
  });

  it('compare as numbers, not as text', () => {
    expect(['1.10.0', '1.9.0', '2.0.0', '1.9.11'].sort(compareVersions)).toEqual([
      '1.9.0',
      '1.9.11',
      '1.10.0',
      '2.0.0',
    ]);
  });

  it('are read from tags of that model only', () => {
    expect(versionOfTag('late', tagOf('late', '1.2.3'))).toBe('1.2.3');
    expect(versionOfTag('late', 'later@v1.2.3')).toBeUndefined();
    expect(versionOfTag('late', 'late@v1.2')).toBeUndefined();
    expect(versionOfTag('late', 'late@v1.2.3-rc.1')).toBeUndefined();
    expect(normalVersion('01.2.3')).toBeUndefined();
  });

  it('always grow', () => {
    fc.assert(
      fc.property(version, fc.constantFrom('major', 'minor', 'patch'), (from, bump) => {
        expect(compareVersions(nextVersion(from, bump), from)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('selectors', () => {
  // The ranges that npm's documentation gives.
  it.each([
    ['^1.2.3', '1.2.3', '1.9.9', '2.0.0'],
    ['^1', '1.0.0', '1.99.0', '2.0.0'],
    ['^0.2.3', '0.2.3', '0.2.9', '0.3.0'],
    ['^0.0.3', '0.0.3', '0.0.3', '0.0.4'],
    ['^0', '0.0.0', '0.9.9', '1.0.0'],
    ['^0.0', '0.0.0', '0.0.9', '0.1.0'],
    ['~1.2.3', '1.2.3', '1.2.9', '1.3.0'],
    ['~1.2', '1.2.0', '1.2.9', '1.3.0'],
    ['~1', '1.0.0', '1.9.9', '2.0.0'],
    ['1.x', '1.0.0', '1.9.9', '2.0.0'],
    ['1.2.x', '1.2.0', '1.2.9', '1.3.0'],
    ['1', '1.0.0', '1.9.9', '2.0.0'],
    ['v1.2', '1.2.0', '1.2.7', '1.3.0'],
  ])('%s means %s and %s, not %s', (selector, lowest, inside, above) => {
    const { matches } = parseSelector(selector)!;
    expect(matches(lowest)).toBe(true);
    expect(matches(inside)).toBe(true);
    expect(matches(above)).toBe(false);
  });

  it('refuse what is none', () => {
    for (const text of ['', 'latest', '^', '>=1', '1.x.2', '1.2.3.4', 'main', '^1.2.3-rc.1', '../1']) {
      expect(parseSelector(text)).toBeUndefined();
    }
  });

  it('mean exactly one version when one is written', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(parseSelector(`v${a}`)!.matches(b)).toBe(compareVersions(a, b) === 0);
        expect(parseSelector('newest')!.matches(b)).toBe(true);
      }),
    );
  });

  it('never mean anything below what is written, and nothing of another major', () => {
    fc.assert(
      fc.property(fc.constantFrom('^', '~'), version, version, (operator, low, other) => {
        if (!parseSelector(operator + low)!.matches(other)) return;
        expect(compareVersions(other, low)).toBeGreaterThanOrEqual(0);
        expect(other.split('.')[0]).toBe(low.split('.')[0]);
      }),
    );
  });
});
