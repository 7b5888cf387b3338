import { arch, platform } from 'node:os';
import { dirname } from 'node:path';
import type { RunSetup } from './setup.js';
import { type Mapping, type Value, isMappingValue, toText } from './values.js';
import type { Workflow } from './workflow.js';

const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
const architectures: Readonly<Record<string, string>> = {
  x64: 'X64',
  arm64: 'ARM64',
  ia32: 'X86',
  arm: 'ARM',
};

/** Where a job works. Absolute paths. */
export interface JobPlaces {
  readonly workspace: string;
  readonly temp: string;
}

/** What the context `github` is made of. */
export type GithubFacts = Pick<RunSetup, 'hub' | 'repository' | 'event' | 'info' | 'fork'> & {
  readonly eventFile?: string;
};

/** The context `github`, less what changes from step to step. */
export function githubContext(
  setup: GithubFacts,
  workflow: Workflow,
  job: string,
  token: string,
  places?: JobPlaces,
): Mapping {
  const { hub, repository, event, info } = setup;
  const pull = isMappingValue(event.payload.pull_request) ? event.payload.pull_request : undefined;
  const branch = (side: string): string => {
    const end = pull?.[side];
    return isMappingValue(end) ? toText(end.ref) : '';
  };
  const [refName, refType] = splitRef(event.ref);
  return {
    actor: event.actor,
    actor_id: '1',
    api_url: hub.apiUrl,
    base_ref: branch('base'),
    event: event.payload,
    event_name: event.name,
    event_path: setup.eventFile ?? '',
    graphql_url: `${hub.apiUrl.replace(/\/v3$/, '')}/graphql`,
    head_ref: branch('head'),
    job,
    ref: event.ref,
    ref_name: refName,
    ref_protected: false,
    ref_type: refType,
    repository: `${repository.owner}/${repository.name}`,
    repository_id: '1',
    repository_owner: repository.owner,
    repository_owner_id: '1',
    repositoryUrl: `${hub.serverUrl}/${repository.owner}/${repository.name}.git`,
    retention_days: '90',
    run_attempt: String(info.attempt),
    run_id: String(info.id),
    run_number: String(info.number),
    secret_source: setup.fork ? 'None' : 'Actions',
    server_url: hub.serverUrl,
    sha: event.sha,
    token,
    triggering_actor: event.actor,
    // A called workflow shows the name of its caller.
    workflow: info.workflow,
    workflow_ref: `${repository.owner}/${repository.name}/${info.path}@${event.ref}`,
    workflow_sha: event.sha,
    workspace: places?.workspace ?? '',
    ...(workflow.path !== info.path && { job_workflow_sha: event.sha }),
  };
}

function splitRef(ref: string): [name: string, type: 'branch' | 'tag'] {
  if (ref.startsWith('refs/tags/')) return [ref.slice('refs/tags/'.length), 'tag'];
  return [ref.replace(/^refs\/(heads|pull)\//, ''), 'branch'];
}

const exported = [
  ...[
    'actor',
    'actor_id',
    'api_url',
    'base_ref',
    'event_name',
    'event_path',
    'graphql_url',
    'head_ref',
    'job',
  ],
  ...['ref', 'ref_name', 'ref_protected', 'ref_type', 'repository', 'repository_id', 'repository_owner'],
  ...['repository_owner_id', 'retention_days', 'run_attempt', 'run_id', 'run_number', 'server_url', 'sha'],
  ...['triggering_actor', 'workflow', 'workflow_ref', 'workflow_sha', 'workspace'],
];

/** `GITHUB_*` as every step gets them; the token is not among them. */
export function githubEnvironment(github: Mapping): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(exported.map((key) => [`GITHUB_${key.toUpperCase()}`, toText(github[key])])),
  };
}

/** The context `runner`. */
export function runnerContext(setup: RunSetup, places: JobPlaces): Record<string, Value> {
  return {
    name: 'rehearsal',
    os: systems[platform()] ?? platform(),
    arch: architectures[arch()] ?? arch(),
    temp: places.temp,
    tool_cache: setup.toolFolder,
    workspace: dirname(places.workspace),
    environment: 'self-hosted',
    ...(setup.debug && { debug: '1' }),
  };
}

export function runnerEnvironment(runner: Record<string, Value>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(runner).map(([key, value]) => [`RUNNER_${key.toUpperCase()}`, toText(value)]),
  );
}
