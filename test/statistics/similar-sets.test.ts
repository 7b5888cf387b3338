import fc from 'fast-check';
import { jaccard, shingles, SimilarSets } from '../../src/statistics/similar-sets.js';

const setOf = (elements: Iterable<number>): Uint32Array => Uint32Array.from(new Set(elements)).sort();

describe('shingles of a text', () => {
  it('are one for each different run of three words', () => {
    expect(shingles('a b')).toHaveLength(0);
    expect(shingles('a b c')).toHaveLength(1);
    expect(shingles('a b c d')).toHaveLength(2);
    expect(shingles('a b c a b c')).toHaveLength(3);
  });

  it('are ascending, and do not depend on letter case, blanks or punctuation', () => {
    const set = shingles('The quick brown fox jumps over 3 lazy dogs');
    expect([...set]).toEqual([...set].sort((a, b) => a - b));
    expect(shingles('the QUICK, brown   fox: jumps over 3 lazy dogs!')).toEqual(set);
  });

  it('tell the order of words, and where one word ends, apart', () => {
    const different = ['a b c', 'a c b', 'b a c', 'c b a', 'ab c d', 'a bc d', 'ü b c', 'a b 3'];
    expect(new Set(different.map((text) => shingles(text)[0])).size).toBe(different.length);
  });

  it('are changed around a word that is put in', () => {
    const text = Array.from({ length: 50 }, (_, i) => `word${i}`);
    const edited = [...text.slice(0, 25), 'new', ...text.slice(25)];
    // 48 triples; the two that span the place are gone, three are new.
    expect(jaccard(shingles(text.join(' ')), shingles(edited.join(' ')))).toBe(46 / 51);
  });
});

describe('the Jaccard similarity', () => {
  it.each([
    [[1, 2, 3], [2, 3, 4], 0.5],
    [[1, 2], [1, 2], 1],
    [[1], [2], 0],
    [[], [1], 0],
    [[], [], 0],
    [[1, 2, 3, 4, 5], [5], 0.2],
  ])('of %j and %j is %d', (a, b, similarity) => {
    expect(jaccard(setOf(a), setOf(b))).toBe(similarity);
  });
});

describe('similar sets', () => {
  it.each([0.5, 0.8, 1])('are all found that share at least %d, and no others', (threshold) => {
    // Sets of a small universe, so that many are similar; the last bits of elements above 2^20 repeat.
    const element = fc.oneof(
      fc.nat(25),
      fc.nat(25).map((k) => k + 2 ** 20),
      fc.constant(2 ** 32 - 1),
    );
    const set = fc.array(element, { maxLength: 40 }).map(setOf);
    fc.assert(
      fc.property(fc.array(set, { maxLength: 12 }), set, (sets, asked) => {
        const expected = sets
          .map((one, index) => ({ index, similarity: jaccard(one, asked) }))
          .filter(({ similarity }) => similarity >= threshold);
        expect(new SimilarSets(sets, threshold).similarTo(asked)).toEqual(expected);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it.each([5, 10, 15, 35, 100, 500])(
    'of %d elements are found when a fifth of all elements differ',
    (size) => {
      const known = setOf(Array.from({ length: size }, (_, i) => i));
      const both = (4 * size) / 5;
      // Of both and the rest: |both| / |all| = 0.8.
      expect(new SimilarSets([known], 0.8).similarTo(setOf(known.slice(0, both)))).toEqual([
        { index: 0, similarity: 0.8 },
      ]);
      expect(new SimilarSets([known], 0.8).similarTo(setOf(known.slice(0, both - 1)))).toEqual([]);
    },
  );

  it('are found among forms that differ in a few of their elements', () => {
    const form = (i: number): Uint32Array =>
      setOf([
        ...Array.from({ length: 30 }, (_, k) => k),
        ...Array.from({ length: 10 }, (_, k) => 1000 + 10 * i + k),
      ]);
    const forms = Array.from({ length: 500 }, (_, i) => form(i));
    const found = new SimilarSets(forms, 0.8).similarTo(form(321));
    expect(found).toEqual([{ index: 321, similarity: 1 }]);
  });

  it('are at most 2^20', () => {
    const none = new Uint32Array();
    const sets = Array.from({ length: 2 ** 20 + 1 }, () => none);
    expect(() => new SimilarSets(sets, 0.8)).toThrow(RangeError);
  });
});
