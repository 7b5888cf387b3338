import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { type Decision, decisionSchema } from '../../../src/formats/decision.js';
import { type DeploymentPayload, deploymentTask } from '../../../src/formats/deployment.js';
import type { Permissions } from '../../../src/rehearsal/types.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { duckdbLibrary } from '../../engine/library.js';
import { type Local, all, startLocal } from '../../github/local.js';
import { registerSample } from '../../registry/models.js';

const spec = (more: Record<string, string> = {}) => `name: late
task: binary-classification
data: { contract: c.yaml, train: data/t.csv, holdout: data/holdout.csv }
train: { run: ./train }
evaluate:
  run: ${more.run ?? 'node predict.mjs'}
  label: delayed
  id: flight
  score: p
  gates:
    - { metric: roc_auc, min: 0.6 }
    - { metric: roc_auc, max-drop: 0.02, versus: champion }
    - { metric: log_loss, max-increase: 0.02, versus: champion }
    - { metric: f1, max-drop: 0.05, versus: champion }
  slices: [place]
  ${more.evaluate ?? ''}
`;
/** A model is a skill between 0 (no idea) and 1; its predictions come in another order than the rows. */
const program = `
import { readFileSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR, MLOPS_DATA, MLOPS_PREDICTIONS } = process.env;
const { skill } = JSON.parse(readFileSync(MLOPS_MODEL_DIR + '/model.json', 'utf8'));
const rows = MLOPS_DATA.split('\\n').flatMap((f) => readFileSync(f, 'utf8').trim().split('\\n').slice(1));
const out = rows.map((row) => {
  const [flight, y, , noise] = row.split(',');
  return flight + ',' + (0.5 + skill * 0.4 * (y - 0.5) + 0.45 * (noise - 0.5)).toFixed(4);
});
writeFileSync(MLOPS_PREDICTIONS, ['flight,p', ...out.reverse()].join('\\n') + '\\n');
`;

