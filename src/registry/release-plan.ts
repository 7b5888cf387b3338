import type { Evidence, Manifest } from '../formats/manifest.js';
import type { ModelFile } from './contents.js';
import { contentDigest, encodeManifest, manifestAsset, sha256Of } from './manifest.js';
import { AssetNames, partName } from './names.js';
import { UserError } from '../common/errors.js';
import type { Wanted } from './upload.js';

/** A result of the chain, or another file that belongs to the version. */
export interface Enclosure {
  /** What the JSON calls itself: `evaluation`, `profile`, … */
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly verdict?: 'pass' | 'fail' | 'inconclusive';
  /** What did not pass and does not count, since a waiver covered it. */
  readonly waived?: readonly string[];
}

type Said = Pick<Enclosure, 'kind' | 'verdict' | 'waived'>;

/** What is to be registered; the version is given when the lock is held. */
export interface Registration {
  readonly model: string;
  readonly bump: 'major' | 'minor' | 'patch';
  /** The commit that the tag will point to. */
  readonly commit: string;
  readonly files: readonly ModelFile[];
  readonly enclosures: readonly Enclosure[];
  readonly specDigest: string;
  readonly lineage: Manifest['lineage'];
  /** Markdown of the model card: an asset, and the release's text. At most 120,000 characters. */
  card(manifest: Manifest, manifestDigest: string): string;
}

export const cardAsset = 'MODEL_CARD.md';
export const checksumsAsset = 'checksums.txt';
const profileAsset = 'profile.json';
/** GitHub's limit for a release. */
const mostAssets = 1000;

export interface ReleasePlan {
  readonly manifest: Manifest;
  /** `sha256:…` of manifest.json. */
  readonly manifestDigest: string;
  readonly card: string;
  readonly assets: readonly Wanted[];
}

/**
 * Manifest and assets of a version: equal registrations give equal bytes.
 * @throws UserError when the release would have more assets than GitHub takes
 */
export function planRelease(registration: Registration, version: string): ReleasePlan {
  const { model, files, enclosures, specDigest, lineage } = registration;
  const enclosed = encloseAll(enclosures);
  const reserved = [manifestAsset, cardAsset, checksumsAsset, ...enclosed.map(({ name }) => name)];
  const names = new AssetNames(reserved);
  const pieces = files.map((file) => assetsOf(file, names.take(file.path)));
  const evidence = enclosed.map(({ name, size, sha256, kind, verdict, waived }): Evidence => {
    return {
      kind,
      asset: name,
      size,
      sha256,
      ...(verdict !== undefined && { verdict }),
      ...(waived !== undefined && { waived: [...waived] }),
    };
  });
  const manifest: Manifest = {
    kind: 'manifest',
    schemaVersion: 1,
    model,
    version,
    files: files.map(({ path, size, sha256 }, i) => ({
      path,
      size,
      sha256,
      parts: pieces[i]!.map((piece) => ({ asset: piece.name, size: piece.size, sha256: piece.sha256 })),
    })),
    contentDigest: contentDigest(model, files),
    specDigest,
    lineage,
    evidence,
  };
  const manifestBytes = encodeManifest(manifest);
  const manifestDigest = sha256Of(manifestBytes);
  const card = registration.card(manifest, manifestDigest);
  const assets = [
    ...pieces.flat(),
    ...enclosed.map(({ name, size, sha256, content }) => ({ name, size, sha256, content })),
    textAsset(cardAsset, Buffer.from(card), 'text/markdown'),
    textAsset(manifestAsset, manifestBytes, 'application/json'),
  ];
  // After `sha256sum`, so that `sha256sum --check` works on downloaded assets.
  const sums = assets.map(({ name, sha256 }) => `${sha256.replace('sha256:', '')}  ${name}\n`).join('');
  assets.push(textAsset(checksumsAsset, Buffer.from(sums), 'text/plain'));
  if (assets.length > mostAssets) {
    throw new UserError({
      message: `the release would have ${assets.length} assets: GitHub takes ${mostAssets}`,
      remedy: 'pack the small files of the model into an archive, or name fewer in release.files',
    });
  }
  return { manifest, manifestDigest, card, assets };
}

function assetsOf(file: ModelFile, asset: string): Wanted[] {
  return file.pieces.map(({ start, end, sha256 }, index, { length }) => ({
    name: length === 1 ? asset : partName(asset, index),
    size: end - start,
    sha256,
    content: { file: file.file, start, end },
  }));
}

function encloseAll(enclosures: readonly Enclosure[]): (Wanted & Said)[] {
  const counts = new Map<string, number>();
  return enclosures.map(({ bytes, ...said }) => {
    const { kind } = said;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const own = kind.replaceAll(/[^A-Za-z0-9-]+/g, '-');
    const stem = kind === 'profile' ? profileAsset.replace('.json', '') : `evidence-${own}`;
    const name = `${stem}${count === 1 ? '' : `-${count}`}.json`;
    return { ...textAsset(name, bytes, 'application/json'), ...said };
  });
}

function textAsset(name: string, bytes: Uint8Array, contentType: string): Wanted {
  return { name, size: bytes.byteLength, sha256: sha256Of(bytes), content: { bytes, contentType } };
}
