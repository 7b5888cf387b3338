import { type Ask, type QuickRun, QuickStage } from './quick.js';

/*
 * A run that is killed at any of its calls to GitHub, before or after the call was carried out, and at any of its
 * commands; and then started again.
 */

interface Scenario {
  readonly name: string;
  /** What was done before. */
  prepare(stage: QuickStage): Promise<unknown>;
  begin(stage: QuickStage, ask: Ask): QuickRun;
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a rollout of the first version',
    prepare: () => Promise.resolve(),
    begin: (stage, ask) => stage.deploy('1.0.0', ask),
  },
  {
    name: 'a rollout that is promoted',
    prepare: (stage) => stage.deployed('1.0.0'),
    begin: (stage, ask) => stage.deploy('1.1.0', ask),
  },
  {
    name: 'a rollout that fails',
    prepare: (stage) => stage.deployed('1.0.0'),
    begin: (stage, ask) => stage.deploy('1.3.0', ask),
  },
  {
    name: 'a rollback to the previous version',
    prepare: async (stage) => {
      for (const version of ['1.0.0', '1.1.0', '1.2.0']) await stage.deployed(version);
    },
    begin: (stage, ask) => stage.back('previous', ask),
  },
  {
    name: 'a rollback of a cancelled rollout',
    prepare: async (stage) => {
      await stage.deployed('1.0.0');
      await stage.cancelled('1.1.0');
    },
    begin: (stage, ask) => stage.back('previous', ask),
  },
];

async function prepared(scenario: Scenario): Promise<QuickStage> {
  const stage = await QuickStage.open();
  stage.rates = { '1.3.0': 0.3 };
  await scenario.prepare(stage);
  await stage.clock.pass(2000);
  return stage;
}

/** What is on record and what serves. */
async function outcome(stage: QuickStage): Promise<object> {
  const issues: string[] = [];
  for await (const { title, state } of stage.github.issues.list({ state: 'all' }))
    issues.push(`${title}: ${state}`);
  const { withdrawn } = await stage.ledger();
  return { record: await stage.record(), serving: stage.serving, issues, withdrawn: [...withdrawn.values()] };
}

/** The end of a scenario whose run was killed at its n-th moment, and of a run after it; undefined past its last. */
async function killedAt(
  scenario: Scenario,
  moment: number,
  again: boolean,
): Promise<object | 'over' | undefined> {
  const stage = await prepared(scenario);
  let moments = 0;
  const pass = () => (moments++ === moment ? new Promise<void>(() => undefined) : undefined);
  stage.onCommand = pass;
  const run = scenario.begin(stage, { onCall: pass });
  let done = false;
  const mark = () => {
    done = true;
  };
  run.end.then(mark, mark);
  await stage.clock.pass(3_600_000, () => done || moments > moment);
  if (moments <= moment) return undefined;
  run.kill();
  stage.onCommand = () => undefined;
  const [newest] = (await stage.ledger()).entries;
  // What has failed on record is tried anew by any run; one more click on a rollback that is done asks for another.
  if (newest?.state === 'failure') return outcome(stage);
  if (newest?.payload.cause === 'rollback' && newest.state === 'success' && !again) return 'over';
  await stage.finish(scenario.begin(stage, again ? { again: run } : {}));
  return outcome(stage);
}

describe.each(scenarios)('$name', (scenario) => {
  it.each([
    ['the same run', true],
    ['another run', false],
  ])('ends alike wherever it was killed, when %s goes on', async (_, again) => {
    const whole = await prepared(scenario);
    await whole.finish(scenario.begin(whole, {}));
    const expected = await outcome(whole);
    let moment = 0;
    for (; ; moment++) {
      const end = await killedAt(scenario, moment, again);
      if (end === undefined) break;
      if (end === 'over') continue;
      expect({ moment, ...end }).toEqual({ moment, ...expected });
    }
    expect(moment).toBeGreaterThan(30);
  });
});
