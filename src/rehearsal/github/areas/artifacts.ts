import type { ArtifactData } from '../data.js';
import { deleteArtifact, listArtifacts } from '../artifact-files.js';
import { type Answer, type Call, noContent, notFound, numberOf, ok } from '../http.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl, nodeId } from '../shapes.js';
import { blobUrl } from './blobs.js';
import { findRun } from './runs.js';

const base = '/repos/{owner}/{repo}/actions';

export const artifactRoutes: readonly Route[] = [
  route(`GET ${base}/artifacts`, 'actions/list-artifacts-for-repo', ['actions:read'], listAll),
  route(
    `GET ${base}/runs/{run_id}/artifacts`,
    'actions/list-workflow-run-artifacts',
    ['actions:read'],
    ofRun,
  ),
  route(`GET ${base}/artifacts/{artifact_id}`, 'actions/get-artifact', ['actions:read'], get),
  route(
    `GET ${base}/artifacts/{artifact_id}/{archive_format}`,
    'actions/download-artifact',
    ['actions:read'],
    download,
  ),
  route(`DELETE ${base}/artifacts/{artifact_id}`, 'actions/delete-artifact', ['actions:write'], remove),
];

function show({ repo, urls }: Call, artifact: ArtifactData): object {
  const url = `${apiUrl(repo, urls)}/actions/artifacts/${artifact.id}`;
  const run = repo.data.runs.find(({ id }) => id === artifact.run);
  return {
    id: artifact.id,
    node_id: nodeId('AR', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: expired(artifact),
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    digest: artifact.digest,
    workflow_run: run && {
      id: run.id,
      repository_id: repo.data.id,
      head_repository_id: repo.data.id,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  };

  function expired({ expiresAt }: ArtifactData): boolean {
    return Date.parse(expiresAt) < repo.clock().getTime();
  }
}

function find({ repo, params }: Call): ArtifactData {
  const id = numberOf(params.artifact_id);
  const found = repo.data.artifacts.find((artifact) => artifact.id === id && artifact.size !== null);
  if (found === undefined) throw notFound();
  return found;
}

function page(call: Call, all: readonly ArtifactData[], path: string): Answer {
  const name = call.query.get('name');
  const found = all.filter((artifact) => name === null || artifact.name === name);
  return paged(call, found.toReversed(), {
    path: `${apiUrl(call.repo, call.urls)}/actions/${path}`,
    wrap: (items) => ({
      total_count: found.length,
      artifacts: (items as ArtifactData[]).map((artifact) => show(call, artifact)),
    }),
  });
}

function listAll(call: Call): Answer {
  const whole = call.repo.data.artifacts.filter(({ size }) => size !== null);
  return page(call, whole, 'artifacts');
}

function ofRun(call: Call): Answer {
  const { id } = findRun(call);
  return page(call, listArtifacts(call.repo, id), `runs/${id}/artifacts`);
}

function get(call: Call): Answer {
  return ok(show(call, find(call)));
}

function download(call: Call): Answer {
  const artifact = find(call);
  if (call.params.archive_format !== 'zip') throw notFound();
  return { status: 302, headers: { location: blobUrl(call.repo, call.urls, artifact.blob) } };
}

async function remove(call: Call): Promise<Answer> {
  await deleteArtifact(call.repo, find(call));
  return noContent;
}
