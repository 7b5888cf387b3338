import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Spellings, spellingDifference, spellingOf, spellingSql } from '../../src/common/spelling.js';
import { openEngine } from '../../src/engine/engine.js';
import { duckdbLibrary } from '../engine/library.js';

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

  it('is the same in the engine', async () => {
    const part = fc.constantFrom(
      '0',
      '00',
      '1',
      '27',
      '.',
      '.0',
      '.00',
      ' ',
      '\t',
      '-',
      'a',
      'B',
      'É',
      '\u00a0',
    );
    const texts = fc.sample(
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
      { numRuns: 2000, seed: 7 },
    );
    const temp = mkdtempSync(join(tmpdir(), 'mlops-spelling-'));
    const engine = await openEngine({ library: duckdbLibrary, temp, allowedFolders: [temp] });
    try {
      const rows = await engine.rows(
        `SELECT ${spellingSql('"text"')} AS "spelling" FROM (SELECT unnest(from_json(?, '["VARCHAR"]')) AS "text")`,
        [JSON.stringify(texts)],
      );
      expect(rows.map(({ spelling }) => spelling)).toEqual(texts.map(spellingOf));
    } finally {
      await engine.close();
      rmSync(temp, { recursive: true, force: true });
    }
  });
});
