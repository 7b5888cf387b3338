import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../common/clock.js';
import { formatDuration, formatInteger } from '../common/text.js';
import { RecordingLogger } from '../common/logger.js';
import { locateDuckdb } from '../runtime/duckdb.js';
import { LocalGitHub } from '../rehearsal/github/server.js';
import { endOrphans, rehearse } from '../rehearsal/rehearse.js';
import type { RehearsalEvent } from '../rehearsal/runner/events.js';
import { exportPages } from './tour/pages.js';
import { tellStory } from './tour/chapters.js';
import { prepareMonths } from './tour/data.js';
import { takeLock } from './tour/lock.js';
import { Narrator } from './tour/narrator.js';
import { type Serving, startServing } from './tour/serving.js';
import { Stage, people } from './tour/stage.js';

/** Requests a second that the customers of the story send all the time; and while production rolls out. */
const traffic = { staging: 50, production: 100 };
const rush = 800;
/** What an earlier story left in its folder; the months of flights stay. */
const leftovers = ['github', 'work', 'serving', 'source', 'logs', 'reports', 'state.json', 'index.html'];

export interface TourOptions {
  /** The checkout of this project. */
  readonly root: string;
  /** Node 24, for the actions. */
  readonly node24: string;
  /** Where everything is left: `.rehearsal`. */
  readonly folder: string;
  readonly write: (text: string) => void;
  readonly colour: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Rehearses the whole life of a model, with the files of workflows-templates, the bundles of dist and the example.
 * It begins anew each time, so one that was killed leaves nothing in the way; the months of flights are kept.
 * @throws UserError when a workflow ends otherwise than the story tells
 */
export async function tour(options: TourOptions): Promise<void> {
  const { root, folder, write, colour, node24, signal } = options;
  const started = systemClock.now().getTime();
  const narrator = new Narrator(write, colour);
  const path = (...names: string[]): string => join(folder, ...names);
  const closing: (() => Promise<unknown>)[] = [await takeLock(folder)];
  try {
    endOrphans(path('work'));
    // What a killed platform had under way may still be written.
    for (const old of leftovers) await rm(path(old), { recursive: true, force: true, maxRetries: 5 });
    if (!existsSync(path('data'))) narrator.say('three million flights are sorted into months (once)');
    const library = await locateDuckdb({ roots: [root], env: process.env, logger: new RecordingLogger() });
    const months = await prepareMonths({ root, folder: path('data'), library });

    const hub = await LocalGitHub.start({ folder: path('github') });
    closing.push(() => hub.stop());
    const repository = await hub.repository({ owner: 'acme', name: 'flight-delays' });
    const serving = await startServing({
      example: join(root, 'examples/flight-delays'),
      folder: path('serving'),
      data: months['05'],
      environments: traffic,
    });
    closing.push(() => serving.stop());

    const stage = new Stage({ hub, repository, root, source: path('source') });
    await stage.open({ SERVING_URL: serving.url, DATA_SOURCE: path('source') });
    for (const month of ['01', '02', '03', '04'] as const) await stage.deliver(months[month]);
    narrator.say(
      `a GitHub of your own is at ${hub.serverUrl}, a serving platform with customers at ${serving.url}`,
    );
    try {
      await tellStory({
        ...{ stage, serving, narrator, months },
        async happens(event, workflow) {
          const crowd = new Crowd(serving);
          const { runs } = await rehearse({
            ...{ hub, repository, event, node24 },
            workflow: `.github/workflows/${workflow}`,
            approve: () => ({ user: people.approver, state: 'approved', comment: 'npm start approves' }),
            suite: { folder: root, name: 'mlops-actions/suite' },
            workFolder: path('work'),
            logFolder: path('logs'),
            reporter: {
              report(happened) {
                narrator.report(happened);
                crowd.follow(happened);
              },
            },
            ...(signal && { signal }),
          });
          await crowd.gone();
          signal?.throwIfAborted();
          return runs.map(({ run, conclusion }) => ({ workflow: run.workflow, conclusion }));
        },
      });
    } finally {
      const { answered } = await serving.stop();
      const state = await hub.state();
      await writeFile(path('state.json'), `${JSON.stringify(state, undefined, 2)}\n`);
      await exportPages(repository, state, folder);
      const time = formatDuration(systemClock.now().getTime() - started);
      narrator.end(`${time}, ${formatInteger(answered)} predictions served. Where to look:`, [
        [path('index.html'), 'the pull requests, the releases, the deployments, the issues, the reports'],
        [path('state.json'), 'the same, as the REST API shows it'],
        [path('logs'), 'everything that the steps said'],
      ]);
    }
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** The customers of the rush hour: they come when production rolls out, and go when the run ends. */
class Crowd {
  readonly #serving: Serving;
  readonly #here: (() => Promise<void>)[] = [];
  readonly #leaving: Promise<void>[] = [];

  constructor(serving: Serving) {
    this.#serving = serving;
  }

  follow(event: RehearsalEvent): void {
    if (event.kind === 'job-started' && event.job === 'production') {
      this.#here.push(this.#serving.rushHour('production', rush));
    } else if (event.kind === 'run-finished')
      this.#leaving.push(...this.#here.splice(0).map((leave) => leave()));
  }

  async gone(): Promise<void> {
    await Promise.all(this.#leaving);
  }
}
