import type { RepositoryData } from './data.js';

/**
 * Ends the runs that a killed process left open, as GitHub does when a runner vanishes: a run that holds something
 * in their name is then known to be gone.
 * @param now ISO 8601
 */
export function endAbandonedRuns({ runs }: RepositoryData, now: string): void {
  for (const run of runs.filter(({ status }) => status !== 'completed')) {
    Object.assign(run, { status: 'completed', conclusion: 'cancelled', updatedAt: now });
    run.pending.splice(0);
    run.jobs = run.jobs.map((job) =>
      job.status === 'completed'
        ? job
        : { ...job, status: 'completed', conclusion: 'cancelled', completedAt: now },
    );
  }
}
