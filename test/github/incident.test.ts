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

  describe('beside a stranger', () => {
    const mine = `<!-- mlops-actions:${key.key} -->`;
    const stranger = () => local.client({ login: 'mallory', permissions: { issues: 'write' } });
    const setLabels = async (number: number, login = 'ada') => {
      const url = `${local.hub.apiUrl}/repos/acme/models/issues/${number}`;
      const authorization = `Bearer ${local.repo.token({ permissions: 'write-all', login })}`;
      const body = JSON.stringify({ labels: [...key.labels] });
      expect((await fetch(url, { method: 'PATCH', headers: { authorization }, body })).status).toBe(200);
    };

    it.each(['open', 'closed'] as const)('is not their %s issue, even a labelled one', async (state) => {
      const forged = await stranger().issues.create({ title: 'Rolled back', body: mine, labels: key.labels });
      expect(forged).toMatchObject({ author: 'mallory', trusted: false, labels: [] });
      await setLabels(forged.number);
      await github.issues.update(forged.number, { state });
      expect(await findIncident(github, key)).toBeUndefined();
      expect(await closeIncident(github, { ...key, comment: 'Well.', run: '1.1' })).toBeUndefined();
      const { action, issue } = await openOrUpdateIncident(github, {
        ...text,
        reopenWithinMs: 1e9,
        now: new Date(),
      });
      expect([action, issue.trusted]).toEqual(['opened', true]);
      expect((await findIncident(github, key))!.number).toBe(issue.number);
      expect(await comments(forged.number)).toEqual([]);
    });

    it('is not their copy, when the answer to opening it is lost', async () => {
      const body = `${text.body}\n\n${mine}`;
      const forged = await stranger().issues.create({ title: text.title, body, labels: [] });
      await setLabels(forged.number);
      local.hub.faults.add({ operation: 'issues/create', when: 'before', how: { drop: true } });
      expect((await openOrUpdateIncident(github, text)).issue.number).not.toBe(forged.number);
    });

    it('speaks although they said that it has spoken', async () => {
      const { issue } = await openOrUpdateIncident(github, text);
      for (const run of ['2.1', '2.1:closed']) {
        await stranger().issues.createComment(issue.number, `<!-- mlops-actions-run:${run} -->`);
      }
      const change = { ...text, body: 'It failed worse.', run: '2.1' };
      await openOrUpdateIncident(github, change);
      await closeIncident(github, { ...key, comment: 'Well again.', run: '2.1' });
      expect((await comments(issue.number)).slice(2)).toEqual([
        expect.stringContaining('It failed again.'),
        expect.stringContaining('Well again.'),
      ]);
    });

    it('is still the one that a person of the repository wrote', async () => {
      const ada = local.client({ login: 'ada' });
      const { number } = await ada.issues.create({ title: 'By hand', body: mine, labels: key.labels });
      expect((await findIncident(github, key))!.number).toBe(number);
    });
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
