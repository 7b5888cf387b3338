import { upsertComment } from '../../src/github/sticky-comment.js';
import { type Local, all, startLocal } from './local.js';

describe('the sticky comment', () => {
  let local: Local;
  let number: number;
  beforeEach(async () => {
    local = await startLocal();
    number = (await local.client().issues.create({ title: 't', body: 'b', labels: [] })).number;
  });
  afterEach(() => local.close());

  it('is written once and then brought up to date', async () => {
    const github = local.client();
    const write = (key: string, markdown: string) => upsertComment({ github, number, key, markdown });
    const first = await write('gate:m', 'one');
    expect(first.action).toBe('created');
    expect(await write('gate:m', 'two')).toEqual({ url: first.url, action: 'updated' });
    expect((await write('gate:m', 'two')).action).toBe('unchanged');
    expect((await write('gate:n', 'three')).action).toBe('created');
    const bodies = (await all(github.issues.comments(number))).map(({ body }) => body);
    expect(bodies).toEqual(['<!-- mlops-actions:gate:m -->\ntwo', '<!-- mlops-actions:gate:n -->\nthree']);
  });

  it('is found beyond the first page, and the oldest of two wins', async () => {
    const github = local.client();
    for (let i = 0; i < 101; i++) await github.issues.createComment(number, `chat ${i}`);
    const marker = '<!-- mlops-actions:k -->';
    const oldest = await github.issues.createComment(number, `${marker}\nold`);
    await github.issues.createComment(number, `${marker}\nraced`);
    expect(await upsertComment({ github, number, key: 'k', markdown: 'new' })).toEqual({
      url: oldest.url,
      action: 'updated',
    });
  });

  it('does not take a comment that only quotes the hidden line', async () => {
    const github = local.client();
    await github.issues.createComment(number, 'look: <!-- mlops-actions:k -->');
    expect((await upsertComment({ github, number, key: 'k', markdown: 'x' })).action).toBe('created');
  });

  it('stays a comment in HTML whatever the key', async () => {
    const github = local.client();
    await upsertComment({ github, number, key: 'a-->b\n<x>', markdown: 'x' });
    const [comment] = await all(github.issues.comments(number));
    expect(comment!.body).toBe('<!-- mlops-actions:a-bx -->\nx');
  });
});
