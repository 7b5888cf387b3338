import { type Problem, UserError, failOn } from '../common/errors.js';
import { parseJson } from '../common/json.js';
import { type Manifest, manifestSchema } from '../formats/manifest.js';
import type { Asset, GitHub } from '../github/types.js';
import { downloadBytes, downloadDigest } from './download.js';
import { contentDigest, manifestAsset, sha256Of } from './manifest.js';
import { cardAsset, checksumsAsset } from './release-plan.js';
import { readVersionRecord, versionRecordRef } from './version-record.js';
import type { ModelVersion } from './versions.js';

/** A digest that a release must have, and who says so. */
export interface TrustedDigest {
  readonly manifestDigest: string;
  /** `deployment 12 to staging`, `the input manifest-digest`. */
  readonly source: string;
}

/** A version whose release was compared with everything that is recorded about it. */
export interface VerifiedVersion {
  readonly version: ModelVersion;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
}

/**
 * Compares the release of a version with all that is known about it: the manifest with every recorded digest, the tag
 * with the commit that the model was trained from, the evidence and checksums.txt with the manifest. The one check for
 * everyone who reads a release (fetch, deploy, restore, gate, drift). Files are compared with the manifest when they
 * are downloaded.
 * @param options.purpose `restore`: a rollback in an outage compares the manifest alone with what was approved
 * @throws UserError with every difference, or when no record of the manifest's digest exists
 */
export async function verifyVersion(options: {
  github: GitHub;
  version: ModelVersion;
  trusted?: readonly TrustedDigest[];
  purpose?: 'use' | 'restore';
}): Promise<VerifiedVersion> {
  const { github, version, trusted = [], purpose = 'use' } = options;
  const { manifest, manifestDigest } = await loadManifest(github, version);
  const needsRecord = purpose === 'use' || trusted.length === 0;
  const digests = [...trusted, ...(needsRecord ? await readTrustedRecord(github, version) : [])];
  failOn(compareDigests(version, manifestDigest, digests));
  if (purpose === 'use') {
    failOn([
      ...(await compareTag(github, version, manifest)),
      ...(await compareAssets(github, version, manifest)),
      ...(await compareChecksums(github, version, manifest, manifestDigest)),
    ]);
  }
  return { version, manifest, manifestDigest };
}

/** The manifest of a release, and the digest (`sha256:…`) of manifest.json itself. Compared with nothing recorded. */
export async function loadManifest(
  github: GitHub,
  version: ModelVersion,
): Promise<{ manifest: Manifest; manifestDigest: string }> {
  const asset = findAsset(version, manifestAsset);
  const name = `${manifestAsset} of ${version.tag}`;
  if (asset === undefined) {
    throw new UserError({
      message: `${version.tag} has no ${manifestAsset}: it was not registered by register-model`,
      remedy: 'register the model, or choose another version',
    });
  }
  const bytes = await downloadBytes(github, { ...asset, sha256: asset.digest });
  const manifest = parseJson(Buffer.from(bytes).toString('utf8'), manifestSchema, name);
  const remedy = 'the release was changed: do not use it; register the model again';
  if (manifest.model !== version.model || manifest.version !== version.version) {
    throw new UserError({ message: `${name} describes ${manifest.model} ${manifest.version}`, remedy });
  }
  if (contentDigest(manifest.model, manifest.files) !== manifest.contentDigest) {
    throw new UserError({
      message: `${name} does not add up: its list of files is not the one that was registered`,
      remedy,
    });
  }
  return { manifest, manifestDigest: sha256Of(bytes) };
}

/**
 * Bytes of a piece of evidence, compared with the manifest; undefined when the manifest names none of that name.
 * @throws UserError when the asset is missing or differs
 */
export async function readEvidenceAsset(
  github: GitHub,
  { version, manifest }: VerifiedVersion,
  name: string,
): Promise<Uint8Array | undefined> {
  const evidence = manifest.evidence.find(({ asset }) => asset === name);
  if (evidence === undefined) return undefined;
  const asset = findAsset(version, name);
  if (asset === undefined) throw new UserError(missing(version, name));
  return downloadBytes(github, { ...evidence, id: asset.id, name });
}

