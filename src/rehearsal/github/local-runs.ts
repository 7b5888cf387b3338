import type { HubJob, HubRuns } from '../types.js';
import { reserveRun } from './areas/dispatches.js';
import { extractArtifact, listArtifacts, putArtifact } from './artifact-files.js';
import type { RunData } from './data.js';
import type { Repo } from './store.js';
import { runtimeToken } from './runtime-token.js';

/** The records of runs, kept by the runner and shown over HTTP. */
export class LocalRuns implements HubRuns {
  private readonly repo: Repo;
  private readonly secret: string;

  constructor(repo: Repo, secret: string) {
    this.repo = repo;
    this.secret = secret;
  }

  async start(
    run: Parameters<HubRuns['start']>[0],
  ): Promise<{ id: number; attempt: number; number: number }> {
    return this.repo.exclusively(() => {
      const { id, pulls = [], ...about } = run;
      const found = id === undefined ? undefined : this.repo.data.runs.find((other) => other.id === id);
      if (id !== undefined && found === undefined) throw new Error(`there is no run ${id}`);
      const record = found ?? reserveRun(this.repo, about);
      // A run that ended is run again; one that a dispatch reserved begins its first attempt.
      if (record.status === 'completed') record.attempt++;
      Object.assign(record, { name: about.name, pulls: [...pulls], status: 'in_progress', conclusion: null });
      record.startedAt = record.updatedAt = this.repo.now();
      return { id: record.id, attempt: record.attempt, number: record.number };
    });
  }

  async update(id: number, change: { status: string; conclusion?: string }): Promise<void> {
    await this.change(id, (run) => {
      run.status = change.status;
      run.conclusion = change.conclusion ?? null;
    });
  }

  async setJobs(id: number, jobs: readonly HubJob[]): Promise<void> {
    await this.change(id, (run) => {
      run.jobs = jobs.map((job) => ({
        ...job,
        id: run.jobs.find(({ name }) => name === job.name)?.id ?? this.repo.id(),
      }));
    });
  }

  async requestApproval(id: number, environment: string): Promise<void> {
    await this.change(id, (run) => {
      if (!this.repo.data.environments.some(({ name }) => name === environment)) {
        throw new Error(`there is no environment "${environment}"`);
      }
      if (run.pending.some((pending) => pending.environment === environment)) return;
      run.pending.push({ environment, since: this.repo.now() });
      run.status = 'waiting';
    });
  }

  async decide(
    id: number,
    environment: string,
    { user, state, comment }: Parameters<HubRuns['decide']>[2],
  ): Promise<void> {
    await this.change(id, (run) => {
      const index = run.pending.findIndex((pending) => pending.environment === environment);
      if (index === -1) throw new Error(`run ${id} waits for no approval of "${environment}"`);
      const rules = this.repo.data.environments.find(({ name }) => name === environment);
      if (rules !== undefined && rules.reviewers.length > 0 && !rules.reviewers.includes(user)) {
        throw new Error(`${user} is no reviewer of "${environment}" (${rules.reviewers.join(', ')})`);
      }
      if (rules?.preventSelfReview === true && user === run.actor) {
        throw new Error(
          `${user} started run ${id} and may not review it: "${environment}" prevents self-review`,
        );
      }
      run.pending.splice(index, 1);
      run.approvals.push({ environment, user, state, comment, at: this.repo.now() });
    });
  }

  runtimeToken(id: number, jobId: string): string {
    this.find(id);
    return runtimeToken(this.secret, id, jobId);
  }

  async putArtifact(
    id: number,
    name: string,
    files: readonly { path: string; source: string }[],
  ): Promise<{ id: number; digest: string }> {
    this.find(id);
    return putArtifact(this.repo, id, name, files);
  }

  async artifacts(id: number): Promise<readonly { id: number; name: string; size: number }[]> {
    return listArtifacts(this.repo, id).map((artifact) => ({
      id: artifact.id,
      name: artifact.name,
      size: artifact.size ?? 0,
    }));
  }

  async extractArtifact(id: number, name: string, folder: string): Promise<boolean> {
    return extractArtifact(this.repo, id, name, folder);
  }

  private find(id: number): RunData {
    const run = this.repo.data.runs.find((other) => other.id === id);
    if (run === undefined) throw new Error(`there is no run ${id}`);
    return run;
  }

  private async change(id: number, body: (run: RunData) => void): Promise<void> {
    await this.repo.exclusively(() => {
      const run = this.find(id);
      body(run);
      run.updatedAt = this.repo.now();
    });
  }
}
