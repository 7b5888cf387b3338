import type { Artifacts, RunContext } from '../actions/dependencies.js';
import { UserError, messageOf } from '../common/errors.js';

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
    async download(name, folder, from) {
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
      await artifacts
        .downloadArtifact(found.artifact.id, { path: folder, ...findBy })
        .catch((error: unknown) => {
          throw refused(`the artifact ${name} cannot be downloaded`, error);
        });
      return { id: found.artifact.id };
    },
  };
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
