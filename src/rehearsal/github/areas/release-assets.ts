import { rename, rm } from 'node:fs/promises';
import type { AssetData, ReleaseData } from '../data.js';
import {
  ApiError,
  type Answer,
  type Call,
  created,
  invalid,
  noContent,
  notFound,
  numberOf,
  ok,
  text,
} from '../http.js';
import { paged } from '../pages.js';
import { may } from '../permissions.js';
import { type Route, route } from '../routes.js';
import { apiUrl } from '../shapes.js';
import type { Repo } from '../store.js';
import { blobUrl } from './blobs.js';
import { showAsset } from './release-shapes.js';
import { findRelease } from './releases.js';

const base = '/repos/{owner}/{repo}/releases';

export const assetRoutes: readonly Route[] = [
  route(`GET ${base}/{release_id}/assets`, 'repos/list-release-assets', ['contents:read'], listAll),
  route(`GET ${base}/assets/{asset_id}`, 'repos/get-release-asset', ['contents:read'], get),
  route(`PATCH ${base}/assets/{asset_id}`, 'repos/update-release-asset', ['contents:write'], update),
  route(`DELETE ${base}/assets/{asset_id}`, 'repos/delete-release-asset', ['contents:write'], remove),
  route(`POST ${base}/{release_id}/assets`, 'repos/upload-release-asset', ['contents:write'], upload, {
    upload: true,
  }),
];

const show = ({ repo, urls }: Call, asset: AssetData, release: ReleaseData): object =>
  showAsset(repo, urls, asset, release.draft ? 'untagged' : encodeURIComponent(release.tag));

function find({ repo, params, identity }: Call): { asset: AssetData; release: ReleaseData } {
  const id = numberOf(params.asset_id);
  for (const release of repo.data.releases) {
    const asset = release.assets.find((one) => one.id === id);
    if (asset !== undefined && (!release.draft || may(identity, 'contents:write'))) return { asset, release };
  }
  throw notFound();
}

function listAll(call: Call): Answer {
  const release = findRelease(call);
  return paged(call, release.assets, {
    path: `${apiUrl(call.repo, call.urls)}/releases/${release.id}/assets`,
    wrap: (page) => (page as AssetData[]).map((asset) => show(call, asset, release)),
  });
}

function get(call: Call): Answer {
  const { asset, release } = find(call);
  if (!call.accept.includes('application/octet-stream')) return ok(show(call, asset, release));
  if (asset.state !== 'uploaded') throw notFound();
  asset.downloads++;
  const { redirectDownloads } = call.repo;
  if (redirectDownloads) {
    return { status: 302, headers: { location: blobUrl(call.repo, call.urls, `asset-${asset.id}`) } };
  }
  return {
    status: 200,
    file: call.repo.asset(asset.id),
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename=${asset.name}`,
    },
  };
}

function update(call: Call): Answer {
  const { asset, release } = find(call);
  refuseImmutable(release);
  const name = text(call.body, 'name');
  if (name !== undefined && name !== asset.name) asset.name = freeName(release, name);
  if ('label' in call.body) asset.label = text(call.body, 'label') ?? null;
  asset.updatedAt = call.repo.now();
  return ok(show(call, asset, release));
}

async function remove(call: Call): Promise<Answer> {
  const { asset, release } = find(call);
  refuseImmutable(release);
  release.assets.splice(release.assets.indexOf(asset), 1);
  await rm(call.repo.asset(asset.id), { force: true });
  return noContent;
}

async function upload(call: Call): Promise<Answer> {
  const { repo, query, identity } = call;
  const release = findRelease(call);
  refuseImmutable(release);
  const name = freeName(release, query.get('name') ?? '');
  const file = call.upload;
  if (file === undefined || file.size === 0) throw new ApiError(400, 'Bad Content-Length: ');
  if (file.size >= repo.limits.assetBytes) {
    throw invalid('ReleaseAsset', 'size', 'custom', `size must be less than ${repo.limits.assetBytes}`);
  }
  if (release.assets.length >= repo.limits.assets) {
    throw invalid('ReleaseAsset', 'release', 'custom', `at most ${repo.limits.assets} assets`);
  }
  const asset: AssetData = {
    ...newAsset(repo, name, identity.login),
    label: query.get('label') ?? '',
    contentType: call.contentType === '' ? 'application/octet-stream' : call.contentType,
    state: 'uploaded',
    size: file.size,
    digest: `sha256:${file.digest}`,
  };
  await rename(file.file, repo.asset(asset.id));
  release.assets.push(asset);
  return created(show(call, asset, release));
}

/** What a broken upload leaves behind: an empty asset that holds the name until it is deleted. */
export function leaveStarter(call: Call): void {
  const release = findRelease(call);
  const name = rewriteName(call.query.get('name') ?? '');
  if (release.immutable || release.assets.some((one) => one.name === name)) return;
  release.assets.push(newAsset(call.repo, name, call.identity.login));
}

function newAsset(repo: Repo, name: string, uploader: string): AssetData {
  const now = repo.now();
  return {
    id: repo.id(),
    name,
    label: null,
    state: 'starter',
    contentType: 'application/octet-stream',
    size: 0,
    digest: null,
    downloads: 0,
    createdAt: now,
    updatedAt: now,
    uploader,
  };
}

/** GitHub keeps letters, digits, `.`, `_` and `-`, and puts a dot for a run of anything else. */
export function rewriteName(name: string): string {
  const kept = name
    .replace(/[^A-Za-z0-9._-]+/g, '.')
    .replace(/\.{2,}/g, '.')
    .replace(/\.$/, '');
  return kept.startsWith('.') ? `default${kept}` : kept;
}

function freeName(release: ReleaseData, wanted: string): string {
  const name = rewriteName(wanted);
  if (name === '') throw invalid('ReleaseAsset', 'name', 'missing_field');
  if (release.assets.some((one) => one.name === name))
    throw invalid('ReleaseAsset', 'name', 'already_exists');
  return name;
}

function refuseImmutable(release: ReleaseData): void {
  if (release.immutable) {
    throw new ApiError(422, 'Cannot upload or change assets of an immutable release.');
  }
}
