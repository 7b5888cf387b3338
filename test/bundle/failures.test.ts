import { Project, actions, expectClear, modelYml, refusals } from './project.js';
import type { Permissions } from '../../src/rehearsal/types.js';

const onGitHub = ['evaluate-gate', 'register-model', 'fetch-model', 'deploy-canary', 'drift-check'];

let project: Project;
/** One GitHub for each way of refusing, as the cases run side by side. */
const refusing = new Map<string, Project>();

beforeAll(async () => {
  project = await Project.open();
  for (const [name, how] of refusals) {
    refusing.set(name, await Project.open({ fault: { operation: '*', count: 1e6, how } }));
  }
});
afterAll(async () => {
  const all = [project, ...refusing.values()];
  for (const one of all) await one.close();
  // Nothing is half done.
  expect(all.flatMap((one) => one.written())).toEqual([]);
});

describe('every action, given a model spec that is wrong', () => {
  const cases: [string, string | null, RegExp][] = [
    ['is missing', null, /^model\.yml: does not exist → check the path/],
    ['is empty', '', /^model\.yml: is empty → write it/],
    ['is malformed YAML', 'name: [flights\ntask', /^model\.yml:2:1: YAML: .* → fix the YAML on this line/],
    [
      'has an unknown key',
      modelYml.replace('label: late', 'lable: late'),
      /^model\.yml:7:3: unknown key "evaluate\.lable" → did you mean "label"\?/m,
    ],
    [
      'has a value of the wrong type',
      modelYml.replace('label: late', 'label: 5'),
      /^model\.yml:7:3: evaluate\.label: expected string, found 5 → write a text/,
    ],
  ];
  // comment-report reads none.
  for (const action of actions.filter((name) => name !== 'comment-report')) {
    it.concurrent.each(cases)(`${action}: it %s`, async (_, text, said) => {
      expectClear(await project.run(action, { change: { 'model.yml': text } }), said);
    });
  }
});

describe('every action, given inputs that are wrong', () => {
  it.concurrent.each([
    ['validate-data', { 'max-findings': 'many' }, /input "max-findings": "many" is not/],
    ['train-on-gpu-runner', { upload: 'perhaps' }, /input "upload": "perhaps" is neither true nor false/],
    ['evaluate-gate', { seed: 'x' }, /input "seed": "x" is not/],
    ['register-model', { bump: 'mayor' }, /input "bump": .* → did you mean "major"\?/],
    ['fetch-model', { 'if-missing': 'fial' }, /input "if-missing": .* → did you mean "fail"\?/],
    ['deploy-canary', { bake: 'long' }, /input "bake": "long" is not a duration → write/],
    ['drift-check', { retrain: 'later' }, /input "retrain": "later" is neither/],
    ['deploy-canary', { environment: '' }, /input "environment" is required → add it under `with:`/],
  ])('%s: %j', async (action, inputs, said) => {
    expectClear(await project.run(action, { inputs }), said);
  });
});

