import { parse } from 'yaml';
import {
  ApiError,
  type Answer,
  type Call,
  flag,
  isRecord,
  noContent,
  notFound,
  ok,
  required,
  text,
} from '../http.js';
import { type Route, route } from '../routes.js';
import { apiUrl, htmlUrl } from '../shapes.js';
import type { RunData } from '../data.js';
import { workflowId } from './run-shapes.js';
import type { Repo } from '../store.js';

export const dispatchRoutes: readonly Route[] = [
  route(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    'actions/create-workflow-dispatch',
    ['actions:write'],
    workflow,
  ),
  route(
    'POST /repos/{owner}/{repo}/dispatches',
    'repos/create-dispatch-event',
    ['contents:write'],
    repository,
  ),
];

async function workflow(call: Call): Promise<Answer> {
  const { repo, body, urls, identity } = call;
  const given = required(body, 'ref');
  const file = await workflowFile(repo, call.params.workflow_id ?? '');
  const ref = given.replace(/^refs\/(heads|tags)\//, '');
  const sha = await repo.git.commit(ref);
  if (sha === undefined) throw new ApiError(422, `No ref found for: ${given}`);
  const { name, trigger } = await readTrigger(repo, sha, file);
  const inputs = checkInputs(trigger, isRecord(body.inputs) ? body.inputs : {});
  const run = reserveRun(repo, {
    workflow: file,
    name: name ?? `.github/workflows/${file}`,
    event: 'workflow_dispatch',
    headSha: sha,
    headBranch: ref,
    actor: identity.login,
  });
  const later = (): void =>
    repo.dispatched({ kind: 'workflow', runId: run.id, workflow: file, ref: given, inputs });
  if (flag(body, 'return_run_details') !== true) return { ...noContent, later };
  return {
    ...ok({
      workflow_run_id: run.id,
      run_url: `${apiUrl(repo, urls)}/actions/runs/${run.id}`,
      html_url: `${htmlUrl(repo, urls)}/actions/runs/${run.id}`,
    }),
    later,
  };
}

/** The record of a run that is queued. */
export function reserveRun(
  repo: Repo,
  about: Pick<RunData, 'workflow' | 'name' | 'event' | 'headSha' | 'headBranch' | 'actor'>,
): RunData {
  const now = repo.now();
  const run: RunData = {
    ...about,
    id: repo.id(),
    number: 1 + repo.data.runs.filter((other) => other.workflow === about.workflow).length,
    attempt: 1,
    pulls: [],
    status: 'queued',
    conclusion: null,
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    jobs: [],
    pending: [],
    approvals: [],
  };
  repo.data.runs.push(run);
  return run;
}

/** A workflow is known by its file's name or its id, once the default branch has it. */
async function workflowFile(repo: Repo, wanted: string): Promise<string> {
  const tree = `refs/heads/${repo.data.defaultBranch}:.github/workflows`;
  const { stdout } = await repo.git.run(['ls-tree', '-z', '--name-only', tree]);
  const files = stdout.toString().split('\0');
  const found = files.find((file) => file !== '' && (file === wanted || String(workflowId(file)) === wanted));
  if (found === undefined) throw notFound();
  return found;
}

async function readTrigger(
  repo: Repo,
  sha: string,
  file: string,
): Promise<{ name: string | undefined; trigger: Record<string, unknown> }> {
  const blob = await repo.git.parse(`${sha}:.github/workflows/${file}`);
  const content: unknown =
    blob === undefined ? undefined : parse((await repo.git.read('blob', blob)).toString());
  const on = isRecord(content) ? content.on : undefined;
  const listed = on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'));
  if (!listed && !(isRecord(on) && 'workflow_dispatch' in on)) {
    throw new ApiError(422, "Workflow does not have 'workflow_dispatch' trigger");
  }
  const trigger = isRecord(on) && isRecord(on.workflow_dispatch) ? on.workflow_dispatch : {};
  return { name: isRecord(content) ? text(content, 'name') : undefined, trigger };
}

function checkInputs(
  trigger: Record<string, unknown>,
  given: Record<string, unknown>,
): Record<string, string> {
  const declared = isRecord(trigger.inputs) ? trigger.inputs : {};
  if (Object.keys(given).length > 25)
    throw new ApiError(422, 'Invalid request.\n\nNo more than 25 properties are allowed; inputs.');
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) {
    throw new ApiError(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  }
  const values: Record<string, string> = {};
  for (const [name, input] of Object.entries(declared)) {
    const about = isRecord(input) ? input : {};
    const value = given[name] ?? about.default;
    if (value === undefined && about.required === true) {
      throw new ApiError(422, `Required input '${name}' not provided`);
    }
    if (about.type === 'choice' && Array.isArray(about.options) && value !== undefined) {
      if (!about.options.map(String).includes(String(value))) {
        throw new ApiError(
          422,
          `Provided value '${String(value)}' for input '${name}' not in the list of allowed values`,
        );
      }
    }
    values[name] =
      value === undefined || value === null ? (about.type === 'boolean' ? 'false' : '') : String(value);
  }
  return values;
}

function repository({ repo, body }: Call): Answer {
  const eventType = required(body, 'event_type');
  const payload = body.client_payload ?? {};
  if (eventType === '' || eventType.length > 100) {
    throw new ApiError(422, 'Invalid request.\n\nOnly 100 characters are allowed; event_type.');
  }
  if (!isRecord(payload))
    throw new ApiError(422, "Invalid request.\n\nFor 'client_payload', it is not an object.");
  if (Object.keys(payload).length > 10) {
    throw new ApiError(
      422,
      `Invalid request.\n\nNo more than 10 properties are allowed; ${Object.keys(payload).length} were supplied.`,
    );
  }
  if (JSON.stringify(payload).length >= 65_536) throw new ApiError(422, 'client_payload is too large.');
  return { ...noContent, later: () => repo.dispatched({ kind: 'repository', eventType, payload }) };
}