describe('evaluate-gate', () => {
  let local: Local;
  let checkout: string;
  let pull: number;
  let runs = 0;

  beforeAll(async () => {
    local = await startLocal();
    checkout = join(local.folder, 'checkout');
    await mkdir(join(checkout, 'data'), { recursive: true });
    const rows = Array.from({ length: 1500 }, (_, i) => {
      const noise = ((i * 7919) % 1009) / 1009;
      return `f${i},${(i * 31) % 10 < 4 ? 1 : 0},${i % 3 === 0 ? 'east' : 'west'},${noise}`;
    });
    await writeFile(join(checkout, 'data/holdout.csv'), ['flight,delayed,place,noise', ...rows].join('\n'));
    await writeFile(join(checkout, 'predict.mjs'), program);
    await writeFile(join(checkout, 'model.yml'), spec());
    for (const [name, skill] of Object.entries({ model: 0.6, worse: 0.2 })) {
      await mkdir(join(checkout, name), { recursive: true });
      await writeFile(join(checkout, name, 'model.json'), JSON.stringify({ skill }));
    }
    await local.repo.commit({ branch: 'better', files: { 'model.yml': spec() }, message: 'Better' });
    ({ number: pull } = await local.repo.openPull({ title: 'Better', head: 'better', author: 'ann' }));
  });
  afterAll(() => local.close());

  async function gate(
    raw: Readonly<Record<string, string>> = {},
    change: { permissions?: Permissions; event?: object; workspace?: string; runId?: number } = {},
  ) {
    const logger = new RecordingLogger();
    const dependencies = {
      run: {
        ...local.run(),
        serverUrl: 'http://github.localhost',
        event: change.event ?? {},
        workspace: change.workspace ?? checkout,
        runId: change.runId ?? 7,
        runAttempt: 1,
        sha: local.head,
        temp: join(local.folder, `temp-${++runs}`),
      },
      logger,
      clock: systemClock,
      signal: new AbortController().signal,
      environment: { PATH: process.env.PATH! },
      duckdb: () => Promise.resolve(duckdbLibrary),
      github: () =>
        Promise.resolve(local.client({ permissions: change.permissions ?? 'write-all', attempts: 2 })),
    } as unknown as Dependencies;
    const inputs = readInputs(definition.inputs, (name) => ({ token: 't', ...raw })[name]);
    const outcome = await main(inputs, dependencies);
    const decision: Decision = v.parse(decisionSchema, JSON.parse(JSON.stringify(outcome.result)));
    return { outcome, decision, logger };
  }
  const event = () => ({ pull_request: { number: pull } });

  it('lets a first model pass by its limits, and says what it could not compare', async () => {
    const { outcome, decision } = await gate();
    expect(decision.verdict).toBe('pass');
    expect(outcome.failure).toBeUndefined();
    expect(outcome.outputs).toMatchObject({ verdict: 'pass', 'champion-version': '' });
    expect(decision.rules.map((rule) => rule.verdict)).toEqual([
      'pass',
      'not-applicable',
      'not-applicable',
      'not-applicable',
    ]);
    expect(decision.reasons.join()).toContain('no champion is live in production');
    expect(decision.data).toMatchObject({ rows: 1500, files: [{ path: 'data/holdout.csv' }] });
    expect(decision.slices.map((slice) => slice.verdict)).toEqual(['described', 'described']);
  });

  it('compares with a folder on the same rows, and fails what is worse', async () => {
    const passed = await gate({ champion: 'worse' });
    expect(passed.decision.verdict).toBe('pass');
    const failed = await gate({ candidate: 'worse', champion: 'model' });
    expect(failed.decision.verdict).toBe('fail');
    expect(failed.outcome.failure).toMatch(/^The model does not pass: ROC AUC is 0\.\d+, .*the rule/);
    expect(failed.decision.slices.map((slice) => slice.verdict)).toEqual(['fail', 'fail']);
    const markdown = renderMarkdown(failed.outcome.report!, { budget: 60_000 });
    expect(markdown).toContain('does not pass');
    expect(markdown).toContain('ROC AUC');
    expect(renderHtml(failed.outcome.report!)).toContain('<svg');
  });

  it('gives the same bytes again', async () => {
    const [one, other] = [await gate({ champion: 'worse' }), await gate({ champion: 'worse' })];
    expect(JSON.stringify(one.outcome.result)).toBe(JSON.stringify(other.outcome.result));
  });

  it('judges predictions that an earlier step made', async () => {
    await gate({ champion: 'worse' });
    const made = join(local.folder, `temp-${runs}`, 'evaluate-gate/late/challenger.csv');
    await cp(made, join(checkout, 'made.csv'));
    const { decision } = await gate({ predictions: 'made.csv', 'champion-predictions': 'made.csv' });
    expect(decision.verdict).toBe('pass');
    expect(decision.challenger.digest).toBeNull();
    const { value, lower, upper } = decision.rules[1]!.difference!;
    expect(value).toBe(0);
    // Equal predictions may differ in about three of as many rows.
    expect(lower).toBeLessThan(0);
    expect(upper).toBeGreaterThan(0);
  });

  it('keeps one comment on the pull request', async () => {
    await gate({}, { event: event() });
    await gate({ champion: 'worse' }, { event: event() });
    const comments = await all(local.client().issues.comments(pull));
    expect(comments).toHaveLength(1);
    expect(comments[0]!.body).toContain('the champion');
    await gate({ comment: 'false', candidate: 'worse' }, { event: event() });
    expect(await all(local.client().issues.comments(pull))).toEqual(comments);
    // A run that was started before and ends after it.
    const late = await gate({ candidate: 'worse' }, { event: event(), runId: 6 });
    expect(late.logger.text()).toContain('A later run has reported already');
    expect(await all(local.client().issues.comments(pull))).toEqual(comments);
  });

  it('keeps one comment for several models whose jobs run at the same time', async () => {
    const models = ['early', 'late', 'later'];
    const folders = await Promise.all(
      models.map(async (name) => {
        const folder = join(local.folder, `matrix-${name}`);
        await cp(checkout, folder, { recursive: true });
        await writeFile(join(folder, 'model.yml'), spec().replace('name: late', `name: ${name}`));
        return folder;
      }),
    );
    const { number } = await local.client().issues.create({ title: 'Matrix', body: '', labels: [] });
    await Promise.all(
      folders.map((workspace, i) =>
        gate(i === 1 ? { candidate: 'worse', champion: 'model' } : {}, {
          event: { pull_request: { number } },
          workspace,
        }),
      ),
    );
    const comments = await all(local.client().issues.comments(number));
    expect(comments).toHaveLength(1);
    expect(comments[0]!.body).toContain('## ❌ Evaluation of 3 models: 1 fail, 2 pass');
    for (const name of models) expect(comments[0]!.body).toMatch(new RegExp(`<summary>.+<b>${name}</b> `));
  });

  it('goes on where the token may not comment, as in a pull request from a fork', async () => {
    const { decision, logger } = await gate(
      {},
      { event: event(), permissions: { contents: 'read', deployments: 'read' } },
    );
    expect(decision.verdict).toBe('pass');
    expect(logger.records.find((r) => r.level === 'warning')?.message).toMatch(/got no comment.*job summary/);
  });

  it('fetches the champion that is live from its release', async () => {
    const github = local.client();
    const registered = await registerSample(local, github, { contents: { 'model.json': '{"skill":0.5}' } });
    const { version, manifestDigest } = registered;
    const payload: DeploymentPayload = {
      kind: 'deployment',
      schemaVersion: 1,
      model: 'late',
      version: version.version,
      manifestDigest,
      cause: 'rollout',
      replaces: null,
      plan: { steps: [1], bakeMs: 0, intervalMs: 0 },
      approval: { policy: 'none', manifestDigest, approvers: [] },
      run: { id: 1, attempt: 1, url: '' },
    };
    const deployment = await github.deployments.create({
      ref: version.tag,
      task: deploymentTask('late'),
      environment: 'production',
      production: true,
      description: '',
      payload,
    });
    await github.deployments.createStatus(deployment.id, { state: 'success', description: '' });
    const { decision, outcome } = await gate();
    expect(outcome.outputs['champion-version']).toBe('1.0.0');
    expect(decision.champion).toMatchObject({ version: '1.0.0', manifestDigest });
    expect(decision.verdict).toBe('pass');
    expect(decision.reasons.join()).toContain('the champion (v1.0.0)');
    expect(decision.rules[1]!.difference!.method).toBe('paired-delong');
    // A pull request that does not change the model.
    await mkdir(join(checkout, 'unchanged'));
    await writeFile(join(checkout, 'unchanged/model.json'), '{"skill":0.5}');
    const unchanged = (await gate({ candidate: 'unchanged' })).decision;
    expect(unchanged.rules.map(({ difference }) => difference?.method)).toEqual([
      undefined,
      'same-model',
      'same-model',
      'same-model',
    ]);
    expect(unchanged.slices.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    // Its predictions can come from a file that `release.files` does not name.
    await cp(join(checkout, 'unchanged'), join(checkout, 'more'), { recursive: true });
    await writeFile(join(checkout, 'more/vocabulary.txt'), 'a');
    const more = (await gate({ candidate: 'unchanged', champion: 'more' })).decision;
    expect(more.rules.map(({ difference }) => difference?.method)).not.toContain('same-model');
    const versus = join(local.folder, 'versus');
    await cp(checkout, versus, { recursive: true });
    await writeFile(join(versus, 'model.yml'), spec().replaceAll('versus: champion', 'versus: v1.0.0'));
    expect((await gate({}, { workspace: versus })).decision.champion?.version).toBe('1.0.0');
  });

  it('does as the policies say: when inconclusive, and without a champion', async () => {
    const folder = join(local.folder, 'policies');
    await cp(checkout, folder, { recursive: true });
    const of = async (evaluate: string) => {
      await writeFile(join(folder, 'model.yml'), spec({ evaluate }));
      return gate({ 'champion-environment': 'nowhere' }, { workspace: folder });
    };
    const strict = await of('without-champion: manual');
    expect(strict.decision.verdict).toBe('inconclusive');
    expect(strict.outcome.failure).toContain('inconclusive');
    const open = await of('without-champion: manual\n  when-inconclusive: needs-review');
    expect(open.decision.verdict).toBe('inconclusive');
    expect(open.outcome.failure).toBeUndefined();
    expect(open.logger.text()).toContain('a person must decide');
  });

  it.each<[string, string, RegExp]>([
    [
      'fails',
      'echo bad wolf >&2; exit 3',
      /model\.yml:6:\d+: evaluate\.run ended with exit code 3 for the challenger:\nbad wolf/,
    ],
    ['writes nothing', 'true', /wrote no predictions → .*MLOPS_PREDICTIONS/],
    [
      'writes too few rows',
      `printf 'flight,p\\nf0,0.5\\n' > "$MLOPS_PREDICTIONS"`,
      /no prediction for the hold-out row with id "f1".*1,498 more/,
    ],
    ['takes too long', 'sleep 20', /took longer than 200 ms/],
  ])('a program that %s is an error with its place', async (_, run, message) => {
    const folder = join(local.folder, `program-${runs}`);
    await cp(checkout, folder, { recursive: true });
    const evaluate = run === 'sleep 20' ? 'time-limit: 200ms' : '';
    await writeFile(join(folder, 'model.yml'), spec({ run: JSON.stringify(run), evaluate }));
    await expect(gate({}, { workspace: folder })).rejects.toThrow(message);
  });

  it('names what is not there', async () => {
    await expect(gate({ candidate: 'nowhere' })).rejects.toThrow(
      /nowhere: there is no model in this folder →/,
    );
    await expect(gate({ model: 'nowhere.yml' })).rejects.toThrow(/nowhere\.yml: does not exist/);
    await expect(gate({ predictions: 'nowhere.csv' })).rejects.toThrow(
      /nowhere\.csv: the file does not exist/,
    );
    expect(await readFile(join(checkout, 'model.yml'), 'utf8')).toBe(spec());
  });
});
