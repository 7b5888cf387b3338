import { stat } from 'node:fs/promises';
import type { CacheData } from '../data.js';
import { text } from '../http.js';
import { type ServiceCall, ServiceError, type ServiceMethod } from '../twirp.js';
import { blobUrl } from './blobs.js';

/** The toolkit's cache service; numbers of 64 bits travel as texts. */
export const cacheMethods: Readonly<Record<string, ServiceMethod>> = {
  CreateCacheEntry: create,
  FinalizeCacheEntryUpload: finalize,
  GetCacheEntryDownloadURL: download,
};

function keyOf({ body }: ServiceCall): { key: string; version: string } {
  const key = text(body, 'key') ?? '';
  if (key === '' || key.length > 512 || key.includes(',')) {
    throw new ServiceError(400, 'invalid_argument', 'a key has 1 to 512 characters and no comma');
  }
  return { key, version: text(body, 'version') ?? '' };
}

/** The scopes whose entries a run may read, its own (the only one that it writes) first. */
function scopesOf({ repo, run }: ServiceCall): string[] {
  const record = repo.data.runs.find(({ id }) => id === run);
  const pull = repo.data.issues.find(({ number }) => number === record?.pulls[0]);
  const own = pull === undefined ? (record?.headBranch ?? '') : `pull/${pull.number}`;
  return [own, ...(pull?.pull === undefined ? [] : [pull.pull.base]), repo.data.defaultBranch];
}

function create(call: ServiceCall): object {
  const { repo, urls } = call;
  const { caches } = repo.data;
  const { key, version } = keyOf(call);
  const [scope = ''] = scopesOf(call);
  const index = caches.findIndex(
    (entry) => entry.key === key && entry.version === version && entry.scope === scope,
  );
  if (index !== -1 && caches[index]?.size !== null) {
    return {
      ok: false,
      signed_upload_url: '',
      message: 'cache entry with the same key, version, and scope already exists',
    };
  }
  // One that was begun and never finished gives way.
  if (index !== -1) caches.splice(index, 1);
  const id = repo.id();
  const entry: CacheData = {
    id,
    key,
    version,
    scope,
    blob: `cache-${id}`,
    createdAt: repo.now(),
    size: null,
  };
  caches.push(entry);
  return { ok: true, signed_upload_url: blobUrl(repo, urls, entry.blob) };
}

async function finalize(call: ServiceCall): Promise<object> {
  const { repo } = call;
  const { key, version } = keyOf(call);
  const [scope] = scopesOf(call);
  const entry = repo.data.caches.find(
    (one) => one.key === key && one.version === version && one.scope === scope,
  );
  const size = entry && (await stat(repo.blob(entry.blob)).catch(() => undefined))?.size;
  if (entry === undefined || size === undefined) {
    throw new ServiceError(404, 'not_found', `nothing was uploaded for the key "${key}"`);
  }
  entry.size = size;
  return { ok: true, entry_id: String(entry.id) };
}

/** In each scope: the key itself, then what begins with it, then the restore keys in their order; the newest wins. */
function download(call: ServiceCall): object {
  const { repo, urls, body } = call;
  const { key, version } = keyOf(call);
  const restoreKeys = Array.isArray(body.restore_keys) ? body.restore_keys.map(String) : [];
  for (const scope of scopesOf(call)) {
    const entries = repo.data.caches.filter(
      (entry) => entry.scope === scope && entry.version === version && entry.size !== null,
    );
    const found = [
      entries.find((entry) => entry.key === key),
      ...[key, ...restoreKeys].map((prefix) => entries.findLast((entry) => entry.key.startsWith(prefix))),
    ].find((entry) => entry !== undefined);
    if (found !== undefined) {
      return { ok: true, signed_download_url: blobUrl(repo, urls, found.blob), matched_key: found.key };
    }
  }
  return { ok: false, signed_download_url: '', matched_key: '' };
}
