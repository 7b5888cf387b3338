import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/** MD5 of a file's bytes, as `dvc add` (3.x) records it. */
export async function md5OfFile(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * What `dvc add` records for a folder with these files and no others: the MD5 of the list of its files, as Python's
 * json writes it, and `.dir`.
 * @param files paths relative to the folder, with `/`
 */
export function dvcFolderDigest(files: readonly { readonly path: string; readonly md5: string }[]): string {
  const list = [...files]
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    .map(({ path, md5 }) => `{"md5": ${pythonText(md5)}, "relpath": ${pythonText(path)}}`);
  return `${createHash('md5')
    .update(`[${list.join(', ')}]`)
    .digest('hex')}.dir`;
}

/** json.dumps of a text: everything but printable ASCII is escaped. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The digests of a data set's files, and of the nearest folder that holds them all. */
export async function dvcDigests(
  files: readonly string[],
): Promise<{ readonly folder: string; readonly digest: string; readonly md5: readonly string[] }> {
  const md5: string[] = [];
  for (const file of files) md5.push(await md5OfFile(file));
  const folder = commonFolder(files);
  const entries = files.map((file, i) => ({
    path: relative(folder, file).split(sep).join('/'),
    md5: md5[i]!,
  }));
  return { folder, digest: dvcFolderDigest(entries), md5 };
}

function commonFolder(files: readonly string[]): string {
  const parts = files.map((file) => dirname(file).split(sep));
  const [first = []] = parts;
  let shared = 0;
  while (shared < first.length && parts.every((path) => path[shared] === first[shared])) shared++;
  return first.slice(0, shared).join(sep) || sep;
}
