import { safeParse } from 'valibot';
import { type DeploymentPayload, deploymentPayloadSchema, deploymentTask } from '../formats/deployment.js';
import type { Deployment, DeploymentStatus, GitHub } from '../github/types.js';
import { versionOfTag } from './version.js';

export interface LiveVersion {
  /** `1.2.0`. */
  readonly version: string;
  readonly tag: string;
  readonly deployment: Deployment;
  readonly payload: DeploymentPayload;
}

export interface PastVersion extends LiveVersion {
  /** Newest first. */
  readonly statuses: readonly DeploymentStatus[];
  /** When it went live; undefined when it never did. ISO 8601. */
  readonly liveFrom?: string;
  /** When it ceased to be live; undefined while it is, and when it never was. */
  readonly liveUntil?: string;
}

/** What serves in an environment: the newest deployment of the model there whose latest status is success. */
export async function liveVersion(
  github: GitHub,
  model: string,
  environment: string,
): Promise<LiveVersion | undefined> {
  for await (const found of ours(github, model, environment)) {
    const [latest] = await github.deployments.statuses(found.deployment.id);
    if (latest?.state === 'success') return found;
  }
  return undefined;
}

/** Every deployment of a model to an environment, newest first, and when each was live. */
export async function history(github: GitHub, model: string, environment: string): Promise<PastVersion[]> {
  const past: PastVersion[] = [];
  /** When the next newer one went live. */
  let replacedAt: string | undefined;
  for await (const found of ours(github, model, environment)) {
    const statuses = await github.deployments.statuses(found.deployment.id);
    const first = statuses.findLastIndex(({ state }) => state === 'success');
    const liveFrom = statuses[first]?.createdAt;
    if (liveFrom === undefined) {
      past.push({ ...found, statuses });
      continue;
    }
    // What was replaced should be marked; whoever forgot that was replaced all the same.
    const ended = statuses.slice(0, first).findLast(({ state }) => state !== 'success')?.createdAt;
    const liveUntil = [ended, replacedAt].filter((time) => time !== undefined).sort()[0];
    past.push({ ...found, statuses, liveFrom, ...(liveUntil !== undefined && { liveUntil }) });
    replacedAt = liveFrom;
  }
  return past;
}

/** What was live at a time; undefined when nothing was. */
export function liveAt(past: readonly PastVersion[], time: Date): PastVersion | undefined {
  return past.find(
    ({ liveFrom, liveUntil }) =>
      liveFrom !== undefined &&
      Date.parse(liveFrom) <= time.getTime() &&
      (liveUntil === undefined || Date.parse(liveUntil) > time.getTime()),
  );
}

/**
 * The last good version before the one that is live: it was live itself, and nobody rolled back from it since.
 * Undefined when there is none.
 */
export function previousGood(past: readonly PastVersion[]): PastVersion | undefined {
  const live = past.find(({ statuses }) => statuses[0]?.state === 'success');
  const bad = new Set<string>();
  if (live !== undefined) bad.add(live.version);
  for (const found of past) {
    if (found.liveFrom === undefined) continue;
    if (!bad.has(found.version)) return found;
    if (found.payload.cause === 'rollback' && found.payload.replaces !== null)
      bad.add(found.payload.replaces);
  }
  return undefined;
}

/** Deployments that we made; others may use the same task, and are none of ours. */
async function* ours(github: GitHub, model: string, environment: string): AsyncGenerator<LiveVersion> {
  for await (const deployment of github.deployments.list({ environment, task: deploymentTask(model) })) {
    const parsed = safeParse(deploymentPayloadSchema, deployment.payload);
    if (!parsed.success || parsed.output.model !== model) continue;
    const { output: payload } = parsed;
    if (versionOfTag(model, deployment.ref) !== payload.version) continue;
    yield { version: payload.version, tag: deployment.ref, deployment, payload };
  }
}
