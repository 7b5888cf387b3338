import fc from 'fast-check';
import { parseKeyValues } from '../../../src/rehearsal/runner/command-files.js';
import { CommandReader, parseCommand } from '../../../src/rehearsal/runner/commands.js';
import { evaluateExpression } from '../../../src/rehearsal/runner/expressions.js';
import { globToRegExp, matchesFilter } from '../../../src/rehearsal/runner/glob.js';
import { Masks } from '../../../src/rehearsal/runner/masks.js';
import { expandMatrix } from '../../../src/rehearsal/runner/matrix.js';
import type { Value } from '../../../src/rehearsal/runner/values.js';
import { effectivePermissions } from '../../../src/rehearsal/runner/permissions.js';

describe('parts of the runner', () => {
  it('a key-value file gives back every text that a delimiter encloses', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/);
    // A carriage return at the end of a line is read as a line end of Windows.
    const value = fc.string().map((text) => text.replace(/\r/g, ''));
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (values) => {
        const text = Object.entries(values)
          .map(([k, v]) => `${k}<<ghadelimiter_7\n${v}\nghadelimiter_7\n`)
          .join('');
        expect(parseKeyValues(text)).toEqual(values);
      }),
    );
    expect(() => parseKeyValues('a<<X\nb\n')).toThrow(/line 1.*never closed/);
    expect(() => parseKeyValues('a=1\nnonsense')).toThrow(/line 2/);
  });

  it('no masked value is shown, whatever surrounds it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 5 }), { minLength: 1 }), fc.string(), (secrets, around) => {
        const masks = new Masks();
        for (const secret of secrets) masks.add(secret);
        const shown = masks.apply(secrets.map((secret) => `${around}${secret}`).join(' '));
        for (const secret of secrets.map((s) => s.trim()).filter((s) => s.length > 4 && !'***'.includes(s))) {
          expect(shown.replaceAll('***', '\u0000')).not.toContain(secret);
        }
      }),
    );
  });

  it('a text keeps its quotes, however many', () => {
    const scope = { file: 'x', contexts: { github: { ref: 'r' } } };
    expect(evaluateExpression(`format('a ''b'' ''c'' {0}', github.ref)`, scope)).toBe("a 'b' 'c' r");
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(evaluateExpression(`'${text.replaceAll("'", "''")}'`, scope)).toBe(text);
      }),
    );
  });

  it('commands are read with their properties', () => {
    expect(parseCommand('::error file=a%2Cb.csv,line=3::x%0Ay%25')).toEqual({
      name: 'error',
      properties: { file: 'a,b.csv', line: '3' },
      message: 'x\ny%',
    });
    expect(parseCommand('a ::error::x')).toBeUndefined();
    const seen: string[] = [];
    const reader = new CommandReader({
      log: (line) => seen.push(line),
      annotation: () => seen.push('annotation'),
      debug: () => undefined,
      mask: () => undefined,
      group: () => undefined,
    });
    for (const line of ['::stop-commands::t', '::error::x', '::t::', '::error::x']) reader.line(line);
    expect(seen).toEqual(['::error::x', 'annotation']);
  });

  it('patterns match as in the documentation of GitHub', () => {
    const cases: [string, string, boolean][] = [
      ['feature/*', 'feature/a', true],
      ['feature/*', 'feature/a/b', false],
      ['feature/**', 'feature/a/b', true],
      ['**', 'all/the/branches', true],
      ['v[12].[0-9]+.[0-9]+', 'v1.10.1', true],
      ['v[12].[0-9]+.[0-9]+', 'v3.1.1', false],
      ['*.jsx?', 'page.js', true],
      ['*.jsx?', 'page.jsx', true],
      ['docs/**/*.md', 'docs/a/b/c.md', true],
      ['docs/**/*.md', 'docs/a.md', true],
      ['**/migrate-*.sql', 'db/migrate-1.sql', true],
      ['*', 'a/b', false],
    ];
    for (const [pattern, text, expected] of cases) {
      expect([pattern, text, globToRegExp(pattern, 'filter').test(text)]).toEqual([pattern, text, expected]);
    }
    expect(matchesFilter('releases/10-alpha', ['releases/**', '!releases/**-alpha'])).toBe(false);
    expect(matchesFilter('releases/10', ['releases/**', '!releases/**-alpha'])).toBe(true);
  });

  it('the example of a matrix in the documentation of GitHub', () => {
    const matrix: Record<string, Value> = {
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    };
    expect(expandMatrix(matrix, 'job', 'w.yml')).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
    const large = { a: Array.from({ length: 17 }, (_, i) => i), b: Array.from({ length: 16 }, (_, i) => i) };
    expect(() => expandMatrix(large, 'job', 'w.yml')).toThrow(/272 combinations/);
  });

  it('permissions only shrink on the way to a called workflow', () => {
    const cap = { contents: 'read', issues: 'write' } as const;
    expect(
      effectivePermissions({ contents: 'write', issues: 'write', actions: 'read' }, undefined, cap, false),
    ).toEqual({
      contents: 'read',
      issues: 'write',
      actions: 'none',
    });
    expect(effectivePermissions(undefined, 'write-all', undefined, true)).toBe('read-all');
    expect(effectivePermissions(undefined, undefined, undefined, false)).toEqual({
      contents: 'read',
      packages: 'read',
    });
  });
});
