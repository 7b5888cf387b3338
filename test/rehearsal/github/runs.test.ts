import { LocalGitHub } from '../../../src/rehearsal/github/server.js';
import type { Dispatch } from '../../../src/rehearsal/types.js';
import { type World, clientOf, refusal, withHub } from './harness.js';

async function startRun({ repository }: World, actor = 'mona'): Promise<number> {
  const { id } = await repository.runs.start({
    workflow: 'deliver.yml',
    name: 'Deliver',
    event: 'push',
    headSha: await repository.resolve('main'),
    headBranch: 'main',
    actor,
  });
  return id;
}

const dispatchable = `name: Rollback
on:
  workflow_dispatch:
    inputs:
      environment: { type: choice, options: [staging, production], required: true }
      dry: { type: boolean }
      reason: { default: none }
jobs: {}
`;

describe('runs', () => {
  it('show their jobs, and the approvals that people gave', async () => {
    await withHub(async (world) => {
      const { octokit, at, repository } = world;
      await repository.setEnvironment({
        name: 'production',
        reviewers: ['hubot', 'mona'],
        preventSelfReview: true,
        waitMinutes: 5,
      });
      await repository.setEnvironment({ name: 'staging' });
      const { data: environment } = await octokit.repos.getEnvironment({
        ...at,
        environment_name: 'production',
      });
      expect(environment.protection_rules).toMatchObject([
        { type: 'wait_timer', wait_timer: 5 },
        {
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [{ type: 'User', reviewer: { login: 'hubot' } }, { reviewer: { login: 'mona' } }],
        },
      ]);
      const { data: open } = await octokit.repos.getEnvironment({ ...at, environment_name: 'staging' });
      expect(open.protection_rules).toEqual([]);
      expect((await refusal(octokit.repos.getEnvironment({ ...at, environment_name: 'x' }))).status).toBe(
        404,
      );

      const run_id = await startRun(world);
      await repository.runs.requestApproval(run_id, 'production');
      const pending = await octokit.actions.getPendingDeploymentsForRun({ ...at, run_id });
      expect(pending.data).toMatchObject([
        { environment: { name: 'production' }, wait_timer: 5, current_user_can_approve: false },
      ]);
      expect((await octokit.actions.getReviewsForRun({ ...at, run_id })).data).toEqual([]);
      const self = octokit.actions.reviewPendingDeploymentsForRun({
        ...at,
        run_id,
        environment_ids: [environment.id],
        state: 'approved',
        comment: 'me',
      });
      expect((await refusal(self)).status).toBe(403);
      const decision = { state: 'approved', comment: 'go' } as const;
      await expect(
        repository.runs.decide(run_id, 'production', { ...decision, user: 'mona' }),
      ).rejects.toThrow(/self-review/);
      await expect(
        repository.runs.decide(run_id, 'production', { ...decision, user: 'eve' }),
      ).rejects.toThrow(/no reviewer/);
      await repository.runs.decide(run_id, 'production', { ...decision, user: 'hubot' });
      expect((await octokit.actions.getReviewsForRun({ ...at, run_id })).data).toMatchObject([
        {
          state: 'approved',
          user: { login: 'hubot' },
          comment: 'go',
          environments: [{ name: 'production' }],
        },
      ]);

      await repository.runs.setJobs(run_id, [
        {
          name: 'deliver',
          status: 'completed',
          conclusion: 'success',
          startedAt: '2026-01-01T00:00:00Z',
          completedAt: '2026-01-01T00:01:00Z',
          steps: [{ name: 'Train', number: 1, conclusion: 'success' }],
        },
      ]);
      await repository.runs.update(run_id, { status: 'completed', conclusion: 'success' });
      const { data: jobs } = await octokit.actions.listJobsForWorkflowRun({ ...at, run_id });
      expect(jobs).toMatchObject({ total_count: 1, jobs: [{ name: 'deliver', steps: [{ name: 'Train' }] }] });
      expect((await octokit.actions.getWorkflowRun({ ...at, run_id })).data).toMatchObject({
        conclusion: 'success',
        run_attempt: 1,
        path: '.github/workflows/deliver.yml',
      });
      const { data: runs } = await octokit.actions.listWorkflowRunsForRepo({ ...at, status: 'success' });
      expect(runs.total_count).toBe(1);
      await repository.runs.start({
        id: run_id,
        workflow: 'deliver.yml',
        name: 'Deliver',
        event: 'push',
        headSha: await repository.resolve('main'),
        headBranch: 'main',
        actor: 'mona',
      });
      expect((await octokit.actions.getWorkflowRun({ ...at, run_id })).data.run_attempt).toBe(2);
    });
  });

  it('are reserved by a workflow dispatch, whose inputs are checked', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const heard: Dispatch[] = [];
      repository.onDispatch((dispatch) => heard.push(dispatch));
      await repository.commit({
        branch: 'main',
        files: {
          '.github/workflows/rollback.yml': dispatchable,
          '.github/workflows/ci.yml': 'on: push\njobs: {}\n',
        },
        message: 'Workflows',
      });
      const dispatch = (workflow_id: string, inputs: Record<string, unknown>, more: object = {}) =>
        octokit.actions.createWorkflowDispatch({ ...at, workflow_id, ref: 'main', inputs, ...more });
      expect((await refusal(dispatch('none.yml', {}))).status).toBe(404);
      expect((await refusal(dispatch('ci.yml', {}))).message).toMatch(/workflow_dispatch/);
      expect((await refusal(dispatch('rollback.yml', { env: 'x' }))).message).toMatch(/Unexpected inputs/);
      expect((await refusal(dispatch('rollback.yml', {}))).message).toMatch(/Required input/);
      expect((await refusal(dispatch('rollback.yml', { environment: 'moon' }))).status).toBe(422);
      const many = Object.fromEntries(Array.from({ length: 26 }, (_, n) => [`i${n}`, 'x']));
      expect((await refusal(dispatch('rollback.yml', many))).message).toMatch(/25/);
      expect(heard).toEqual([]);
      expect((await dispatch('rollback.yml', { environment: 'staging' })).status).toBe(204);
      const { status, data } = await dispatch(
        'rollback.yml',
        { environment: 'production', dry: true },
        { return_run_details: true },
      );
      expect(status).toBe(200);
      const { workflow_run_id: id } = data as unknown as { workflow_run_id: number };
      expect(heard).toMatchObject([
        {
          kind: 'workflow',
          workflow: 'rollback.yml',
          inputs: { environment: 'staging', dry: 'false', reason: 'none' },
        },
        { kind: 'workflow', runId: id, ref: 'main', inputs: { environment: 'production', dry: 'true' } },
      ]);
      const { data: run } = await octokit.actions.getWorkflowRun({ ...at, run_id: id });
      expect(run).toMatchObject({
        status: 'queued',
        event: 'workflow_dispatch',
        name: 'Rollback',
        run_number: 2,
      });
    });
  });

  it('are asked for by repository dispatches within GitHub’s limits', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const heard: Dispatch[] = [];
      repository.onDispatch((dispatch) => heard.push(dispatch));
      const dispatch = (event_type: string, client_payload: Record<string, unknown>) =>
        octokit.repos.createDispatchEvent({ ...at, event_type, client_payload });
      const keys = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));
      expect((await refusal(dispatch('x'.repeat(101), {}))).status).toBe(422);
      expect((await refusal(dispatch('retrain', keys(11)))).status).toBe(422);
      expect((await refusal(dispatch('retrain', { text: 'x'.repeat(65_536) }))).status).toBe(422);
      await dispatch('retrain', keys(10));
      expect(heard).toEqual([{ kind: 'repository', eventType: 'retrain', payload: keys(10) }]);
    });
  });

  it('that a killed rehearsal left open are over for the next one', async () => {
    await withHub(async (world) => {
      const { repository, octokit, at, folder, hub } = world;
      await repository.setEnvironment({ name: 'production', reviewers: ['hubot'] });
      const [ended, waiting, working] = [await startRun(world), await startRun(world), await startRun(world)];
      await repository.runs.update(ended, { status: 'completed', conclusion: 'success' });
      await repository.runs.requestApproval(waiting, 'production');
      const job = { startedAt: '2026-01-01T00:00:00Z', completedAt: null, steps: [] };
      await repository.runs.setJobs(working, [
        { ...job, name: 'done', status: 'completed', conclusion: 'success', completedAt: job.startedAt },
        { ...job, name: 'open', status: 'in_progress', conclusion: null },
      ]);
      expect((await octokit.actions.getWorkflowRun({ ...at, run_id: working })).data.status).toBe(
        'in_progress',
      );
      await hub.stop();

      const next = await LocalGitHub.start({ folder });
      try {
        const later = await next.repository({ owner: 'acme', name: 'models' });
        const client = clientOf(next, later, 'write-all');
        const { data } = await client.actions.listWorkflowRunsForRepo(at);
        expect(
          Object.fromEntries(data.workflow_runs.map((run) => [run.id, [run.status, run.conclusion]])),
        ).toEqual({
          [ended]: ['completed', 'success'],
          [waiting]: ['completed', 'cancelled'],
          [working]: ['completed', 'cancelled'],
        });
        const pending = await client.actions.getPendingDeploymentsForRun({ ...at, run_id: waiting });
        expect(pending.data).toEqual([]);
        const { data: jobs } = await client.actions.listJobsForWorkflowRun({ ...at, run_id: working });
        expect(jobs.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
          ['done', 'success'],
          ['open', 'cancelled'],
        ]);
      } finally {
        await next.stop();
      }
    });
  });
});
