import type { HubJob, HubRepository } from '../types.js';
import type { RehearsalEvent, Reporter } from './events.js';

interface JobRecord {
  name: string;
  status: string;
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  steps: { name: string; number: number; conclusion: string }[];
}

/** Hands events on, and keeps the run's jobs as the jobs endpoint of the local GitHub shows them. */
export class RunRecord implements Reporter {
  readonly #next: Reporter;
  readonly #jobs = new Map<string, JobRecord>();
  readonly #write: (jobs: readonly HubJob[]) => Promise<void>;
  #writing: Promise<void> = Promise.resolve();

  constructor(next: Reporter, repository: HubRepository, runId: number) {
    this.#next = next;
    this.#write = (jobs) => repository.runs.setJobs(runId, jobs);
  }

  report(event: RehearsalEvent): void {
    this.#next.report(event);
    if (event.kind === 'job-started') {
      this.#jobs.set(event.job, {
        ...{ name: event.job, status: 'in_progress', conclusion: null, completedAt: null, steps: [] },
        startedAt: new Date().toISOString(),
      });
      this.#save();
    } else if (event.kind === 'step-finished') {
      const steps = this.#jobs.get(event.job)?.steps;
      steps?.push({ name: event.step, number: steps.length + 1, conclusion: event.conclusion });
    } else if (event.kind === 'job-finished') {
      const now = new Date().toISOString();
      const job = this.#jobs.get(event.job) ?? { name: event.job, startedAt: now, steps: [] };
      this.#jobs.set(event.job, {
        ...job,
        status: 'completed',
        conclusion: event.conclusion,
        completedAt: now,
      });
      this.#save();
    }
  }

  /** Resolves when everything that was told is kept. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  #save(): void {
    const jobs = [...this.#jobs.values()].map((job) => ({ ...job, steps: [...job.steps] }));
    this.#writing = this.#writing.then(() => this.#write(jobs));
    // Who settles sees the failure; until then it must not end the process.
    this.#writing.catch(() => undefined);
  }
}
