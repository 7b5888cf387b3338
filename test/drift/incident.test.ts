import { type IncidentOptions, keepIncident } from '../../src/drift/incident.js';
import { policyOf } from '../../src/drift/policy.js';
import { readState, writeState } from '../../src/drift/state.js';
import type { Drift, DriftSection } from '../../src/formats/drift.js';
import type { HistoryCheck } from '../../src/formats/drift-history.js';
import type { Profile } from '../../src/formats/profile.js';
import type { Issue } from '../../src/github/types.js';
import { type Local, all, startLocal } from '../github/local.js';
import { type ResultOptions, resultOf } from './results.js';
import { many, normal, profileOf, seeded } from './profiles.js';

const random = seeded(5);
const policy = policyOf({});
const column = (shift: number, n = 8000) =>
  ({ type: 'number', values: many(n, () => Math.round(20 * (normal(random) + shift))) }) as const;
const profiles = {
  reference: profileOf({ age: column(0), price: column(0) }),
  same: profileOf({ age: column(0), price: column(0) }),
  priceMoved: profileOf({ age: column(0), price: column(1) }),
  bothMoved: profileOf({ age: column(1), price: column(1) }),
  few: profileOf({ age: column(0, 40), price: column(0, 40) }),
};

interface Settings extends Pick<ResultOptions, 'sections' | 'earlier' | 'policy' | 'scope'> {
  readonly ignore?: readonly string[];
}

const found = (current: Profile, { ignore = [], ...given }: Settings = {}): Drift =>
  resultOf(profiles.reference, current, {
    random,
    columns: new Map(ignore.map((name) => [name, { ignore: true }])),
    policy,
    ...given,
  });

