import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { AssetNames, partName } from '../../src/registry/names.js';

describe('names of assets', () => {
  it('are the file names where GitHub takes those', () => {
    const names = new AssetNames(['manifest.json']);
    expect(names.take('model.json')).toBe('model.json');
    expect(names.take('weights/layer 1.bin')).toBe('weights-layer-1.bin');
    expect(names.take('.hidden')).toBe('hidden');
  });

  it('never meet each other, a reserved name, or a part', () => {
    const names = new AssetNames(['manifest.json']);
    const given = ['manifest.json', 'a/b', 'a-b', 'A-B', 'a.part-001', 'a'].map((path) => names.take(path));
    expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(given.length);
    expect(given).not.toContain('manifest.json');
    expect(given).not.toContain(partName('a', 0));
  });

  it('are what GitHub leaves as it is, whatever the path', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), { maxLength: 20 }), (paths) => {
        const names = new AssetNames(['checksums.txt']);
        const given = paths.map((path) => names.take(path));
        for (const name of given) expect(name).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/);
        expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(paths.length);
        expect(paths.map((path) => path.length > 0)).toEqual(given.map((name) => name.length <= 240));
      }),
    );
  });

  it('hold the last 200 characters of a long path, and none of the dots that GitHub drops', () => {
    const names = new AssetNames([]);
    expect(names.take(`${'a'.repeat(50)}${'b'.repeat(199)}c`)).toBe(`${'b'.repeat(199)}c`);
    expect(names.take(`x${'.'.repeat(3)}-${'d'.repeat(196)}`)).toBe('d'.repeat(196));
    expect(names.take('trailing...')).toBe('trailing');
    expect(names.take('-.-')).toBe('file');
    expect(names.take('日本')).toMatch(/^[0-9a-f]{8}-file$/);
  });

  it('carry eight digits of the path’s digest where another file has the name', () => {
    const names = new AssetNames(['Manifest.json']);
    const digits = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 8);
    expect(names.take('manifest.json')).toBe(`${digits('manifest.json')}-manifest.json`);
    expect(names.take('model.bin.part-017')).toBe(`${digits('model.bin.part-017')}-model.bin.part-017`);
    expect(names.take('MODEL.PART-017')).toBe(`${digits('MODEL.PART-017')}-MODEL.PART-017`);
    expect(names.take('model.part-17')).toBe('model.part-17');
  });

  it('of parts count from 001', () => {
    expect([0, 8, 99].map((index) => partName('m.bin', index))).toEqual([
      'm.bin.part-001',
      'm.bin.part-009',
      'm.bin.part-100',
    ]);
  });
});
