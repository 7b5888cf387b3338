import { createHash } from 'node:crypto';
import { digestOf } from '../common/json.js';
import type { Manifest, ManifestFile } from '../formats/manifest.js';

export const manifestAsset = 'manifest.json';

/** What makes two models the same: name, and path, size and bytes of every file. */
export function contentDigest(
  model: string,
  files: readonly Pick<ManifestFile, 'path' | 'size' | 'sha256'>[],
): string {
  const content = files
    .map(({ path, size, sha256 }) => ({ path, size, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return digestOf({ model, files: content });
}

/** The bytes of manifest.json: the same manifest always gives the same bytes. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** `sha256:<hex>`. */
export function sha256Of(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The hidden line by which a release is known as ours without a download. */
export function contentMarker(digest: string): string {
  return `<!-- mlops-actions:content ${digest} -->`;
}

export function markedContent(body: string): string | undefined {
  return /<!-- mlops-actions:content (sha256:[0-9a-f]{64}) -->/.exec(body)?.[1];
}
