import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Client, Octokit } from './client.js';
import { hasStatus, orAbsent } from './failure.js';
import type { Asset, Release, Releases, UploadContent } from './types.js';

type RawRelease = Awaited<ReturnType<Octokit['rest']['repos']['getRelease']>>['data'];
type RawAsset = RawRelease['assets'][number];

/** GitHub lists no further than this. */
const longestList = 10_000;

export function releases({ octokit, at, logger, once, again }: Client): Releases {
  const { rest } = octokit;

  async function* list(): AsyncGenerator<Release> {
    let seen = 0;
    try {
      const pages = octokit.paginate.iterator(rest.repos.listReleases, { ...at, per_page: 100 });
      for await (const { data } of pages) {
        seen += data.length;
        for (const raw of data) yield toRelease(raw);
      }
    } catch (error) {
      if (!hasStatus(error, 422) || seen < longestList) throw error;
      logger.warning(`GitHub lists only the newest ${seen} releases: older ones are not looked at`);
    }
  }

  const get = async (id: number): Promise<Release> =>
    toRelease((await rest.repos.getRelease({ ...at, release_id: id })).data);

  return {
    list,
    get,
    byTag: (tag) => orAbsent(rest.repos.getReleaseByTag({ ...at, tag }).then(({ data }) => toRelease(data))),

    createDraft: ({ tag, target, name, body, prerelease = false }) =>
      once({
        create: async () => {
          const { data } = await rest.repos.createRelease({
            ...at,
            tag_name: tag,
            target_commitish: target,
            name,
            body,
            prerelease,
            draft: true,
            make_latest: 'false',
          });
          return toRelease(data);
        },
        find: async () => {
          for await (const release of list()) {
            if (release.draft && release.tag === tag && release.body === body) return release;
          }
          return undefined;
        },
      }),

    publish: (id) =>
      once({
        create: async () => {
          const { data } = await rest.repos.updateRelease({
            ...at,
            release_id: id,
            draft: false,
            make_latest: 'false',
          });
          return toRelease(data);
        },
        find: async () => {
          const release = await get(id);
          return release.draft ? undefined : release;
        },
      }),

    updateBody: (id, body) =>
      again(async () => toRelease((await rest.repos.updateRelease({ ...at, release_id: id, body })).data)),

    delete: async (id) => {
      await again(() => orAbsent(rest.repos.deleteRelease({ ...at, release_id: id })));
    },

    upload: async (release, name, content) => {
      const { data } = await octokit.request({
        method: 'POST',
        // The release says where: rest.repos.uploadReleaseAsset knows only github.com's host.
        url: release.uploadUrl,
        name,
        headers: {
          'content-type': content.contentType ?? 'application/octet-stream',
          'content-length': 'file' in content ? content.end - content.start : content.bytes.byteLength,
        },
        request: { body: () => bodyOf(content) },
      });
      return toAsset(data as RawAsset);
    },

    deleteAsset: async (id) => {
      await again(() => orAbsent(rest.repos.deleteReleaseAsset({ ...at, asset_id: id })));
    },

    download: async (id) => {
      const { data } = await rest.repos.getReleaseAsset({
        ...at,
        asset_id: id,
        headers: { accept: 'application/octet-stream' },
        request: { parseSuccessResponseBody: false },
      });
      return data as unknown as AsyncIterable<Uint8Array>;
    },
  };
}

/** Always a stream, whose length the header tells. */
function bodyOf(content: UploadContent): Readable {
  if ('bytes' in content) return Readable.from([content.bytes]);
  // `end` of a stream is inclusive.
  return createReadStream(content.file, { start: content.start, end: content.end - 1 });
}

function toRelease(raw: RawRelease): Release {
  return {
    id: raw.id,
    tag: raw.tag_name,
    name: raw.name ?? '',
    body: raw.body ?? '',
    draft: raw.draft,
    prerelease: raw.prerelease,
    immutable: (raw as { immutable?: boolean }).immutable ?? false,
    targetCommitish: raw.target_commitish,
    createdAt: raw.created_at,
    publishedAt: raw.published_at,
    url: raw.html_url,
    uploadUrl: raw.upload_url,
    assets: raw.assets.map(toAsset),
  };
}

function toAsset(raw: RawAsset): Asset {
  return {
    id: raw.id,
    name: raw.name,
    label: raw.label,
    size: raw.size,
    // GitHub's schema knows two states; the third is what a broken upload leaves.
    state: raw.state as Asset['state'],
    digest: (raw as { digest?: string | null }).digest ?? null,
  };
}
