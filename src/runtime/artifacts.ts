import type { Artifacts, RunContext } from '../actions/dependencies.js';

/** Artifacts by the toolkit, which is large: it is loaded at the first use. */
export function toolkitArtifacts(run: RunContext): Artifacts {
  const client = async () => new (await import('@actions/artifact')).DefaultArtifactClient();
  return {
    async upload(name, files, root, options = {}) {
      const artifacts = await client();
      // An artifact cannot be overwritten: what an earlier attempt of this job left is replaced.
      await artifacts.deleteArtifact(name).catch(() => undefined);
      const { id, digest } = await artifacts.uploadArtifact(name, [...files], root, {
        ...(options.retentionDays !== undefined && { retentionDays: options.retentionDays }),
      });
      return { id: id ?? 0, ...(digest !== undefined && { digest }) };
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
        throw error;
      });
      if (found === undefined) return undefined;
      await artifacts.downloadArtifact(found.artifact.id, { path: folder, ...findBy });
      return { id: found.artifact.id };
    },
  };
}
