import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError, type Body, isRecord } from './http.js';

const jsonLimit = 40 << 20;

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > jsonLimit) throw new ApiError(413, 'Payload too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The JSON object of a request; {} when it has no body. */
export async function readJson(request: IncomingMessage): Promise<Body> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (!isRecord(value)) throw new ApiError(400, 'Body should be a JSON object');
  return value;
}

/** Streams a body into a file beside `near` (or a temporary one); its SHA-256 in hex. */
export async function readUpload(
  request: IncomingMessage,
  folder = tmpdir(),
): Promise<{ file: string; size: number; digest: string }> {
  const file = join(folder, `upload-${randomUUID()}`);
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(undefined, chunk);
    },
  });
  await pipeline(request, count, createWriteStream(file));
  return { file, size, digest: hash.digest('hex') };
}
