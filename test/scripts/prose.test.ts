// @ts-expect-error A script without types.
import { findPhrases as find } from '../../scripts/lint/prose.mjs';

const findPhrases = find as (text: string) => { line: number; phrase: string; instead: string }[];

describe('the lint of texts', () => {
  it.each([
    ['The reason is said.', 'is said'],
    ['mend what GitHub names', 'mend'],
    ['5 looks told nothing', 'told nothing'],
    ['Default: that of the spec, else none', ', else'],
    ['the rows are Taken For others', 'Taken For'],
  ])('rejects %j', (text, phrase) => {
    expect(findPhrases(`first line\n${text}`)).toEqual([
      { line: 2, phrase, instead: expect.stringMatching(/\w/) as string },
    ]);
  });

  it.each([
    'if (x) return y; else return z;',
    'the recommended value',
    'The report says why.',
    'learned from the data',
    'no durations of zero',
  ])('accepts %j', (text) => {
    expect(findPhrases(text)).toEqual([]);
  });
});
