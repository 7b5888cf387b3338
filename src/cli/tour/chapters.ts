import { UserError } from '../../common/errors.js';
import { formatInteger } from '../../common/text.js';
import type { HubState } from '../../rehearsal/types.js';
import type { Conclusion } from '../../rehearsal/runner/events.js';
import type { RunEvent } from '../../rehearsal/runner/setup.js';
import type { Narrator } from './narrator.js';
import type { Serving } from './serving.js';
import type { Stage } from './stage.js';

export interface Scene {
  readonly stage: Stage;
  readonly serving: Serving;
  readonly narrator: Narrator;
  /** Paths of the months of flights, by their number. */
  readonly months: Readonly<Record<string, string>>;
  /** Runs the workflow that a happening starts, and those that it dispatches. */
  happens(
    event: RunEvent,
    workflow: string,
  ): Promise<readonly { workflow: string; conclusion: Conclusion }[]>;
}

interface Titled {
  readonly title?: string;
  readonly html_url?: string;
  readonly state?: string;
  readonly number?: number;
}

/** The whole life of a model, told by the workflows of the templates. */
export async function tellStory(scene: Scene): Promise<void> {
  await firstModelIsProposed(scene);
  await firstModelGoesLive(scene);
  await betterModelEarnsItsPlace(scene);
  await badModelIsCaught(scene);
  await monthsPass(scene);
}

const first = { branch: 'first-model', title: 'Predict which flights will be late' };

async function firstModelIsProposed({ stage, narrator, happens }: Scene): Promise<void> {
  narrator.chapter('A pull request brings the first model');
  const { number, event } = await stage.propose(first.title, first.branch, await stage.project());
  narrator.say(`pull request #${number}: ${first.title}`);
  expectEnd(await happens(event, 'model-pull-request.yml'), 'success');
  await tellComment(stage, narrator);
}

async function firstModelGoesLive({ stage, narrator, happens }: Scene): Promise<void> {
  narrator.chapter('It is reviewed, merged and delivered');
  expectEnd(await happens(await stage.merge(1), 'model-delivery.yml'), 'success');
  await tellLive(stage, narrator, 'v1.0.0');
}

async function betterModelEarnsItsPlace({ stage, narrator, happens, serving }: Scene): Promise<void> {
  narrator.chapter('A better model is promoted over the champion, under real requests');
  const title = 'Look at the hour at each airport, and learn deeper';
  const { number, event } = await stage.propose(title, 'better-model', await stage.change('2-better-model'));
  narrator.say(`pull request #${number}: ${title}`);
  expectEnd(await happens(event, 'model-pull-request.yml'), 'success');
  await tellComment(stage, narrator);
  expectEnd(await happens(await stage.merge(number), 'model-delivery.yml'), 'success');
  await tellLive(stage, narrator, 'v1.1.0');
  const { arms } = await serving.signals('production');
  narrator.found(`production serves ${arms.champion?.version ?? 'nothing'}`);
}

async function badModelIsCaught({ stage, narrator, happens, serving }: Scene): Promise<void> {
  narrator.chapter('A change takes a check out of the gate, and fails when it serves: the canary catches it');
  const title = 'Take the route’s own history into account';
  const { number } = await stage.propose(title, 'skewed-serving', await stage.change('3-skewed-serving'));
  narrator.say(`pull request #${number}: ${title}; the gate shall not look at the server any more`);
  expectEnd(await happens(await stage.merge(number), 'model-delivery.yml'), 'failure');
  // Released and in staging: it was the canary that stopped it, and nothing before.
  await tellLive(stage, narrator, 'v1.2.0');
  const { arms } = await serving.signals('production');
  narrator.found(
    `production still serves ${arms.champion?.version ?? 'nothing'}: ${formatInteger(arms.champion?.requests ?? 0)} requests, ` +
      `${arms.champion?.error ?? 0} of them with an error`,
  );
  await tellIssues(stage, narrator);
  const revert = await stage.revert(number, {
    ...(await stage.project()),
    ...(await stage.change('2-better-model')),
  });
  narrator.say(`the change is reverted: pull request #${revert}`);
}

async function monthsPass({ stage, narrator, happens, months }: Scene): Promise<void> {
  narrator.chapter('Months pass: the flights of May are not those of winter');
  await stage.deliver(months['05']!, 'latest.csv');
  expectEnd(await happens(await stage.scheduled(), 'model-drift.yml'), 'success');
  await tellIssues(stage, narrator);

  narrator.chapter('The next day it still drifts: the same issue, no second request');
  expectEnd(await happens(await stage.scheduled(), 'model-drift.yml'), 'success');
  await tellIssues(stage, narrator);

  narrator.chapter('June is as it was: the issue is closed');
  await stage.deliver(months['06']!, 'latest.csv');
  expectEnd(await happens(await stage.scheduled(), 'model-drift.yml'), 'success');
  await tellIssues(stage, narrator);
}

/** The story is a promise: when a workflow ends otherwise than it tells, `npm start` fails. */
function expectEnd(runs: readonly { workflow: string; conclusion: Conclusion }[], wanted: Conclusion): void {
  const [run] = runs;
  if (run === undefined) throw new UserError('no workflow was started');
  const others = runs
    .slice(1)
    .filter(({ conclusion }) => conclusion !== 'success' && conclusion !== 'skipped');
  if (run.conclusion === wanted && others.length === 0) return;
  const [wrong] = run.conclusion === wanted ? others : [run];
  throw new UserError({
    message: `“${wrong!.workflow}” ended with ${wrong!.conclusion}, not with ${run === wrong ? wanted : 'success'}`,
    remedy: 'read its log in .rehearsal/logs, or start again',
  });
}

async function tellComment(stage: Stage, narrator: Narrator): Promise<void> {
  const { comments } = await stage.hub.state();
  const body = (comments.at(-1) as { body?: string } | undefined)?.body ?? '';
  const shown = body.split('\n').filter((line) => /^(## |\*\*)/.test(line));
  for (const line of shown.slice(0, 2)) narrator.found(line.replace(/^## |\*\*/g, ''));
}

async function tellLive(stage: Stage, narrator: Narrator, tag: string): Promise<void> {
  const { releases, deployments } = await stage.hub.state();
  const release = releases.find((r) => (r as { tag_name: string }).tag_name.endsWith(`@${tag}`));
  if (release === undefined) throw new UserError(`the release ${tag} is missing`);
  const { tag_name, assets } = release as { tag_name: string; assets: readonly object[] };
  narrator.found(`release ${tag_name} with ${assets.length} files`);
  for (const item of live(deployments)) narrator.found(`${item.environment} is ${item.ref}`);
}

/** Newest deployment of each environment whose latest status is success. */
function live(deployments: HubState['deployments']): readonly { environment: string; ref: string }[] {
  type Record = { id: number; environment: string; ref: string; statuses: readonly { state: string }[] };
  const found = new Map<string, Record>();
  const newestFirst = [...(deployments as readonly Record[])].sort((a, b) => b.id - a.id);
  for (const item of newestFirst) {
    if (item.statuses[0]?.state === 'success' && !found.has(item.environment))
      found.set(item.environment, item);
  }
  return [...found.values()];
}

async function tellIssues(stage: Stage, narrator: Narrator): Promise<void> {
  const { issues } = await stage.hub.state();
  for (const issue of issues as readonly Titled[]) {
    narrator.found(`issue #${issue.number} (${issue.state}): ${issue.title}`);
  }
}
