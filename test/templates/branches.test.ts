import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowFiles } from '../../src/cli/tour/project.js';
import type { LocalGitHub } from '../../src/rehearsal/github/server.js';
import { type RehearsalResult, rehearse } from '../../src/rehearsal/rehearse.js';
import type { RehearsalEvent } from '../../src/rehearsal/runner/events.js';
import { evaluate } from '../../src/rehearsal/runner/expressions.js';
import { readConcurrency } from '../../src/rehearsal/runner/graph.js';
import { readWorkflow } from '../../src/rehearsal/runner/workflow.js';
import type { HubRepository } from '../../src/rehearsal/types.js';
import { Bench, node24, projectFolder } from '../rehearsal/runner/harness.js';

describe('templates that were copied, in a repository whose default branch is called trunk', () => {
  let bench: Bench;
  let hub: LocalGitHub;
  let trunk: HubRepository;
  const events: RehearsalEvent[] = [];
  beforeAll(async () => {
    bench = await Bench.open();
    ({ hub } = bench);
    trunk = await hub.repository({ owner: 'octo', name: 'trunked', defaultBranch: 'trunk' });
  });
  afterAll(() => bench.close());

  /** What a push of the templates to a branch starts, by the file of the workflow; there is no model yet. */
  async function push(branch: string): Promise<Map<string, RehearsalResult['runs'][number]>> {
    const files = { ...(await workflowFiles(projectFolder)), 'at.txt': branch };
    const sha = await trunk.commit({ branch, files, message: 'Copy the templates' });
    const ref = `refs/heads/${branch}`;
    events.splice(0);
    const { runs } = await rehearse({
      ...{ hub, repository: trunk, node24 },
      event: { name: 'push', payload: { ref, after: sha }, ref, sha, actor: 'ada' },
      approve: () => ({ user: 'grace', state: 'rejected', comment: '' }),
      suite: { folder: projectFolder, name: 'mlops-actions/suite' },
      workFolder: join(bench.folder, 'work'),
      reporter: { report: (event) => events.push(event) },
    });
    return new Map(runs.map((run) => [run.run.path.replace('.github/workflows/', ''), run]));
  }

  it('a push to it starts the delivery and the heartbeat', async () => {
    const runs = await push('trunk');
    expect([...runs.keys()].sort()).toEqual(['model-delivery.yml', 'model-heartbeat.yml']);
    // The first job ran, as far as it can without a model.
    expect(runs.get('model-delivery.yml')!.jobs).toMatchObject({
      data: { conclusion: 'failure' },
      train: { conclusion: 'skipped' },
    });
    expect(runs.get('model-heartbeat.yml')!.jobs).toMatchObject({ heartbeat: { conclusion: 'failure' } });
    const errors = events.flatMap((event) => (event.kind === 'annotation' ? [event.message] : []));
    expect(errors.join('\n')).toContain('model.yml');
  });

  it('a push to another branch skips every job', async () => {
    const runs = await push('feature');
    expect([...runs.keys()].sort()).toEqual(['model-delivery.yml', 'model-heartbeat.yml']);
    for (const { jobs } of runs.values()) {
      expect(new Set(Object.values(jobs).map(({ conclusion }) => conclusion))).toEqual(new Set(['skipped']));
    }
  });

  const groupOf = async (name: string, github: object): Promise<string> => {
    const text = readFileSync(join(projectFolder, 'workflows-templates', name), 'utf8');
    const { concurrency } = await readWorkflow(name, text);
    const scope = { file: name, contexts: { github: github as never, inputs: {} } };
    return readConcurrency(evaluate(concurrency, scope))!.group;
  };
  const event = { repository: { default_branch: 'trunk' } };
  const at = (event_name: string, branch: string): object => ({
    ...{ event_name, event, ref_name: branch, ref: `refs/heads/${branch}`, run_id: '7' },
  });

  it('all deliveries wait for each other, and the skipped run of another branch for none of them', async () => {
    const group = await groupOf('model-delivery.yml', at('push', 'trunk'));
    expect(await groupOf('model-delivery.yml', at('workflow_dispatch', 'trunk'))).toBe(group);
    expect(await groupOf('model-delivery.yml', at('workflow_dispatch', 'feature'))).toBe(group);
    expect(await groupOf('model-delivery.yml', at('push', 'feature'))).not.toBe(group);
    expect(await groupOf('model-heartbeat.yml', at('push', 'feature'))).not.toBe(
      await groupOf('model-heartbeat.yml', at('push', 'trunk')),
    );
  });

  it('a rollback waits for no delivery, and for no other rollback', async () => {
    const group = await groupOf('model-rollback.yml', at('workflow_dispatch', 'trunk'));
    expect(group).not.toBe(await groupOf('model-delivery.yml', at('push', 'trunk')));
    const other = { ...at('workflow_dispatch', 'trunk'), run_id: '8' };
    expect(await groupOf('model-rollback.yml', other)).not.toBe(group);
  });
});
