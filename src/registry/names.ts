import { createHash } from 'node:crypto';

/** GitHub's limit is 255 bytes; a part's number must still fit. */
const longest = 200;

/**
 * Gives every file a name that GitHub takes as it is (it rewrites others) and that no other asset has.
 * The same paths always get the same names.
 */
export class AssetNames {
  private readonly taken = new Set<string>();

  constructor(reserved: Iterable<string>) {
    for (const name of reserved) this.taken.add(name.toLowerCase());
  }

  /** `weights/layer 1.bin` → `weights-layer-1.bin`. */
  take(path: string): string {
    const safe =
      path
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[.-]+/, '')
        .replace(/\.+$/, '') || 'file';
    let name = safe.slice(-longest).replace(/^[.-]+/, '');
    if (this.isTaken(name)) {
      const mark = createHash('sha256').update(path).digest('hex').slice(0, 8);
      name = `${mark}-${name}`;
    }
    this.taken.add(name.toLowerCase());
    return name;
  }

  /** Parts of one file must not meet the name of another. */
  private isTaken(name: string): boolean {
    const lower = name.toLowerCase();
    return this.taken.has(lower) || /\.part-\d{3}$/.test(lower);
  }
}

/** `model.bin.part-001`. */
export function partName(asset: string, index: number): string {
  return `${asset}.part-${String(index + 1).padStart(3, '0')}`;
}
