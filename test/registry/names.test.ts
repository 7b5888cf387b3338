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
});
