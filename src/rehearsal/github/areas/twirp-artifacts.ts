import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { deleteArtifact, listArtifacts, reserveArtifact } from '../artifact-files.js';
import type { ArtifactData } from '../data.js';
import { text } from '../http.js';
import { type ServiceCall, ServiceError, type ServiceMethod } from '../twirp.js';
import { blobUrl } from './blobs.js';

/** The toolkit's artifact service; numbers of 64 bits travel as texts. */
export const artifactMethods: Readonly<Record<string, ServiceMethod>> = {
  CreateArtifact: create,
  FinalizeArtifact: finalize,
  ListArtifacts: list,
  GetSignedArtifactURL: signedUrl,
  DeleteArtifact: remove,
};

function nameOf({ body }: ServiceCall): string {
  const name = text(body, 'name') ?? '';
  if (name === '' || /["<>|*?\r\n\\/:]/.test(name)) {
    throw new ServiceError(400, 'invalid_argument', `"${name}" is no name for an artifact`);
  }
  return name;
}

/** A job sees the artifacts of its own run only; those of others are had by REST. */
function runOf({ run, body }: ServiceCall): number {
  if (text(body, 'workflow_run_backend_id') !== String(run)) {
    throw new ServiceError(403, 'permission_denied', 'the token is for another run');
  }
  return run;
}

function find(call: ServiceCall): ArtifactData {
  const name = nameOf(call);
  const found = listArtifacts(call.repo, runOf(call)).find((artifact) => artifact.name === name);
  if (found === undefined) throw new ServiceError(404, 'not_found', `there is no artifact "${name}"`);
  return found;
}

function create(call: ServiceCall): object {
  const { repo, urls, body } = call;
  const name = nameOf(call);
  const mime = text(body, 'mime_type');
  const artifact = reserveArtifact(repo, runOf(call), name, text(body, 'expires_at'), mime);
  if (artifact === undefined) {
    throw new ServiceError(
      409,
      'already_exists',
      `an artifact with the name "${name}" already exists on the workflow run`,
    );
  }
  return { ok: true, signed_upload_url: blobUrl(repo, urls, artifact.blob) };
}

async function finalize(call: ServiceCall): Promise<object> {
  const { repo, body } = call;
  const run = runOf(call);
  const name = nameOf(call);
  const artifact = repo.data.artifacts.findLast((one) => one.run === run && one.name === name);
  const file = artifact && repo.blob(artifact.blob);
  const size = file && (await stat(file).catch(() => undefined))?.size;
  if (artifact === undefined || file === undefined || size === undefined) {
    throw new ServiceError(404, 'not_found', `nothing was uploaded for the artifact "${name}"`);
  }
  if (text(body, 'size') !== undefined && text(body, 'size') !== String(size)) {
    throw new ServiceError(400, 'invalid_argument', `${size} bytes were uploaded, not ${text(body, 'size')}`);
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  Object.assign(artifact, { size, digest: `sha256:${hash.digest('hex')}` });
  return { ok: true, artifact_id: String(artifact.id) };
}

function list(call: ServiceCall): object {
  const { repo, body, job } = call;
  const run = runOf(call);
  const name = text(body, 'name_filter');
  const id = text(body, 'id_filter');
  const found = listArtifacts(repo, run).filter(
    (artifact) =>
      (name === undefined || artifact.name === name) && (id === undefined || String(artifact.id) === id),
  );
  return {
    artifacts: found.map((artifact) => ({
      workflow_run_backend_id: String(run),
      workflow_job_run_backend_id: job,
      database_id: String(artifact.id),
      name: artifact.name,
      size: String(artifact.size),
      created_at: artifact.createdAt,
      digest: artifact.digest,
    })),
  };
}

function signedUrl(call: ServiceCall): object {
  return { signed_url: blobUrl(call.repo, call.urls, find(call).blob) };
}

async function remove(call: ServiceCall): Promise<object> {
  const artifact = find(call);
  await deleteArtifact(call.repo, artifact);
  return { ok: true, artifact_id: String(artifact.id) };
}