async function readTrustedRecord(github: GitHub, { model, version }: ModelVersion): Promise<TrustedDigest[]> {
  const record = await readVersionRecord(github, model, version);
  const source = versionRecordRef(model, version);
  return record === undefined ? [] : [{ manifestDigest: record.manifestDigest, source }];
}

function compareDigests(
  { tag, model, version }: ModelVersion,
  manifestDigest: string,
  trusted: readonly TrustedDigest[],
): Problem[] {
  if (trusted.length === 0) {
    return [
      {
        message: `nothing records the manifest of ${tag}: ${versionRecordRef(model, version)} is missing`,
        remedy:
          'register the model as a new version; or deploy this one with the input `manifest-digest` that register-model printed',
      },
    ];
  }
  const differing = trusted.filter((digest) => digest.manifestDigest !== manifestDigest);
  return differing.map((digest) => ({
    message: `the manifest of ${tag} is ${manifestDigest}; according to ${digest.source} it was ${digest.manifestDigest}`,
    remedy: 'the release was changed since: do not use it; register the model again',
  }));
}

async function compareTag(github: GitHub, { tag }: ModelVersion, { lineage }: Manifest): Promise<Problem[]> {
  const commit = await github.commits.ofTag(tag);
  if (commit === lineage.commit) return [];
  return [
    {
      message: `the tag ${tag} points to ${commit ?? 'nothing'}; the model was trained from ${lineage.commit}`,
      remedy: 'somebody moved the tag: put it back, or register the model again',
    },
  ];
}

/** Evidence that is missing or was replaced. */
async function compareAssets(
  github: GitHub,
  version: ModelVersion,
  { evidence }: Manifest,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { asset: name, sha256 } of evidence) {
    const asset = findAsset(version, name);
    if (asset === undefined) problems.push(missing(version, name));
    else if ((await digestOf(github, asset)) !== sha256) problems.push(replaced(version, name));
  }
  return problems;
}

/** checksums.txt must list every asset with the digest that the manifest gives it, and that GitHub holds. */
async function compareChecksums(
  github: GitHub,
  version: ModelVersion,
  manifest: Manifest,
  manifestDigest: string,
): Promise<Problem[]> {
  const asset = findAsset(version, checksumsAsset);
  if (asset === undefined) return [missing(version, checksumsAsset)];
  const text = Buffer.from(await downloadBytes(github, { ...asset, sha256: asset.digest })).toString('utf8');
  const listed = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const match = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line);
      return match === null ? [] : [[match[2]!, `sha256:${match[1]!}`]];
    }),
  );
  const wanted = new Map<string, string>([[manifestAsset, manifestDigest]]);
  for (const { parts } of manifest.files) for (const part of parts) wanted.set(part.asset, part.sha256);
  for (const { asset: name, sha256 } of manifest.evidence) wanted.set(name, sha256);
  const card = findAsset(version, cardAsset);
  if (card !== undefined) wanted.set(cardAsset, await digestOf(github, card));
  const differing = [...wanted].filter(([name, sha256]) => listed.get(name) !== sha256).map(([name]) => name);
  if (differing.length === 0 && listed.size === wanted.size) return [];
  const names = differing.length > 0 ? differing : [...listed.keys()].filter((name) => !wanted.has(name));
  return [
    {
      message: `${checksumsAsset} of ${version.tag} does not agree with the release about ${names.join(', ')}`,
      remedy: 'the release was changed since: do not use it; register the model again',
    },
  ];
}

const findAsset = (version: ModelVersion, name: string): Asset | undefined =>
  version.release.assets.find((asset) => asset.name === name && asset.state === 'uploaded');

/** Servers that give no digest are asked for the bytes. */
const digestOf = async (github: GitHub, asset: Asset): Promise<string> =>
  asset.digest ?? (await downloadDigest(github, { ...asset, sha256: null }));

const missing = ({ tag }: ModelVersion, name: string): Problem => ({
  message: `the release ${tag} lacks ${name}`,
  remedy: 'the release was changed since: do not use it; register the model again',
});

const replaced = ({ tag }: ModelVersion, name: string): Problem => ({
  message: `${name} of the release ${tag} is not what was registered`,
  remedy: 'the release was changed since: do not use it; register the model again',
});
