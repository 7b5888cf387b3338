import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Stage as Story, people } from '../../src/cli/tour/stage.js';
import { rehearse } from '../../src/rehearsal/rehearse.js';
import type { Decision } from '../../src/rehearsal/runner/events.js';
import type { RunEvent } from '../../src/rehearsal/runner/setup.js';
import { Bench, node24, projectFolder } from '../rehearsal/runner/harness.js';
import { Stage as Platform } from '../rollout/stage.js';
import { projectFiles } from './project.js';

const approval: Decision = { user: people.approver, state: 'approved', comment: 'looks good' };

interface Shown {
  readonly environment: string;
  readonly ref: string;
  readonly statuses: readonly { readonly state: string }[];
}

/** A repository with a small model and the templates, a platform that serves it, and the people who work on it. */
export class World {
  readonly bench: Bench;
  readonly production: Platform;
  readonly staging: Platform;
  readonly #story: Story;
  #changes = 0;

  private constructor(bench: Bench, story: Story, staging: Platform, production: Platform) {
    this.bench = bench;
    this.staging = staging;
    this.production = production;
    this.#story = story;
  }

  static async open(): Promise<World> {
    const bench = await Bench.open();
    const { hub, repository, folder } = bench;
    mkdirSync(join(folder, 'platform'));
    const staging = await Platform.open(join(folder, 'platform/staging'), {});
    const production = await Platform.open(join(folder, 'platform/production'), {});
    const story = new Story({ hub, repository, root: projectFolder, source: join(folder, 'source') });
    await story.open({ SERVING_URL: production.url });
    return new World(bench, story, staging, production);
  }

  /** A pull request that brings a model of this skill. */
  async propose(skill: number): Promise<{ number: number; event: RunEvent }> {
    const files = await projectFiles(skill, join(this.bench.folder, 'platform'));
    const title = `Skill ${skill}, change ${++this.#changes}`;
    return this.#story.propose(title, `change-${this.#changes}`, files);
  }

  merge(number: number): Promise<RunEvent> {
    return this.#story.merge(number);
  }

  async dispatch(inputs: Readonly<Record<string, string>>): Promise<RunEvent> {
    return { ...(await this.#story.scheduled()), name: 'workflow_dispatch', payload: { inputs } };
  }

  /** Runs one workflow, with an empty log. */
  async happens(event: RunEvent, workflow: string, decision = approval) {
    const { hub, repository, folder, events } = this.bench;
    events.splice(0);
    const { runs } = await rehearse({
      ...{ hub, repository, event, node24 },
      workflow: `.github/workflows/${workflow}`,
      approve: () => decision,
      suite: { folder: projectFolder, name: 'mlops-actions/suite' },
      workFolder: join(folder, 'work'),
      reporter: { report: (one) => events.push(one) },
    });
    const [run] = runs;
    const jobs = Object.entries(run!.jobs).map(([id, job]) => [id, job.conclusion]);
    return { conclusion: run!.conclusion, jobs: Object.fromEntries(jobs) as Record<string, string> };
  }

  /** Errors that the steps of the last workflow showed. */
  errors(): string {
    return this.bench
      .of('annotation')
      .filter(({ level }) => level === 'error')
      .map(({ message }) => message)
      .join('\n');
  }

  /** Versions, deployments as `environment ref state < state`, oldest first, and issues. */
  async record() {
    const { releases, deployments, issues } = await this.bench.hub.state();
    return {
      releases: (releases as { tag_name: string }[]).map((release) => release.tag_name).sort(),
      deployments: (deployments as Shown[]).map(
        ({ environment, ref, statuses }) =>
          `${environment} ${ref} ${statuses.map(({ state }) => state).join(' < ')}`,
      ),
      issues: (issues as { state: string; title: string }[]).map(({ state, title }) => `${state}: ${title}`),
      serving: [this.staging.read('champion'), this.production.read('champion')],
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.staging.close(), this.production.close()]);
    await this.bench.close();
  }
}
