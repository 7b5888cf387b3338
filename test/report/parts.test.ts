import fc from 'fast-check';
import {
  type Part,
  type Parts,
  coversParts,
  joinParts,
  readParts,
  writePart,
} from '../../src/report/parts.js';
import { writeShared } from '../../src/report/shared.js';

const options = { budget: 60_000, title: 'Evaluation', noun: 'model' };
const said = (run: number, at = 0): Part['said'] => ({
  run,
  attempt: 1,
  at,
  commit: 'abcdef0123456',
  url: `https://github.com/o/r/actions/runs/${run}`,
});
const part = (key: string, change: Partial<Part> = {}): Part => ({
  key,
  verdict: 'pass',
  headline: `${key} passes`,
  why: 'ROC AUC is 0.9',
  said: said(1),
  sections: ['head', '### Rules\n\n| a |\n| :-- |\n| 1 |'],
  left: 0,
  ...change,
});
const partsOf = (...list: readonly Part[]): Parts => new Map(list.map((one) => [one.key, one]));

/** Text that tries to end its part, to begin another, or to end what folds it. */
const nasty = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    '-->',
    '<!-- mlops-end 0123456789abcdef -->',
    '<!-- mlops-cut 0123456789abcdef -->',
    writePart(part('forged', { verdict: 'pass' })).split('\n')[0]!,
    'a | b\n\n--- <b>',
  ),
);
const anyPart = fc
  .record({
    key: nasty,
    verdict: fc.constantFrom('pass' as const, 'fail' as const, 'inconclusive' as const),
    headline: nasty,
    why: nasty,
    said: fc.record({
      run: fc.nat(3),
      attempt: fc.nat(2),
      at: fc.nat(2),
      commit: fc.constantFrom('abc', 'def'),
      url: fc.constantFrom('https://example.org/1', 'javascript:alert(1)'),
    }),
    left: fc.nat(2),
    sections: fc.array(
      nasty.map((text) => text.trim()).filter((text) => text !== '' && !text.includes('\r\n')),
      { maxLength: 4 },
    ),
  })
  .map((one): Part => one);
const anyParts = fc.array(anyPart, { maxLength: 5 }).map((list) => partsOf(...list));

describe('parts of a comment', () => {
  it('are read as they were written, whatever their texts', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const text = [...parts.values()].map(writePart).join('\n\n');
        const read = readParts(text);
        // A part that one quotes may be read beside; none that was written is lost or changed.
        for (const [key, one] of parts) if (!key.includes('forged')) expect(read.get(key)).toEqual(one);
        expect(readParts(text.replaceAll('\n', '\r\n')).size).toBe(read.size);
      }),
      { numRuns: 200 },
    );
  });

  it('cannot be forged inside another', () => {
    const forged = writePart(part('other', { verdict: 'pass' }));
    const read = readParts(writePart(part('own', { sections: ['```\n' + forged + '\n```'] })));
    expect([...read.keys()]).toEqual(['own']);
  });

  it('are joined to the same, in whatever order', () => {
    fc.assert(
      fc.property(anyParts, anyParts, anyParts, (a, b, c) => {
        const sorted = (parts: Parts): Part[] =>
          [...parts.values()].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
        const left = joinParts(joinParts(a, b), c);
        expect(coversParts(left, a) && coversParts(left, b) && coversParts(left, c)).toBe(true);
        expect(coversParts(joinParts(b, a), left)).toBe(coversParts(joinParts(a, b), left));
        // Of two texts of one moment, which differ in what the digest leaves out, either may stay.
        const texts = (parts: Parts) => sorted(parts).map(({ key, said, sections }) => [key, said, sections]);
        expect(texts(joinParts(a, joinParts(b, c)))).toEqual(texts(left));
        expect(texts(joinParts(joinParts(c, b), a))).toEqual(texts(left));
        expect(texts(joinParts(left, left))).toEqual(texts(left));
      }),
    );
  });

  it('say what the later run said, though it ended first', () => {
    const [older, newer] = [
      part('m', { said: said(1, 9) }),
      part('m', { said: said(2, 5), verdict: 'fail' }),
    ];
    expect(joinParts(partsOf(newer), partsOf(older)).get('m')).toBe(newer);
    expect(coversParts(partsOf(newer), partsOf(older))).toBe(true);
    expect(coversParts(partsOf(older), partsOf(newer))).toBe(false);
  });
});

describe('a comment of several parts', () => {
  it('is the report itself where there is one', () => {
    const text = writeShared(partsOf(part('m')), options);
    expect(text).toMatch(/^## ✅ Evaluation of m\n/);
    expect(text).toContain('Checked [abcdef0](https://github.com/o/r/actions/runs/1)');
    expect(text).not.toContain('<details>');
  });

  it('begins with an overview, the worst first', () => {
    const text = writeShared(
      partsOf(
        part('a'),
        part('b', { verdict: 'fail', why: 'log loss is | too high', said: said(2) }),
        part('c', { verdict: 'inconclusive', said: { ...said(1), commit: '9999999999' } }),
      ),
      options,
    );
    expect(text).toMatch(/^## ❌ Evaluation of 3 models: 1 fail, 1 inconclusive, 1 pass\n/);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(rows.slice(0, 5)).toEqual([
      '| Model | Verdict | Why | Commit |',
      '| :-- | :-- | :-- | :-- |',
      '| b | ❌\u00a0fail | log loss is \\| too high | [abcdef0](https://github.com/o/r/actions/runs/2) |',
      '| c | ⚠️\u00a0inconclusive | ROC AUC is 0.9 | [9999999](https://github.com/o/r/actions/runs/1), an earlier commit |',
      '| a | ✅\u00a0pass | ROC AUC is 0.9 | [abcdef0](https://github.com/o/r/actions/runs/1) |',
    ]);
    expect(text.match(/<details>\n<summary>/g)).toHaveLength(3);
  });

  it.each([
    ['two long ones', 2, 40_000],
    ['thirty', 30, 20_000],
    ['a hundred', 100, 5000],
    ['a thousand', 1000, 100],
  ])('keeps to its budget, and the worst: %s', (_, count, length) => {
    const long = `### Table\n\n${'x '.repeat(length / 8)}`;
    const list = Array.from({ length: count }, (_, i) =>
      part(`model-${i}`, {
        verdict: i === count - 1 ? 'fail' : 'pass',
        why: 'y'.repeat(160),
        sections: ['head', long, long, long, long],
      }),
    );
    const text = writeShared(partsOf(...list), options);
    expect(text.length).toBeLessThanOrEqual(options.budget);
    expect(text.length).toBeGreaterThan(options.budget * 0.4);
    const read = readParts(text);
    expect(read.get(`model-${count - 1}`)?.verdict).toBe('fail');
    expect(text).toContain('found no room');
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    // What is read back and written again is the same, so that writers come to rest.
    if (count < 1000) expect(writeShared(joinParts(read, read), options)).toBe(text);
  });

  it('keeps to any budget', () => {
    fc.assert(
      fc.property(anyParts, fc.integer({ min: 100, max: 3000 }), (parts, budget) => {
        expect(writeShared(parts, { ...options, budget }).length).toBeLessThanOrEqual(budget);
      }),
    );
  });
});
