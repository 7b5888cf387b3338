import { refusal, withHub } from './harness.js';

describe('deployments', () => {
  it('keep payloads, filter, and show the latest first', async () => {
    await withHub(async ({ octokit, at }) => {
      const create = (environment: string, task: string, payload: object | string) =>
        octokit.repos.createDeployment({
          ...at,
          ref: 'main',
          task,
          environment,
          auto_merge: false,
          required_contexts: [],
          payload: payload as Record<string, unknown>,
          description: 'd',
        });
      await create('staging', 'deploy:a', { kind: 'deployment', plan: { steps: [0.05, 1] } });
      await create('staging', 'deploy:b', 'text');
      await create('production', 'deploy:a', {});
      const { data: all } = await octokit.repos.listDeployments(at);
      expect(all.map(({ environment, task }) => [environment, task])).toEqual([
        ['production', 'deploy:a'],
        ['staging', 'deploy:b'],
        ['staging', 'deploy:a'],
      ]);
      expect(all[0]).toMatchObject({ production_environment: true, transient_environment: false });
      expect(all[1]).toMatchObject({ payload: 'text', production_environment: false });
      const { data: found } = await octokit.repos.listDeployments({
        ...at,
        environment: 'staging',
        task: 'deploy:a',
      });
      expect(found.map(({ payload }) => payload)).toEqual([
        { kind: 'deployment', plan: { steps: [0.05, 1] } },
      ]);
    });
  });

  it('end earlier ones of an environment, whatever their task, but not in production', async () => {
    await withHub(async ({ octokit, at }) => {
      const deploy = async (environment: string, task: string, autoInactive?: boolean): Promise<number> => {
        const { data } = await octokit.repos.createDeployment({
          ...at,
          ref: 'main',
          task,
          environment,
          auto_merge: false,
          required_contexts: [],
        });
        const { id } = data as { id: number };
        for (const state of ['in_progress', 'success'] as const) {
          await octokit.repos.createDeploymentStatus({
            ...at,
            deployment_id: id,
            state,
            ...(autoInactive !== undefined && { auto_inactive: autoInactive }),
          });
        }
        return id;
      };
      const latest = async (deployment_id: number): Promise<string | undefined> =>
        (await octokit.repos.listDeploymentStatuses({ ...at, deployment_id })).data[0]?.state;
      const [live1, live2] = [await deploy('production', 'deploy:a'), await deploy('production', 'deploy:a')];
      expect([await latest(live1), await latest(live2)]).toEqual(['success', 'success']);
      const [a, b] = [await deploy('staging', 'deploy:a'), await deploy('staging', 'deploy:b')];
      expect([await latest(a), await latest(b)]).toEqual(['inactive', 'success']);
      const c = await deploy('staging', 'deploy:a', false);
      expect([await latest(b), await latest(c)]).toEqual(['success', 'success']);
    });
  });

  it('refuse what GitHub refuses', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const base = { ...at, auto_merge: false, required_contexts: [] as string[] };
      expect((await refusal(octokit.repos.createDeployment({ ...base, ref: 'none' }))).status).toBe(422);
      const { data } = await octokit.repos.createDeployment({ ...base, ref: 'main' });
      const { id } = data as { id: number };
      const status = { ...at, deployment_id: id, state: 'success' as const };
      const long = octokit.repos.createDeploymentStatus({ ...status, description: 'x'.repeat(141) });
      expect(await refusal(long)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'description' }] },
      });
      await octokit.repos.createDeploymentStatus({ ...status, description: 'x'.repeat(140) });
      const wrong = octokit.repos.createDeploymentStatus({ ...status, state: 'done' as 'success' });
      expect((await refusal(wrong)).status).toBe(422);
      const none = octokit.repos.createDeploymentStatus({ ...status, deployment_id: 9 });
      expect((await refusal(none)).status).toBe(404);

      const headSha = await repository.resolve('main');
      const run = await repository.runs.start({
        workflow: 'deliver.yml',
        name: 'Deliver',
        event: 'push',
        headSha,
        headBranch: 'main',
        actor: 'mona',
      });
      await repository.runs.setJobs(run.id, [
        {
          name: 'deploy',
          status: 'in_progress',
          conclusion: null,
          startedAt: '2026-01-01T00:00:00Z',
          completedAt: null,
          steps: [],
        },
      ]);
      // The very job that asks is not green yet.
      const contexts = octokit.repos.createDeployment({ ...at, ref: 'main', auto_merge: false });
      expect(await refusal(contexts)).toMatchObject({ status: 409 });
    });
  });

  it('merge the default branch into a branch that is behind, unless told not to', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      await repository.commit({ branch: 'side', files: { 'b.txt': 'b' }, message: 'b' });
      const main = await repository.commit({ branch: 'main', files: { 'a.txt': 'a' }, message: 'a' });
      const { status, data } = await octokit.repos.createDeployment({
        ...at,
        ref: 'side',
        required_contexts: [],
      });
      expect([status, data]).toEqual([202, { message: 'Auto-merged main into side on deployment.' }]);
      const { data: tip } = await octokit.repos.getCommit({ ...at, ref: 'side' });
      expect(tip.parents[1]!.sha).toBe(main);
    });
  });
});
