import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { UserError, messageOf } from '../common/errors.js';
import type { GitHub } from '../github/types.js';

export interface Expected {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** `sha256:…`; null where nobody told. */
  readonly sha256: string | null;
}

const tries = 3;

/**
 * An asset's bytes, checked against size and digest before they are used.
 * @throws UserError when they are not what was registered
 */
export async function downloadBytes(github: GitHub, expected: Expected): Promise<Uint8Array> {
  let chunks: Uint8Array[] = [];
  await receive(github, expected, {
    restart: () => {
      chunks = [];
      return Promise.resolve();
    },
    write: (chunk) => {
      chunks.push(chunk);
      return Promise.resolve();
    },
  });
  return Buffer.concat(chunks);
}

/** As downloadBytes, into a file from `offset` on. */
export async function downloadInto(
  github: GitHub,
  expected: Expected,
  file: FileHandle,
  offset: number,
  signal?: AbortSignal,
): Promise<void> {
  let position = offset;
  await receive(github, expected, {
    restart: () => {
      position = offset;
      return Promise.resolve();
    },
    write: async (chunk) => {
      signal?.throwIfAborted();
      await file.write(chunk, 0, chunk.byteLength, position);
      position += chunk.byteLength;
    },
  });
}

/** `sha256:…` of an asset's bytes as they are on GitHub. */
export async function downloadDigest(github: GitHub, expected: Expected): Promise<string> {
  let hash = createHash('sha256');
  await receive(
    github,
    { ...expected, sha256: null },
    {
      restart: () => {
        hash = createHash('sha256');
        return Promise.resolve();
      },
      write: (chunk) => {
        hash.update(chunk);
        return Promise.resolve();
      },
    },
  );
  return `sha256:${hash.digest('hex')}`;
}

interface Sink {
  restart(): Promise<void>;
  write(chunk: Uint8Array): Promise<void>;
}

async function receive(github: GitHub, expected: Expected, sink: Sink): Promise<void> {
  let wrong = '';
  for (let attempt = 1; attempt <= tries; attempt++) {
    await sink.restart();
    const hash = createHash('sha256');
    let size = 0;
    const body = await github.releases.download(expected.id);
    try {
      for await (const chunk of body) {
        hash.update(chunk);
        size += chunk.byteLength;
        // What is larger than registered is not read to its end.
        if (size > expected.size) break;
        await sink.write(chunk);
      }
    } catch (error) {
      // A stream that breaks is a TypeError of fetch; everything else is not ours to hide.
      if (!(error instanceof TypeError)) throw error;
      wrong = `the connection broke after ${size} of ${expected.size} bytes (${messageOf(error)})`;
      continue;
    }
    const digest = `sha256:${hash.digest('hex')}`;
    if (size !== expected.size)
      wrong = `${size > expected.size ? 'more than ' : ''}${size} bytes instead of ${expected.size}`;
    else if (expected.sha256 !== null && digest !== expected.sha256) {
      wrong = `its digest is ${digest}, registered is ${expected.sha256}`;
    } else return;
  }
  throw new UserError({
    message: `${expected.name} is not what was registered: ${wrong}`,
    remedy: 'the release was changed or damaged: do not use it; register the model again',
  });
}