describe('the life of a drift incident, on the local GitHub', () => {
  let local: Local;
  let asked: number;
  beforeEach(async () => {
    local = await startLocal();
    asked = 0;
  });
  afterEach(() => local.close());

  const hour = 3_600_000;
  const keep = (id: number, current: Profile, options: Partial<IncidentOptions> & Settings = {}) => {
    const { ignore, sections, earlier, policy: own = policy } = options;
    const result = found(current, {
      policy: own,
      ...(ignore && { ignore }),
      ...(sections && { sections }),
      ...(earlier && { earlier }),
    });
    return keepIncident({
      github: local.client(),
      result,
      policy,
      report: { key: 'k', title: 'Drift', headline: 'h', reasons: result.reasons, sections: [], footer: [] },
      run: { id, url: `https://github.com/acme/models/actions/runs/${id}` },
      now: new Date(),
      recoverAfter: 1,
      reopenWithinMs: 24 * hour,
      ...options,
    });
  };
  const issues = (): Promise<Issue[]> => all(local.client().issues.list({ state: 'all' }));
  const comments = async (number: number): Promise<string[]> =>
    (await all(local.client().issues.comments(number))).map(({ body }) => body);

  it('opens once, updates, and closes when what drifted is in order again', async () => {
    expect((await keep(1, profiles.same)).incident).toBeNull();
    expect((await keep(2, profiles.priceMoved)).incident).toMatchObject({ number: 1, action: 'opened' });
    // The same run again, and a later run that finds the same, make nothing new.
    expect((await keep(2, profiles.priceMoved)).incident?.action).toBe('unchanged');
    expect((await keep(3, profiles.priceMoved)).incident).toMatchObject({ number: 1, action: 'updated' });
    expect(await comments(1)).toEqual([]);
    expect((await keep(4, profiles.bothMoved)).incident?.number).toBe(1);
    await keep(4, profiles.bothMoved);
    expect(await comments(1)).toEqual([expect.stringContaining('also drifting: age')]);
    expect((await keep(5, profiles.same)).incident).toMatchObject({ number: 1, action: 'closed' });
    const [issue, ...others] = await issues();
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ state: 'closed', labels: ['mlops-incident', 'drift'] });
    expect(issue!.title).toBe('Drift of late (inputs): age, price');
    expect(await comments(1)).toHaveLength(2);
  });

  it('is not closed by a run that could not tell, nor by one that did not look', async () => {
    await keep(1, profiles.priceMoved);
    const tiny = profileOf({ age: column(0, 6), price: column(0, 6) });
    expect((await keep(2, tiny)).incident).toMatchObject({ number: 1, action: 'updated' });
    expect((await issues())[0]).toMatchObject({ state: 'open' });
    const { body } = (await issues())[0]!;
    expect(body).toContain('could not tell whether price recovered');
    expect(body).toContain('6 rows show a change only from');
    expect(body).toContain('close this issue by hand');
    const onlyAge = profileOf({ age: column(0) });
    await keep(3, onlyAge);
    expect((await issues())[0]).toMatchObject({ state: 'open' });
    // What the user declares not to matter is settled.
    expect((await keep(4, profiles.bothMoved, { ignore: ['price', 'age'] })).incident?.action).toBe('closed');
  });

  it('is closed by a run too small to pass that would have seen a change of the size of the incident', async () => {
    await keep(1, profiles.priceMoved);
    const found = await keep(2, profiles.few);
    expect(found.incident).toMatchObject({ number: 1, action: 'closed' });
    // A change that is half as large as what such few rows show is not ruled out by them.
    const slightly = profileOf({ age: column(0), price: column(0.2) });
    await keep(3, slightly);
    expect((await keep(4, profiles.few)).incident).toMatchObject({ action: 'updated' });
    expect((await keep(5, profiles.same)).incident).toMatchObject({ action: 'closed' });
  });

  it('waits for as many good runs in a row as the spec asks; a repeated run counts once', async () => {
    await keep(1, profiles.priceMoved);
    const patient = { recoverAfter: 2 };
    expect((await keep(2, profiles.same, patient)).incident?.action).toBe('updated');
    expect((await keep(2, profiles.same, patient)).incident?.action).toBe('unchanged');
    expect((await issues())[0]!.state).toBe('open');
    expect((await keep(3, profiles.same, patient)).incident?.action).toBe('closed');
  });

  it('comes back in the same issue within the time, in a new one later', async () => {
    await keep(1, profiles.priceMoved);
    await keep(2, profiles.same);
    expect((await keep(3, profiles.priceMoved)).incident).toMatchObject({ number: 1, action: 'reopened' });
    await keep(4, profiles.same);
    const later = { now: new Date(Date.now() + 48 * hour) };
    expect((await keep(5, profiles.priceMoved, later)).incident).toMatchObject({
      number: 2,
      action: 'opened',
    });
  });

  it('asks for retraining once in the cool-down, across incidents', async () => {
    const ask = (): Promise<number> => Promise.resolve(100 + ++asked);
    const retrain = { retrain: { coolDownMs: 24 * hour, ask } };
    expect((await keep(1, profiles.priceMoved, retrain)).retrain).toMatchObject({
      requested: true,
      run: 101,
    });
    expect((await keep(1, profiles.priceMoved, retrain)).retrain.requested).toBe(false);
    expect((await keep(2, profiles.bothMoved, retrain)).retrain.reason).toMatch(
      /^asked for on .* not again before/,
    );
    await keep(3, profiles.same, retrain);
    expect((await keep(4, profiles.priceMoved, retrain)).retrain.requested).toBe(false);
    expect((await issues())[0]!.body).toContain('(run 101)');
    const later = { now: new Date(Date.now() + 25 * hour), ...retrain };
    expect((await keep(5, profiles.priceMoved, later)).retrain).toMatchObject({ requested: true, run: 102 });
    expect(asked).toBe(2);
  });

  it('asks again when it was cut short before the request was known to be taken', async () => {
    const broken = { coolDownMs: 24 * hour, ask: () => Promise.reject(new Error('cut short')) };
    await expect(keep(1, profiles.priceMoved, { retrain: broken })).rejects.toThrow('cut short');
    const ask = (): Promise<undefined> => Promise.resolve(void asked++);
    const again = await keep(2, profiles.priceMoved, { retrain: { coolDownMs: 24 * hour, ask } });
    expect(again.retrain.requested).toBe(true);
    expect(asked).toBe(1);
    expect(await issues()).toHaveLength(1);
  });

  const section = (
    name: string,
    kind: DriftSection['kind'],
    verdict: DriftSection['verdict'],
    state: DriftSection['state'] = 'checked',
  ): DriftSection => ({ name, kind, state, verdict, reasons: [] });

  it('is not closed while a section that is in it was not run, broke, or could not tell', async () => {
    const harm = (verdict: DriftSection['verdict'], state?: DriftSection['state']) => ({
      sections: [section('performance', 'performance', verdict, state)],
    });
    const opened = await keep(1, profiles.same, harm('fail'));
    expect(opened.incident).toMatchObject({ number: 1, action: 'opened' });
    expect((await issues())[0]!.title).toBe('Drift of late (inputs): performance');
    expect((await keep(2, profiles.same)).incident?.action).toBe('updated');
    await keep(3, profiles.same, harm(null, 'not-run'));
    await keep(4, profiles.same, harm(null, 'broken'));
    await keep(5, profiles.same, harm('inconclusive'));
    expect((await issues())[0]).toMatchObject({ state: 'open' });
    expect((await issues())[0]!.body).toContain('could not tell whether performance recovered');
    expect((await keep(6, profiles.same, harm('pass'))).incident?.action).toBe('closed');
  });

  it('asks on harm, not on changed inputs, once harm is measured', async () => {
    const ask = (): Promise<number> => Promise.resolve(100 + ++asked);
    const retrain = { retrain: { coolDownMs: hour, ask } };
    const measured = { policy: policyOf({}, { harmIsMeasured: true }) };
    const inputs = await keep(1, profiles.priceMoved, { ...retrain, ...measured });
    expect(inputs.incident?.action).toBe('opened');
    expect(inputs.retrain).toEqual({
      requested: false,
      reason: 'drift.policy asks for it on other findings than these',
    });
    const harm = { sections: [section('performance', 'performance', 'fail')] };
    const both = await keep(2, profiles.priceMoved, { ...retrain, ...measured, ...harm });
    expect(both.retrain).toEqual({ requested: true, reason: 'because of performance', run: 101 });
  });

  it('only warns where the policy says so, and settles what it once kept an incident of', async () => {
    await keep(1, profiles.priceMoved);
    const quiet = { policy: policyOf({ inputs: 'warn' }) };
    const { incident, retrain } = await keep(2, profiles.priceMoved, quiet);
    expect(incident?.action).toBe('closed');
    expect(retrain.reason).toBe('drift.policy says to warn of this, and no more');
    expect((await keep(3, profiles.priceMoved, quiet)).incident).toBeNull();
  });

  it('waits for k of n windows, column by column, and then stays until the column is in order', async () => {
    const patient = { policy: policyOf({ alarm: { k: 2, n: 3 } }) };
    const window = (run: number, ...findings: string[]): HistoryCheck => ({
      ...{ run: String(run), at: `2026-11-${10 + run}T00:00:00Z`, url: '', verdict: 'fail' as const },
      findings,
    });
    const other = [window(1, 'column:age')];
    const first = await keep(2, profiles.priceMoved, { ...patient, earlier: other });
    expect(first.incident).toBeNull();
    expect(first.retrain.reason).toBe('seen in fewer than 2 of the last 3 windows');
    const twice = [...other, window(2, 'column:price')];
    expect((await keep(3, profiles.priceMoved, { ...patient, earlier: twice })).incident?.action).toBe(
      'opened',
    );
    // The windows with it are gone from the memory, but it still drifts.
    const still = await keep(4, profiles.priceMoved, { ...patient, earlier: [] });
    expect(still.incident?.action).toBe('updated');
    expect((await issues())[0]!.body).toContain('Still there, by this run: price.');
    expect((await keep(5, profiles.same, patient)).incident?.action).toBe('closed');
  });

  it('has room for any number of columns of any name, and is closed only when all are in order', async () => {
    const names = Array.from({ length: 80 }, (_, i) => `${'-->'.repeat(60)} ${i}`);
    const wide = (shift: number): Profile =>
      profileOf(Object.fromEntries(names.map((name) => [name, column(shift, 300)])));
    const many = { result: resultOf(wide(0), wide(3), { random }) };
    await keep(1, profiles.same, many);
    expect((await keep(2, profiles.same, many)).incident?.action).toBe('updated');
    const [issue] = await issues();
    expect(issue!.body.length).toBeLessThan(65_536);
    expect(issue!.title.length).toBeLessThan(256);
    expect(await comments(1)).toEqual([]);
    const half = resultOf(wide(0), wide(0), { random, sections: [section('skew', 'skew', 'inconclusive')] });
    expect((await keep(3, profiles.same, { result: half })).incident?.action).toBe('updated');
    expect((await issues())[0]!.state).toBe('open');
  });

  it('keeps another model’s and another scope’s incident apart', async () => {
    await keep(1, profiles.priceMoved);
    const other = found(profiles.priceMoved, { scope: 'predictions' });
    await keep(2, profiles.priceMoved, { result: other });
    expect(await issues()).toHaveLength(2);
    await keep(3, profiles.same);
    expect((await issues()).map(({ state }) => state).sort()).toEqual(['closed', 'open']);
  });
});

describe('the state in an issue', () => {
  it('comes back as it was, whatever columns are called', () => {
    const state = { subjects: ['column:a --> <b>', 'column:{"x":1}'], okRuns: 1, run: 7, comments: 2 };
    const body = `text\n${writeState(state)}\nmore`;
    expect(readState(body)).toEqual(state);
    expect(body.match(/-->/g)).toHaveLength(1);
  });

  it('is none when someone edited it', () => {
    expect(readState('')).toBeUndefined();
    expect(readState('<!-- mlops-actions-state:{"columns":3} -->')).toBeUndefined();
    expect(readState('<!-- mlops-actions-state:{oops} -->')).toBeUndefined();
  });
});
