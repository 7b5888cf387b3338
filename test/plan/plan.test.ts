import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Action } from '../../src/actions/definition.js';
import type { Dependencies } from '../../src/actions/dependencies.js';
import evaluateGate from '../../src/actions/evaluate-gate/index.js';
import { readInputs } from '../../src/actions/inputs.js';
import { unknownColumns } from '../../src/plan/columns.js';
import { type Plan, loadPlan } from '../../src/plan/plan.js';
import registerModel from '../../src/actions/register-model/index.js';
import trainOnGpuRunner from '../../src/actions/train-on-gpu-runner/index.js';
import validateData from '../../src/actions/validate-data/index.js';
import { check } from '../../src/cli/check.js';
import { UserError, describeProblem } from '../../src/common/errors.js';
import { RecordingLogger } from '../../src/common/logger.js';

let folder: string;
let logger: RecordingLogger;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
  logger = new RecordingLogger();
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};
const contract = 'fields: [{ name: x, type: number }, { name: late, type: integer }]\n';
const spec = (evaluate = '', more = ''): string => `name: flights
task: binary-classification
data: { contract: contract.yaml, train: train.csv, holdout: holdout.csv }
train: { run: 'true' }
evaluate:
  run: 'true'
  label: late
  score: p
  gates: [{ metric: roc_auc, min: 0.6 }]
${evaluate}
${more}
`;
const plan = (): Promise<Plan> => loadPlan({ file: join(folder, 'model.yml'), workspace: folder, logger });
const mistakes = async (run: () => Promise<unknown> = plan): Promise<string[]> => {
  try {
    await run();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => describeProblem(problem).replace(`${folder}/`, ''));
  }
};

/** A mistake in each part of a run: gate, slices, fairness, importance, robustness, rollout, contract. */
const wrong = {
  'contract.yaml': 'fields: [{ name: x, type: numbr }]\n',
  'model.yml': spec(
    `  slice-gates: [{ metric: rmse, max: 3 }]
  slices: [x]
  fairness: [{ column: x, metric: demographic_party_difference, max: 0.1 }]
  importance: { metric: auc }
  behaviour: { robustness: [{ columns: x, noise: 1, metric: macro_f1, max-drop: 0.1 }] }
  confidence: 0.95`,
    'rollout: { target: { kind: command, start: a, set-weight: b, stop: c }, guardrails: [{ signal: errors, max-ratio: 1.5 }] }',
  ).replace('metric: roc_auc, min: 0.6', 'metric: accuracy, min: 1.5'),
};
const expected = [
  expect.stringMatching(/^model\.yml:9:\d+: accuracy cannot be above 1: min 1\.5 can never pass/),
  expect.stringMatching(
    /^model\.yml:10:\d+: "rmse" is a metric of regression, and this model's task is binary/,
  ),
  expect.stringMatching(/^model\.yml:12:\d+: .*demographic_party/),
  expect.stringMatching(
    /^model\.yml:13:\d+: there is no metric "auc" → did you mean "roc_auc" or "pr_auc"\?$/,
  ),
  expect.stringMatching(/^model\.yml:14:\d+: there is no metric "macro_f1"/),
  expect.stringMatching(/^model\.yml:16:\d+: "errors" is not a rate → name it <event>_rate/),
  expect.stringMatching(/^contract\.yaml:1:\d+: .*numbr/),
];

