import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeParse } from 'valibot';
import { parseDeployment } from './parse.js';
import { rolloutSchema } from '../../../src/formats/rollout.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import type { Local } from '../../github/local.js';
import { record } from '../../rollout/harness.js';
import { Workspace } from './workspace.js';

let workspace: Workspace;
let local: Local;
beforeEach(async () => {
  ({ workspace, local } = await Workspace.make());
});
afterEach(async () => {
  await workspace.stage.close();
  await local.close();
});

describe('deploy-canary', () => {
  it('rolls out, answers with outputs, a result by its schema, and a report', async () => {
    await workspace.deploy({ version: '1.0.0' });
    const { outputs, result, report, failure } = await workspace.deploy({
      version: '^1.1',
      steps: '50%, 100%',
    });
    expect(failure).toContain(
      '1.2.0 failed in production at 50 % and was rolled back; 1.0.0 serves as before',
    );
    expect(outputs).toMatchObject({
      verdict: 'fail',
      fault: 'model',
      version: '1.2.0',
      'previous-version': '1.0.0',
      'steps-done': 0,
    });
    expect(safeParse(rolloutSchema, JSON.parse(JSON.stringify(result)))).toMatchObject({ success: true });
    const markdown = renderMarkdown(report!, { budget: 60_000 });
    expect(markdown).toContain('Guardrails at 50');
    expect(markdown).toContain('Register the fixed model as a new version');
    expect(renderHtml(report!)).toContain('<svg');

    const good = await workspace.deploy({ version: '1.1.0' });
    expect(good.failure).toBeUndefined();
    expect(good.outputs).toMatchObject({
      verdict: 'pass',
      fault: 'none',
      'previous-version': '1.0.0',
      'steps-done': 2,
    });
    expect(good.result.incident).toMatchObject({ action: 'closed' });
    const back = await workspace.deploy({ version: '1.0.0', cause: 'rollback' });
    expect(back.report!.headline).toBe('production is back on 1.0.0, in place of 1.1.0');
    expect(back.result.withdraws).toMatchObject([{ version: '1.1.0', by: 'ann' }]);
    const told = renderMarkdown(back.report!, { budget: 60_000 });
    expect(told).toContain('Rollback of late in production');
    expect(told).toContain('is withdrawn from production by ann');
    expect(told).toMatch(/run rollback-model with .*version: 1\.1\.0.* and .*restore: true/);
    expect(told).not.toContain('Steps');
    expect(await record(workspace.github())).toMatchObject({
      deployments: [
        'late@v1.0.0 success < in_progress',
        'late@v1.1.0 inactive < success < in_progress',
        'late@v1.2.0 failure < in_progress',
        'late@v1.0.0 inactive < success < in_progress',
      ],
    });
  });

  it('moves nothing without approval, and writes down who approved which digest', async () => {
    const run = await workspace.repo.runs.start({
      workflow: 'delivery.yml',
      name: 'delivery',
      event: 'push',
      headSha: local.head,
      headBranch: 'main',
      actor: 'ann',
    });
    const deploy = () => workspace.deploy({ version: '1.0.0', environment: 'guarded' }, { runId: run.id });
    await expect(deploy()).rejects.toThrow(/not approved: the environment "guarded" does not exist/);
    await workspace.repo.setEnvironment({ name: 'guarded', reviewers: ['bob'] });
    await expect(deploy()).rejects.toThrow(/not approved: nobody approved "guarded" in this run/);
    expect(workspace.stage.log).toEqual([]);
    expect(await record(workspace.github())).toMatchObject({ deployments: [] });

    await workspace.repo.runs.requestApproval(run.id, 'guarded');
    await workspace.repo.runs.decide(run.id, 'guarded', { user: 'bob', state: 'approved', comment: 'fine' });
    const { result, report } = await deploy();
    expect(result.approval).toMatchObject({
      policy: 'environment',
      manifestDigest: result.manifestDigest,
      approvers: [{ user: 'bob', how: 'environment', comment: 'fine' }],
    });
    expect(JSON.stringify(report!.reasons)).toContain('bob');
    const [payload] = await parseDeployment(workspace.github());
    expect(payload).toMatchObject({ approval: result.approval, manifestDigest: result.manifestDigest });
  });

  it('is cancelled where it stands', async () => {
    await workspace.deploy({ version: '1.0.0' });
    const controller = new AbortController();
    workspace.stage.perLook = 1;
    workspace.stage.answer = (n) => {
      if (n > 20) controller.abort(new Error('cancelled'));
      return undefined;
    };
    const { failure, outputs } = await workspace.deploy({ version: '1.1.0' }, { signal: controller.signal });
    expect(failure).toBe('Cancelled with 1.1.0 at 50 % in production: the next run continues from there');
    expect(outputs.verdict).toBe('inconclusive');
    workspace.stage.answer = undefined;
    workspace.stage.perLook = 4000;
    expect((await workspace.deploy({ version: '1.1.0' })).outputs.verdict).toBe('pass');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'an unknown version',
      { version: '9.9.9' },
      /no version of late matches "9\.9\.9".*→ registered are 1\.2\.0/,
    ],
    ['no version', { version: 'latest!' }, /"latest!" is not a version/],
    ['no spec', { version: '1.0.0', model: 'nowhere.yml' }, /nowhere\.yml: does not exist/],
    ['steps that shrink', { version: '1.0.0', steps: '50%, 10%, 100%' }, /input "steps" must grow/],
    ['a wrong URL', { version: '1.0.0', 'signals-url': '${NOT_THERE}/x' }, /needs the variable NOT_THERE/],
    ['a wrong cause', { version: '1.0.0', cause: 'rolback' }, /did you mean "rollback"/],
  ])('refuses %s in words', async (_, inputs, message) => {
    await expect(workspace.deploy(inputs)).rejects.toThrow(message);
    expect(workspace.stage.log).toEqual([]);
  });

  it('refuses a spec that is broken, with its places', async () => {
    writeFileSync(join(workspace.folder, 'checkout/model.yml'), 'name: late\nrolout: 1\n');
    await expect(workspace.deploy({ version: '1.0.0' })).rejects.toThrow(
      /model\.yml:2:1: unknown key "rolout" → did you mean "rollout"/,
    );
  });

  it('names the permission that is missing', async () => {
    const permissions = { contents: 'write', actions: 'read', issues: 'write' } as const;
    await expect(workspace.deploy({ version: '1.0.0' }, { permissions })).rejects.toThrow(
      /deployments: (read|write)/,
    );
  });

  it.each([403, 404, 422, 500])('ends in words when GitHub answers %i for good', async (status) => {
    workspace.hub.faults.add({ operation: '*', count: 1e6, how: { status } });
    const failing = workspace.deploy({ version: '1.0.0' }, { attempts: 2 });
    await expect(failing).rejects.toMatchObject({ problems: [{ message: expect.any(String) as string }] });
    expect(workspace.stage.log).toEqual([]);
  });
});