describe('every action that reads data, given a file that is broken', () => {
  const notParquet = 'PAR1 this is no Parquet';
  const parquet = {
    'data/train.parquet': notParquet,
    'data/holdout.parquet': notParquet,
    'model.yml': modelYml.replaceAll('.csv,', '.parquet,').replace('holdout.csv', 'holdout.parquet'),
  };
  const withReference = { reference: 'data/train.csv' };
  it.concurrent.each([
    ['validate-data', {}],
    ['evaluate-gate', { champion: 'model' }],
    ['drift-check', { current: 'data/holdout.parquet', ...withReference }],
  ])('%s: unreadable Parquet', async (action, inputs) => {
    expectClear(
      await project.run(action, { change: parquet, inputs }),
      /^data\/(train|holdout)\.parquet: .* → /,
    );
  });

  it.concurrent.each([
    ['validate-data', 'data/train.csv', {}],
    ['train-on-gpu-runner', 'data/train.csv', {}],
    ['evaluate-gate', 'data/holdout.csv', {}],
    ['drift-check', 'data/holdout.csv', withReference],
  ])('%s: no %s', async (action, file, inputs) => {
    const said = new RegExp(`^model\\.yml:\\d+:\\d+: no file matches "${file}".* → check the pattern`);
    expectClear(await project.run(action, { change: { [file]: null }, inputs }), said);
  });

  it.concurrent.each([
    ['validate-data', 'contract.yaml', null, /^contract\.yaml: does not exist → check/],
    ['validate-data', 'contract.yaml', 'schema: [', /^contract\.yaml:\d+:\d+: YAML/],
    ['register-model', 'model/model.txt', null, /no file matches .* → check/],
    ['evaluate-gate', 'model/model.txt', null, /^model: there is no model in this folder → train it/],
  ])('%s: its %s is %j', async (action, file, content, said) => {
    expectClear(await project.run(action, { change: { [file]: content } }), said);
  });

  it.concurrent.each([
    ['validate-data', 'data/train.csv', {}, /^data\/train\.csv: the file is empty .* → write it again/],
    ['evaluate-gate', 'data/holdout.csv', {}, /^data\/holdout\.csv: the file is empty .* → write it again/],
    [
      'evaluate-gate',
      'data/predictions.csv',
      {},
      /^model\.yml:6:3: .* wrote no predictions → let the program/,
    ],
    [
      'drift-check',
      'data/holdout.csv',
      withReference,
      /^data\/holdout\.csv: the file is empty .* → write it/,
    ],
  ])('%s: an empty %s', async (action, file, inputs, said) => {
    expectClear(await project.run(action, { change: { [file]: '' }, inputs }), said);
  });

  it.concurrent.each([
    ['register-model', 'run-record', '', /^x\.json: is empty → check/],
    ['register-model', 'run-record', '{"kind":', /^x\.json: is not JSON .* → check/],
    ['register-model', 'evidence', '[1]', /^x\.json: .* → /],
    ['register-model', 'profile', '{"kind": 3}', /^x\.json: .* → /],
    ['drift-check', 'reference', '{"kind": "profile"}', /^x\.json: .* → check/],
  ])('%s: a %s of an earlier step that is %j', async (action, input, text, said) => {
    const inputs = { [input]: 'x.json' };
    expectClear(await project.run(action, { change: { 'x.json': text }, inputs }), said);
  });
});

describe('every action that needs GitHub, when GitHub refuses', () => {
  for (const action of onGitHub) {
    it.concurrent.each(refusals)(`${action}: %s`, async (name, _, said) => {
      expectClear(await refusing.get(name)!.run(action), said);
    });
  }

  it.concurrent.each([
    ['evaluate-gate', { contents: 'read' }, /deployments: read/],
    ['register-model', { contents: 'read' }, /contents: write/],
    ['fetch-model', { issues: 'read' }, /contents: read/],
    ['deploy-canary', { deployments: 'write' }, /contents: read/],
    ['drift-check', { contents: 'read' }, /deployments: read/],
  ] as [string, Permissions, RegExp][])(
    '%s: a token without the permission',
    async (action, permissions, permission) => {
      const answer = await project.run(action, { permissions });
      expectClear(answer, /the token may not .* → add `.*` under `permissions:` of the job/);
      expectClear(answer, permission);
    },
  );

  it.concurrent.each(['evaluate-gate', 'register-model', 'fetch-model', 'deploy-canary', 'drift-check'])(
    '%s: without a token',
    async (action) => {
      expectClear(
        await project.run(action, { inputs: { token: '' } }),
        /^the input `token` is empty → leave it/,
      );
    },
  );

  it.concurrent('validate-data and train-on-gpu-runner do without it', async () => {
    const github = refusing.get('500 for good')!;
    expect(await github.run('validate-data')).toMatchObject({ code: 0, errors: [] });
    expect(await github.run('train-on-gpu-runner')).toMatchObject({ code: 0, errors: [] });
  });

  it.concurrent('train-on-gpu-runner keeps what it trained when it cannot be uploaded', async () => {
    const { hub, repository, sha } = project;
    const { id } = await repository.runs.start({
      workflow: 'w.yml',
      ...{ name: 'W', event: 'push', headSha: sha, headBranch: 'main', actor: 'ada' },
    });
    const github = refusing.get('404')!;
    const answer = await github.run('train-on-gpu-runner', {
      inputs: { upload: 'true' },
      env: {
        GITHUB_SERVER_URL: hub.serverUrl,
        ACTIONS_RESULTS_URL: github.hub.resultsUrl,
        ACTIONS_RUNTIME_TOKEN: repository.runs.runtimeToken(id, 'job-1'),
      },
    });
    expectClear(answer, /the artifact flights-training cannot be uploaded \(.*404.*\) → run the job again/);
    expect(Object.keys(answer.outputs)).toEqual(expect.arrayContaining(['result', 'report', 'model-folder']));
  });
});
