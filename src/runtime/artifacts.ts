import { lstat, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifacts, OnlyFile, RunContext } from '../actions/dependencies.js';
import { UserError, messageOf } from '../common/errors.js';
import { formatBytes } from '../common/text.js';
import { readOnlyFile, refusal } from './only-file.js';

/** Artifacts by the toolkit, which is large: it is loaded at the first use. */
export function toolkitArtifacts(run: RunContext): Artifacts {
  const client = async () => new (await import('@actions/artifact')).DefaultArtifactClient();
  return {
    async upload(name, files, root, options = {}) {
      const artifacts = await client();
      const upload = () =>
        artifacts.uploadArtifact(name, [...files], root, {
          ...(options.retentionDays !== undefined && { retentionDays: options.retentionDays }),
        });
      try {
        const { id, digest } = await upload().catch(async (error: unknown) => {
          // An artifact cannot be overwritten: what an earlier attempt of this job left is replaced.
          if (!/\(409\)|already exists/i.test(messageOf(error))) throw error;
          await artifacts.deleteArtifact(name).catch(() => undefined);
          return upload();
        });
        return { id: id ?? 0, ...(digest !== undefined && { digest }) };
      } catch (error) {
        throw refused(`the artifact ${name} cannot be uploaded`, error);
      }
    },
    async download(name, folder, from, only) {
      const artifacts = await client();
      const findBy = from && {
        findBy: {
          token: from.token,
          workflowRunId: from.runId,
          repositoryOwner: run.owner,
          repositoryName: run.repository,
        },
      };
      const found = await artifacts.getArtifact(name, findBy).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ArtifactNotFoundError') return undefined;
        throw refused(`the artifact ${name} cannot be looked for`, error);
      });
      if (found === undefined) return undefined;
      const { id, size } = found.artifact;
      const downloadTo = (path: string, more: { skipDecompress?: boolean } = {}): Promise<unknown> =>
        artifacts.downloadArtifact(id, { path, ...findBy, ...more }).catch((error: unknown) => {
          throw refused(`the artifact ${name} cannot be downloaded`, error);
        });
      if (only === undefined) await downloadTo(folder);
      else {
        if (size > only.maxBytes) throw refusal(name, only, `it has ${formatBytes(size)}`);
        await unpackOnly(only, name, folder, (path) => downloadTo(path, { skipDecompress: true }));
      }
      return { id };
    },
  };
}

/**
 * Downloads an artifact as the ZIP file that it is, and takes one file of it. GitHub's word on the size was asked
 * before; where that was wrong, it is only seen after the download.
 */
async function unpackOnly(
  only: OnlyFile,
  name: string,
  folder: string,
  downloadTo: (path: string) => Promise<unknown>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const packed = await mkdtemp(join(folder, '.packed-'));
  try {
    await downloadTo(packed);
    const [file, ...others] = await readdir(packed);
    if (file === undefined || others.length > 0) throw refusal(name, only, 'it is no ZIP file');
    const { size } = await lstat(join(packed, file));
    if (size > only.maxBytes) throw refusal(name, only, `it has ${formatBytes(size)}`);
    const bytes = readOnlyFile(await readFile(join(packed, file)), only, name);
    await writeFile(join(folder, only.file), bytes, { flag: 'wx' });
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
}

/** The toolkit throws plain errors, whose words are GitHub's. */
function refused(message: string, cause: unknown): UserError {
  return new UserError(
    {
      message: `${message} (${messageOf(cause)})`,
      remedy:
        'run the job again; if it stays, look at https://www.githubstatus.com, at the storage that is left to the account, and whether the runner reaches GitHub’s artifact service',
    },
    { cause },
  );
}
