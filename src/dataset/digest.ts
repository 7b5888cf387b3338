import { createHash } from 'node:crypto';

/**
 * Digest of a data set: SHA-256 over the sorted lines `<sha256 of the file>  <name>`, as sha256sum writes them.
 * @param files names as people see them (not absolute, so that another machine finds the same digest)
 */
export function datasetDigest(files: readonly { readonly name: string; readonly sha256: string }[]): string {
  const lines = files
    .map(({ name, sha256 }) => ({ name, line: `${sha256}  ${name}\n` }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const hash = createHash('sha256');
  for (const { line } of lines) hash.update(line);
  return `sha256:${hash.digest('hex')}`;
}
