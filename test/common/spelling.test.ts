import { Spellings, spellingDifference, spellingOf } from '../../src/common/spelling.js';

describe('the spelling of a text', () => {
  it.each([
    [' DE ', 'de'],
    ['00501', '501'],
    ['1.0', '1'],
    ['007.00', '7'],
    ['0', '0'],
    ['0.0', '0'],
    ['v1.0', 'v1.0'],
    ['00A12', '00a12'],
  ])('of %j is %j', (text, spelling) => {
    expect(spellingOf(text)).toBe(spelling);
  });

  it('tells long numbers apart that no float does', () => {
    expect(spellingOf('12345678901234567890')).not.toBe(spellingOf('12345678901234567891'));
    expect(new Spellings(['12345678901234567890']).meantBy('12345678901234567891')).toBeUndefined();
  });

  it('finds the known text that an unknown one differs from in its spelling alone', () => {
    const spellings = new Spellings(['b', 'B', '501']);
    expect([' b', 'b', '00501', 'x'].map((text) => spellings.meantBy(text))).toEqual([
      'b',
      undefined,
      '501',
      undefined,
    ]);
    expect([' b', 'B', '00501'].map((text, i) => spellingDifference(text, ['b', 'b', '501'][i]!))).toEqual([
      'blanks',
      'upper and lower case',
      'the way the number is written',
    ]);
  });
});
