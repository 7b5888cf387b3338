import type { AssetData, ReleaseData } from '../data.js';
import type { Urls } from '../http.js';
import { apiUrl, htmlUrl, nodeId, user } from '../shapes.js';
import type { Repo } from '../store.js';

export function showRelease(repo: Repo, urls: Urls, release: ReleaseData): object {
  const url = `${apiUrl(repo, urls)}/releases/${release.id}`;
  const tag = encodeURIComponent(release.tag);
  const page = release.draft ? `untagged-${nodeId('RE', release.id)}` : tag;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${urls.uploads}/repos/${repo.fullName}/releases/${release.id}/assets{?name,label}`,
    html_url: `${htmlUrl(repo, urls)}/releases/tag/${page}`,
    id: release.id,
    author: user(release.author, urls),
    node_id: nodeId('RE', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: release.assets.map((asset) => showAsset(repo, urls, asset, page)),
    tarball_url: release.draft ? null : `${apiUrl(repo, urls)}/tarball/${tag}`,
    zipball_url: release.draft ? null : `${apiUrl(repo, urls)}/zipball/${tag}`,
    body: release.body,
  };
}

export function showAsset(repo: Repo, urls: Urls, asset: AssetData, page: string): object {
  return {
    url: `${apiUrl(repo, urls)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('RA', asset.id),
    name: asset.name,
    label: asset.label,
    uploader: user(asset.uploader, urls),
    content_type: asset.contentType,
    state: asset.state,
    size: asset.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${htmlUrl(repo, urls)}/releases/download/${page}/${encodeURIComponent(asset.name)}`,
  };
}
