import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readBytes } from '../body.js';
import { ApiError, type Urls, notFound } from '../http.js';
import type { Repo } from '../store.js';

const signature = (repo: Repo, name: string): string =>
  createHmac('sha256', repo.secret).update(name).digest('base64url');

/** The signed URL of a blob: it works without a token. */
export function blobUrl(repo: Repo, urls: Urls, name: string): string {
  return `${urls.blobs}/${repo.fullName}/${name}?sig=${signature(repo, name)}`;
}

export function checkSignature(repo: Repo, name: string, query: URLSearchParams): void {
  const given = Buffer.from(query.get('sig') ?? '');
  const expected = Buffer.from(signature(repo, name));
  if (!/^(artifact|cache|asset)-\d+$/.test(name)) throw notFound();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ApiError(403, 'Server failed to authenticate the request.');
  }
}

/** The part of Azure's blob storage that the toolkit speaks. */
export async function serveBlob(
  repo: Repo,
  name: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<number> {
  switch (request.method) {
    case 'PUT':
      await put(repo.blob(name), query, request);
      response.writeHead(201, { etag: `"${randomUUID()}"`, 'last-modified': new Date().toUTCString() }).end();
      return 201;
    case 'GET':
    case 'HEAD':
      return get(repo.blob(name), mimeOf(repo, name), request, response);
    default:
      throw new ApiError(405, 'The resource does not support the specified HTTP verb.');
  }
}

async function put(file: string, query: URLSearchParams, request: IncomingMessage): Promise<void> {
  const blocks = `${file}.blocks`;
  // Blocks come in any order; the list at the end says which is where.
  const block = (id: string): string => join(blocks, Buffer.from(id).toString('base64url'));
  if (query.get('comp') === 'block') {
    await mkdir(blocks, { recursive: true });
    const target = block(query.get('blockid') ?? '');
    await pipeline(request, createWriteStream(`${target}.new`));
    await rename(`${target}.new`, target);
    return;
  }
  const temporary = `${file}.new`;
  if (query.get('comp') === 'blocklist') {
    const xml = (await readBytes(request)).toString();
    const ids = [...xml.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)].map(([, id = '']) => id);
    const target = createWriteStream(temporary);
    for (const id of ids) await pipeline(createReadStream(block(id)), target, { end: false });
    await new Promise<void>((resolve, reject) => {
      target.once('error', reject);
      target.end(() => resolve());
    });
    await rm(blocks, { recursive: true, force: true });
  } else {
    await pipeline(request, createWriteStream(temporary));
  }
  await rename(temporary, file);
}

async function get(
  file: string,
  mime: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<number> {
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) throw notFound();
  const range = /^bytes=(\d+)-(\d*)$/.exec(
    String(request.headers['x-ms-range'] ?? request.headers.range ?? ''),
  );
  const start = Number(range?.[1] ?? 0);
  const end = Math.min(range?.[2] ? Number(range[2]) : size - 1, size - 1);
  if (start > 0 && start >= size) throw new ApiError(416, 'The range specified is invalid.');
  const status = range === null ? 200 : 206;
  response.writeHead(status, {
    'content-type': mime,
    'content-length': size === 0 ? 0 : end - start + 1,
    'accept-ranges': 'bytes',
    'last-modified': new Date().toUTCString(),
    etag: `"${size}"`,
    'x-ms-blob-type': 'BlockBlob',
    ...(range !== null && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || size === 0) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
  return status;
}

function mimeOf(repo: Repo, name: string): string {
  return repo.data.artifacts.find(({ blob }) => blob === name)?.mimeType ?? 'application/octet-stream';
}
