import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import {
  canonicalJson,
  describeJsonError,
  digestOf,
  parseJson,
  readJsonFile,
} from '../../src/common/json.js';

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: 1, a: { d: 2, c: [3, { f: 4, e: 5 }] } })).toBe(
      '{"a":{"c":[3,{"e":5,"f":4}],"d":2},"b":1}',
    );
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('describeJsonError', () => {
  it.each([
    ['root:x:0:0:root', 'unexpected character at line 1, column 1'],
    ['{"a": 1,\n "password"; "hunter22"}', 'unexpected character at line 2, column 12'],
    ['{"a":\nNaN}', 'unexpected character at line 2, column 1'],
    ['{hunter22', "expected property name or '}' at line 1, column 2"],
    ['{"a":1} hunter22', 'unexpected non-whitespace character after JSON at line 1, column 9'],
    ['"hunter22\n"', 'bad control character in string literal at line 1, column 10'],
    ['', 'unexpected end'],
  ])('says where %j is wrong, without quoting it', (text, reason) => {
    // Engines word it differently.
    expect(describeJsonError(text).replace(/^expected .* after property name/, 'unexpected character')).toBe(
      reason,
    );
  });

  it('quotes nothing of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('ü', 'é', '{', '"', ':', ',', '[') }), (text) => {
        expect(describeJsonError(text)).not.toMatch(/[üé]/);
      }),
    );
  });
});

describe('readJsonFile', () => {
  const schema = v.object({ kind: v.literal('x'), n: v.number() });

  it('names every path that is wrong', () => {
    const several = v.object({ n: v.number(), m: v.string(), o: v.string() });
    expect(() => parseJson('{"n":"1","m":2}', several, 'r.json')).toThrow(
      /r\.json: n: expected number, found "1" → .*\nr\.json: m: .*\nr\.json: "o" is missing/,
    );
  });

  it('says of a result of another kind just that', () => {
    expect(() => parseJson('{"kind":"y","n":"1"}', schema, 'r.json')).toThrow(
      /^r\.json: kind: expected "x", found "y" → [^\n]*$/,
    );
  });

  it.each([
    ['', 'is empty'],
    ['{', 'is not JSON'],
  ])('%j: %s', (text, reason) => {
    expect(() => parseJson(text, schema, 'r.json')).toThrow(`r.json: ${reason}`);
  });

  it('does not quote a file that is of another kind altogether', () => {
    expect(() => parseJson('"hunter22"', schema, 'r.json')).toThrow('expected Object, found a text');
  });

  it('says what to do when the file is not there', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'json-')), 'r.json');
    await expect(readJsonFile(file, schema)).rejects.toThrow('the step that writes this file ran before');
    writeFileSync(file, '{"kind":"x","n":1}');
    await expect(readJsonFile(file, schema)).resolves.toEqual({ kind: 'x', n: 1 });
  });
});
