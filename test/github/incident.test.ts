import { closeIncident, findIncident, openOrUpdateIncident } from '../../src/github/incident.js';
import type { GitHub } from '../../src/github/types.js';
import { type Local, all, startLocal } from './local.js';

let local: Local;
let github: GitHub;
beforeEach(async () => {
  local = await startLocal();
  github = local.client();
});
afterEach(() => local.close());

const key = { key: 'rollout:late:production', labels: ['mlops-incident', 'rollout'] } as const;
const text = { ...key, title: 'Rolled back', body: 'It failed.', comment: 'It failed again.', run: '1.1' };
const comments = async (number: number) =>
  (await all(github.issues.comments(number))).map(({ body }) => body);

describe('an incident', () => {
  it('is opened once, however often the same run says so', async () => {
    const opened = await openOrUpdateIncident(github, text);
    expect(opened.action).toBe('opened');
    expect(opened.issue.labels).toEqual(expect.arrayContaining(['mlops-incident', 'rollout']));
    const again = await openOrUpdateIncident(github, { ...text, comment: undefined as never });
    expect(again).toMatchObject({ action: 'unchanged', issue: { number: opened.issue.number } });
    expect(await all(github.issues.list({ state: 'all' }))).toHaveLength(1);
    expect(await comments(opened.issue.number)).toEqual([]);
  });

  it('is brought up to date by later runs, each speaking once', async () => {
    const { issue } = await openOrUpdateIncident(github, text);
    const change = { ...text, body: 'It failed worse.', run: '2.1' };
    expect((await openOrUpdateIncident(github, change)).action).toBe('updated');
    expect((await openOrUpdateIncident(github, change)).action).toBe('unchanged');
    expect(await comments(issue.number)).toEqual([expect.stringContaining('It failed again.')]);
    expect((await findIncident(github, key))!.body).toContain('It failed worse.');
  });

  it('is closed once with a last word, and a later one is new, or the same if it comes back soon', async () => {
    const { issue } = await openOrUpdateIncident(github, text);
    const last = { ...key, comment: 'Version 2 is live.', run: '2.1' };
    expect((await closeIncident(github, last))!.action).toBe('closed');
    expect(await closeIncident(github, last)).toBeUndefined();
    expect(await comments(issue.number)).toHaveLength(1);

    const soon = { ...text, run: '3.1', reopenWithinMs: 60_000, now: new Date() };
    expect(await openOrUpdateIncident(github, soon)).toMatchObject({
      action: 'reopened',
      issue: { number: issue.number, state: 'open' },
    });
    await closeIncident(github, { ...last, run: '4.1' });
    const late = { ...text, run: '5.1', reopenWithinMs: 1000, now: new Date(Date.now() + 60_000) };
    const anew = await openOrUpdateIncident(github, late);
    expect(anew.action).toBe('opened');
    expect(anew.issue.number).not.toBe(issue.number);
  });

  it('is one for each key, and is not mistaken for a stranger’s issue without the label', async () => {
    await github.issues.create({
      title: 'x',
      body: '<!-- mlops-actions:rollout:late:production -->',
      labels: [],
    });
    expect(await findIncident(github, key)).toBeUndefined();
    const one = await openOrUpdateIncident(github, text);
    const two = await openOrUpdateIncident(github, { ...text, key: 'rollout:late:production-eu' });
    expect(two.issue.number).not.toBe(one.issue.number);
  });

  it('hides any key, also one that would end the comment it is hidden in', async () => {
    const odd = { ...text, key: 'rollout:late:a-->b<!--' };
    const { issue } = await openOrUpdateIncident(github, odd);
    expect(issue.body.match(/-->/g)).toHaveLength(1);
    expect((await openOrUpdateIncident(github, { ...odd, run: '2.1' })).issue.number).toBe(issue.number);
  });

  it('survives an answer that is lost', async () => {
    for (const operation of ['issues/create', 'issues/create-comment', 'issues/update']) {
      local.hub.faults.add({ operation, when: 'after', how: { drop: true } });
    }
    const { issue } = await openOrUpdateIncident(github, text);
    await openOrUpdateIncident(github, { ...text, body: 'Worse.', run: '2.1' });
    await closeIncident(github, { ...key, comment: 'Well again.', run: '3.1' });
    expect(await all(github.issues.list({ state: 'all' }))).toHaveLength(1);
    expect(await comments(issue.number)).toHaveLength(2);
  });
});
