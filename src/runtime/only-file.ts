import { inflateRawSync } from 'node:zlib';
import type { OnlyFile } from '../actions/dependencies.js';
import { UserError } from '../common/errors.js';
import { formatBytes, plural } from '../common/text.js';

/* After APPNOTE.TXT of PKWARE: where the fields of a ZIP file's records are. */
const endOfDirectory = { signature: 0x06054b50, size: 22 };
const directoryEntry = { signature: 0x02014b50, size: 46 };
const fileHeader = { signature: 0x04034b50, size: 30 };
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly link: boolean;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

/**
 * The bytes of the one file that a ZIP file may hold. Nothing is written, no path in it is followed, and no more than
 * `maxBytes` are ever unpacked, whatever the ZIP file says of itself.
 * @throws UserError when it holds anything else
 */
export function readOnlyFile(zip: Buffer, only: OnlyFile, artifact: string): Buffer {
  const refuse = (what: string): never => {
    throw refusal(artifact, only, what);
  };
  try {
    const entry = readEntry(zip, refuse);
    if (entry.name !== only.file) refuse(`it holds the file ${JSON.stringify(entry.name.slice(0, 100))}`);
    if (entry.link) refuse(`${only.file} is a symbolic link`);
    if (entry.encrypted) refuse(`${only.file} is encrypted`);
    if (entry.size > only.maxBytes) refuse(`${only.file} has ${formatBytes(entry.size)}`);
    const bytes = unpack(zip, entry, only.maxBytes, refuse);
    if (bytes.length !== entry.size) refuse(`${only.file} has another size than it says`);
    return bytes;
  } catch (error) {
    if (error instanceof UserError) throw error;
    // A place outside the ZIP file, data that do not unpack, or more of them than may be.
    throw refusal(artifact, only, 'it is damaged, or unpacks to more than that', error);
  }
}

export function refusal(
  artifact: string,
  { file, maxBytes }: OnlyFile,
  what: string,
  cause?: unknown,
): UserError {
  return new UserError(
    {
      message: `the artifact ${artifact} is refused: ${what}`,
      remedy: `upload the one file ${file}, of at most ${formatBytes(maxBytes)}, and nothing else under this name`,
    },
    { cause },
  );
}

type Refuse = (what: string) => never;

/** The only entry of the directory at the end of the file, which is what counts in a ZIP file. */
function readEntry(zip: Buffer, refuse: Refuse): Entry {
  const end = findEnd(zip);
  if (end === undefined) return refuse('it is no ZIP file');
  const count = zip.readUInt16LE(end + 10);
  if (count !== 1) return refuse(`it holds ${plural(count, 'file')}`);
  const at = zip.readUInt32LE(end + 16);
  if (zip.readUInt32LE(at) !== directoryEntry.signature) return refuse('its directory is damaged');
  const nameAt = at + directoryEntry.size;
  const [madeBy, attributes] = [zip.readUInt8(at + 5), zip.readUInt32LE(at + 38)];
  return {
    name: zip.toString('utf8', nameAt, nameAt + zip.readUInt16LE(at + 28)),
    method: zip.readUInt16LE(at + 10),
    encrypted: (zip.readUInt16LE(at + 8) & 0x41) !== 0,
    // Of a Unix system, the upper half is the file's mode.
    link: madeBy === 3 && ((attributes >>> 16) & 0o170000) === 0o120000,
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    header: zip.readUInt32LE(at + 42),
  };
}

function findEnd(zip: Buffer): number | undefined {
  const last = zip.length - endOfDirectory.size;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (zip.readUInt32LE(at) === endOfDirectory.signature && zip.readUInt16LE(at + 20) === last - at)
      return at;
  }
  return undefined;
}

function unpack(zip: Buffer, entry: Entry, maxBytes: number, refuse: Refuse): Buffer {
  const { header, packed, method } = entry;
  if (zip.readUInt32LE(header) !== fileHeader.signature) return refuse('its directory is damaged');
  const from = header + fileHeader.size + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  if (from + packed > zip.length) return refuse('its directory is damaged');
  const data = zip.subarray(from, from + packed);
  if (method === stored) return data.length > maxBytes ? refuse('it is too large') : data;
  if (method !== deflated) return refuse(`it is packed by method ${method}`);
  return inflateRawSync(data, { maxOutputLength: maxBytes });
}
