import fc from 'fast-check';
import { type SharedText, shareComment } from '../../src/github/sticky-comment.js';
import { type Local, all, startLocal } from './local.js';

/** Names and versions, such as `a1 b2`; the later version of a name counts. */
type Words = ReadonlyMap<string, number>;
const words: SharedText<Words> = {
  read: (text) =>
    new Map(
      [...text.matchAll(/\b([a-z])(\d+)\b/g)].map(([, name, version]) => [name!, Number(version)] as const),
    ),
  join: (a, b) => {
    const joined = new Map(a);
    for (const [name, version] of b) joined.set(name, Math.max(version, joined.get(name) ?? 0));
    return joined;
  },
  write: (state) =>
    [...state]
      .map(([name, version]) => `${name}${version}`)
      .sort()
      .join(' '),
  covers: (found, wanted) => [...wanted].every(([name, version]) => (found.get(name) ?? -1) >= version),
};

describe('the sticky comment', () => {
  let local: Local;
  let number: number;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    local.hub.faults.clear();
    number = (await local.client().issues.create({ title: 't', body: 'b', labels: [] })).number;
  });

  const share = (own: Readonly<Record<string, number>>, { key = 'gate', settleMs = 5, tries = 12 } = {}) =>
    shareComment({
      github: local.client(),
      number,
      key,
      text: words,
      own: new Map(Object.entries(own)),
      pace: { settleMs, tries },
    });
  const bodies = async () =>
    (await all(local.client().issues.comments(number))).map(({ body }) => body.split('\n'));

  it('is written once and then brought up to date', async () => {
    const first = await share({ a: 1 });
    expect(first).toMatchObject({ writes: 1, settled: true });
    expect(await share({ a: 2 })).toEqual({ url: first.url, writes: 1, settled: true });
    expect((await share({ a: 1 })).writes).toBe(0);
    await share({ b: 3 });
    await share({ a: 1 }, { key: 'other' });
    expect(await bodies()).toEqual([
      ['<!-- mlops-actions:gate -->', 'a2 b3'],
      ['<!-- mlops-actions:other -->', 'a1'],
    ]);
  });

  it('is found beyond the first page, and doubles become one', async () => {
    const github = local.client();
    for (let i = 0; i < 100; i++) await github.issues.createComment(number, `chat ${i}`);
    const marker = '<!-- mlops-actions:k -->';
    const oldest = await github.issues.createComment(number, `${marker}\na1`);
    await github.issues.createComment(number, `${marker}\nb1`);
    expect(await share({ c: 1 }, { key: 'k' })).toMatchObject({ url: oldest.url, settled: true });
    expect((await bodies()).slice(100)).toEqual([[marker, 'a1 b1 c1']]);
  });

  it('is no comment that only quotes the hidden line, or that a stranger wrote', async () => {
    const github = local.client();
    await github.issues.createComment(number, 'look: <!-- mlops-actions:gate -->');
    const stranger = '<!-- mlops-actions:gate -->\nz9';
    const { id } = await github.issues.createComment(number, stranger);
    const comments = github.issues.comments;
    const spoofed = {
      ...github,
      issues: {
        ...github.issues,
        comments: async function* (of: number) {
          for await (const one of comments(of)) {
            yield one.id === id ? { ...one, author: 'eve', trusted: false } : one;
          }
        },
      },
    };
    const own = new Map([['a', 1]]);
    await shareComment({ github: spoofed, number, key: 'gate', text: words, own, pace: { settleMs: 1 } });
    expect((await bodies()).slice(1)).toEqual([stranger.split('\n'), ['<!-- mlops-actions:gate -->', 'a1']]);
  });

  it('stays a comment in HTML whatever the key', async () => {
    await share({ x: 1 }, { key: 'a-->b\n<x>' });
    expect(await bodies()).toEqual([['<!-- mlops-actions:a-bx -->', 'x1']]);
  });

  it('is made anew where somebody deleted it', async () => {
    await share({ a: 1 });
    const [comment] = await all(local.client().issues.comments(number));
    local.hub.faults.add({ operation: 'issues/update-comment', how: { delayMs: 100 } });
    const sharing = share({ b: 1 }, { settleMs: 100 });
    await local.client().issues.deleteComment(comment!.id);
    await sharing;
    await local.client().issues.deleteComment(comment!.id);
    expect((await bodies()).map(([, text]) => text)).toEqual(['a1 b1']);
  });

  it('fails with a message where somebody keeps changing it', async () => {
    const github = local.client();
    const { id } = await github.issues.createComment(number, '<!-- mlops-actions:gate -->\n');
    const updateComment = async (of: number): ReturnType<typeof github.issues.updateComment> =>
      github.issues.updateComment(of, '<!-- mlops-actions:gate -->\nspoiled');
    const spoiling = { ...github, issues: { ...github.issues, updateComment } };
    const own = new Map([['a', 1]]);
    const pace = { settleMs: 1, tries: 3 };
    expect(
      await shareComment({ github: spoiling, number, key: 'gate', text: words, own, pace }),
    ).toMatchObject({ writes: 3, settled: false });
    expect((await all(github.issues.comments(number)))[0]!.id).toBe(id);
  });

  it('holds what every job said, however they race, and is one', async () => {
    const names = [...'abcdefg'];
    const job = fc.record({ starts: fc.nat(150), slow: fc.nat(700) });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 2, maxLength: 7 }), async (jobs) => {
        ({ number } = await local.client().issues.create({ title: 't', body: 'b', labels: [] }));
        local.hub.faults.clear();
        // Writes are slow before they are done, so that older ones land on newer ones.
        jobs.forEach(({ slow }, skip) => {
          for (const operation of ['issues/update-comment', 'issues/create-comment']) {
            local.hub.faults.add({ operation, skip, how: { delayMs: slow } });
          }
        });
        const answers = await Promise.all(
          jobs.map(async ({ starts }, i) => {
            await new Promise((resolve) => setTimeout(resolve, starts));
            return share({ [names[i]!]: 1 }, { settleMs: 300 });
          }),
        );
        expect(answers.every(({ settled }) => settled)).toBe(true);
        const all = names.slice(0, jobs.length).map((name) => `${name}1`);
        expect(await bodies()).toEqual([['<!-- mlops-actions:gate -->', all.join(' ')]]);
        expect(new Set(answers.map(({ url }) => url)).size).toBe(1);
      }),
      // Without shrinking, which repeats what takes seconds.
      { numRuns: 4, endOnFailure: true },
    );
  });
});
