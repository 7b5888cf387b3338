import { join } from 'node:path';
import type { RehearsalEvent } from '../../src/rehearsal/runner/events.js';
import { rehearse } from '../../src/rehearsal/rehearse.js';
import { Project, modelYml, refusals } from './project.js';
import { node24, suite } from './run-action.js';

type Kind<K extends RehearsalEvent['kind']> = Extract<RehearsalEvent, { kind: K }>;
interface Step {
  readonly name: string;
  readonly with?: string;
}

/** One job in which every step rolls back, and the job goes on whatever comes of it. */
function workflowOf(steps: readonly Step[], permissions: string): string {
  const rollbacks = steps.map(
    (step) => `      - name: ${step.name}
        continue-on-error: true
        uses: mlops-actions/suite/actions/rollback-model@v1
        with: { environment: production${step.with ? `, ${step.with}` : ''} }`,
  );
  return `on: push
permissions: ${permissions}
jobs:
  rollback:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
${rollbacks.join('\n')}
`;
}

/** What each step said as errors. */
async function rollback(
  project: Project,
  steps: readonly Step[],
  options: { files?: Record<string, string>; permissions?: string } = {},
): Promise<{ failed: string[]; said(step: string): string[] }> {
  const { hub, repository, folder } = project;
  const workflow = workflowOf(steps, options.permissions ?? '{ contents: write, deployments: write }');
  const files = { '.github/workflows/w.yml': workflow, 'model.yml': modelYml, ...options.files };
  const sha = await repository.commit({ branch: 'main', files, message: 'Roll back' });
  const events: RehearsalEvent[] = [];
  await rehearse({
    ...{ hub, repository, node24 },
    event: { name: 'push', payload: {}, ref: 'refs/heads/main', sha, actor: 'ada' },
    approve: () => ({ user: 'grace', state: 'approved', comment: '' }),
    suite: { folder: suite, name: 'mlops-actions/suite' },
    workFolder: join(folder, 'work'),
    reporter: { report: (event) => events.push(event) },
  });
  const ended = events.filter((event): event is Kind<'step-finished'> => event.kind === 'step-finished');
  const errors = events.filter((event): event is Kind<'annotation'> => event.kind === 'annotation');
  return {
    failed: ended.filter(({ continued }) => continued).map(({ step }) => step),
    said: (step) => errors.filter((event) => event.step === step).map(({ message }) => message),
  };
}

function expectClear(said: readonly string[], words: RegExp): void {
  expect(said.join('\n')).toMatch(words);
  expect(said.join('\n')).not.toMatch(/defect of the action|undefined|\[object|^ +at /m);
}

describe('rollback-model, by the runner', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.open();
  });
  afterEach(() => {
    project.hub.faults.clear();
    expect(project.written()).toEqual([]);
  });
  afterAll(() => project.close());

  it('names what is wrong with the spec, and with its inputs', async () => {
    const cases: [string, string, RegExp][] = [
      ['empty', '', /^empty\.yml: is empty → write it/],
      ['malformed', 'name: [flights\ntask', /^malformed\.yml:2:1: YAML: .* → fix the YAML on this line/],
      [
        'unknown-key',
        modelYml.replace('label: late', 'lable: late'),
        /^unknown-key\.yml:7:3: unknown key "evaluate\.lable" → did you mean "label"\?/m,
      ],
      [
        'wrong-type',
        modelYml.replace('label: late', 'label: 5'),
        /^wrong-type\.yml:7:3: evaluate\.label: expected string, found 5 → write a text/,
      ],
    ];
    const { failed, said } = await rollback(
      project,
      [
        ...cases.map(([name]) => ({ name, with: `model: ${name}.yml` })),
        { name: 'missing', with: 'model: nowhere.yml' },
        { name: 'nothing to go back to' },
        { name: 'no token', with: "token: ''" },
      ],
      { files: Object.fromEntries(cases.map(([name, text]) => [`${name}.yml`, text])) },
    );
    for (const [name, , words] of cases) expectClear(said(name), words);
    expectClear(said('missing'), /^nowhere\.yml: does not exist → check the path/);
    expectClear(said('nothing to go back to'), /^production has had no good version .* of flights → /);
    expectClear(said('no token'), /^the input `token` is empty → leave it out/);
    expect(failed).toHaveLength(7);
  });

  it.each(refusals)('says it when GitHub answers %s', async (_, how, words) => {
    project.hub.faults.add({ operation: '*', count: 1e6, how });
    const { failed, said } = await rollback(project, [{ name: 'refused' }]);
    expectClear(said('refused'), words);
    expect(failed).toEqual(['refused']);
  });

  it('names the permission that its token has not', async () => {
    const { said } = await rollback(project, [{ name: 'refused' }], { permissions: '{ contents: read }' });
    expectClear(said('refused'), /the token may not .* → add `deployments: read` under `permissions:`/);
  });
});