describe('the plan of a run', () => {
  it('names the mistakes of every part at once, each at its place', async () => {
    write(wrong);
    expect(await mistakes()).toEqual(expected);
  });

  it.each<[string, Pick<Action, 'definition' | 'main'>, Record<string, string>]>([
    ['validate-data', validateData as unknown as Action, {}],
    ['train-on-gpu-runner', trainOnGpuRunner as unknown as Action, {}],
    ['evaluate-gate', evaluateGate as unknown as Action, { token: 't' }],
    ['register-model', registerModel as unknown as Action, { token: 't' }],
  ])('is read by %s before anything else', async (_, action, raw) => {
    write(wrong);
    const run = { workspace: folder, temp: join(folder, 'temp') };
    const dependencies = { run, logger, environment: {} } as unknown as Dependencies;
    const inputs = readInputs(action.definition.inputs, (name) => raw[name]);
    expect(await mistakes(() => action.main(inputs, dependencies))).toEqual(expected);
  });

  it('has no mistake where there is none', async () => {
    write({ 'contract.yaml': contract, 'model.yml': spec() });
    const { unlisted, contract: read } = await plan();
    expect([unlisted, read!.columns.length, logger.records]).toEqual([[], 2, []]);
  });

  it('waits for a contract that is not there yet', async () => {
    write({ 'model.yml': spec() });
    expect((await plan()).contract).toBeUndefined();
  });

  it('finds columns that neither the contract nor the data have', async () => {
    write({
      'contract.yaml': contract,
      'model.yml': spec(`  id: flight
  slices: [[origin, { column: x, quantiles: 2 }], orign]
  search: { columns: [carrier] }
  behaviour: { direction: [{ column: dist, add: 1, answer: not-lower, max-share: 1% }] }`),
    });
    const { spec: loaded, unlisted } = await plan();
    expect(unlisted.map(({ name }) => name)).toEqual(['flight', 'origin', 'orign', 'carrier', 'dist']);
    const problems = unknownColumns(loaded, unlisted, ['flight', 'x', 'origin', 'late'], 'the data have');
    expect(problems.map((problem) => describeProblem(problem).replace(`${folder}/`, ''))).toEqual([
      expect.stringMatching(
        /^model\.yml:11:\d+: evaluate\.slices\.1: the data have no column "orign" → did you mean "origin"\?$/,
      ),
      expect.stringMatching(
        /^model\.yml:12:\d+: .*no column "carrier" → the columns are flight, x, origin, late$/,
      ),
      expect.stringMatching(/^model\.yml:13:\d+: evaluate\.behaviour\.direction\.0\.column: .*"dist"/),
    ]);
  });

  describe('of a rollout', () => {
    const target = 'target: { kind: command, start: a, set-weight: b, stop: c }';
    const guardrails = 'guardrails: [{ signal: error_rate, max-ratio: 1.5 }]';
    const withRollout = (rollout: string): void =>
      write({ 'contract.yaml': contract, 'model.yml': spec('', `rollout: { ${target}, ${rollout} }`) });

    it('needs a guardrail in each environment that takes steps', async () => {
      withRollout('environments: { staging: { steps: [100%] } }, bake: 10m');
      expect(await mistakes()).toEqual([
        expect.stringMatching(
          /: no guardrail for production: nothing could stop the rollout → add guardrails/,
        ),
      ]);
      withRollout('steps: [100%]');
      expect(await mistakes()).toEqual([]);
    });

    it('warns where no signals are named, since an input may name them', async () => {
      withRollout(guardrails);
      expect(await mistakes()).toEqual([]);
      expect(logger.records).toMatchObject([
        {
          level: 'warning',
          message: expect.stringMatching(/^no signals for production: .*input signals-url/),
        },
      ]);
    });

    it('warns of an environment that no workflow deploys to', async () => {
      withRollout(
        `${guardrails}, signals: { kind: http, url: u }, environments: { prodution: { bake: 10m } }`,
      );
      await plan();
      expect(logger.records).toEqual([]);
      const workflow = (environment: string): void =>
        write({ '.github/workflows/deliver.yml': `jobs: { a: { environment: ${environment} } }\n` });
      workflow('{ name: production, deployment: false }');
      await plan();
      expect(logger.records).toMatchObject([
        {
          level: 'warning',
          message: expect.stringMatching(
            /^no workflow of this repository deploys to the environment prodution.*did you mean "production"\?$/,
          ),
          where: { file: join(folder, 'model.yml') },
        },
      ]);
      // Known only when the workflow runs.
      workflow("'${{ inputs.environment }}'");
      logger.records.length = 0;
      await plan();
      expect(logger.records).toEqual([]);
    });
  });
});

describe('mlops check', () => {
  const run = async (): Promise<[boolean, string]> => {
    let text = '';
    const options = { project: process.cwd(), write: (more: string) => void (text += more) };
    const good = await check({ file: join(folder, 'model.yml') }, options);
    return [good, text.replaceAll(`${folder}/`, '')];
  };

  it('reports what the first action of a run would', async () => {
    write(wrong);
    const [good, text] = await run();
    expect(good).toBe(false);
    expect(text.trim().split('\n')).toEqual(
      expected.map(() => expect.stringMatching(/^error: (model\.yml|contract\.yaml):\d+:\d+: /)),
    );
  });

  it('reads the columns of hold-out data that are here', async () => {
    write({ 'contract.yaml': contract, 'model.yml': spec('  id: flght') });
    expect(await run()).toEqual([
      true,
      'model.yml: no mistake found; the hold-out data are not here, and may lack flght\n',
    ]);
    write({ 'holdout.csv': 'flight,x,late\na,1,0\n' });
    const [good, text] = await run();
    expect(good).toBe(false);
    expect(text).toMatch(/^error: model\.yml:10:\d+: .*no column "flght" → did you mean "flight"\?\n$/);
  });

  it('says that a good spec has no mistake', async () => {
    write({ 'contract.yaml': contract, 'model.yml': spec() });
    expect(await run()).toEqual([true, 'model.yml: no mistake found\n']);
  });
});
