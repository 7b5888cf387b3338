import type { Clock } from '../../src/common/clock.js';
import { GitHubFailure } from '../../src/github/failure.js';
import { operationOf } from '../../src/github/operations.js';
import { type Local, startLocal } from './local.js';

/** A clock that is set by hand: sleeping moves it. */
function handClock(start: string): Clock & { readonly slept: number[] } {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(now),
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

describe('what GitHub refuses', () => {
  let local: Local;
  beforeEach(async () => {
    local = await startLocal();
  });
  afterEach(() => local.close());

  const draft = { tag: 'm@v1.0.0', target: 'main', name: 'm', body: '' };
  const failing = async (work: Promise<unknown>): Promise<GitHubFailure> => {
    const error: unknown = await work.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(GitHubFailure);
    return error as GitHubFailure;
  };

  it('names the permission that a token lacks', async () => {
    const github = local.client({ permissions: { contents: 'read' } });
    const release = await failing(github.releases.createDraft(draft));
    expect(release.message).toContain('the token may not create a release');
    expect(release.message).toContain('add `contents: write` under `permissions:`');
    const deployment = await failing(
      github.deployments.create({
        ref: 'main',
        task: 't',
        environment: 'e',
        production: false,
        description: '',
        payload: {},
      }),
    );
    expect(deployment.message).toContain('`deployments: write`');
    const issue = await failing(github.issues.create({ title: 't', body: 'b', labels: [] }));
    expect(issue.message).toContain('`issues: write`');
  });

  it('says of 401 that the token is at fault', async () => {
    local.hub.faults.add({ operation: '*', how: { status: 401, body: { message: 'Bad credentials' } } });
    const error = await failing(local.client().repository());
    expect(error.message).toMatch(/does not accept the token \(Bad credentials\).*check the input `token`/);
  });

  it('gives GitHub’s field messages of 422', async () => {
    local.hub.faults.add({
      operation: 'repos/create-release',
      how: {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [
            { resource: 'Release', code: 'already_exists', field: 'tag_name' },
            { resource: 'Release', code: 'custom', message: 'body is too long', field: 'body' },
          ],
        },
      },
    });
    const error = await failing(local.client().releases.createDraft(draft));
    expect(error.detail).toBe('Validation Failed: tag_name already_exists; body body is too long');
    expect(error.ambiguous).toBe(false);
  });

  it('says of 404 that the token may not see it', async () => {
    local.hub.faults.add({ operation: '*', how: { status: 404, body: { message: 'Not Found' } } });
    const error = await failing(local.client().repository());
    expect(error.message).toContain('it is not there, or the token cannot see it');
  });

  it('fails on 5xx after its last attempt', async () => {
    local.hub.faults.add({ operation: '*', count: 1000, how: { status: 503 } });
    const read = await failing(local.client().repository());
    expect(read.message).toMatch(/GitHub answers 503.*, 4 times.*githubstatus/);
    expect(local.hub.requests).toHaveLength(4);
    const written = await failing(local.client().releases.createDraft(draft));
    expect(written.message).toContain('cannot read releases');
  });

  it('says that GitHub cannot be reached', async () => {
    local.hub.faults.add({ operation: '*', count: 1000, how: { drop: true } });
    expect((await failing(local.client().repository())).message).toContain('GitHub cannot be reached');
  });

  it('waits for a short rate limit, also with a write', async () => {
    const clock = handClock('2026-01-01T00:00:00Z');
    const github = local.client({ clock });
    local.hub.faults.add({
      operation: 'issues/create',
      how: {
        status: 403,
        headers: { 'retry-after': '30' },
        body: { message: 'You have exceeded a secondary rate limit' },
      },
    });
    local.hub.faults.add({
      operation: 'repos/get',
      how: {
        status: 429,
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': `${Date.parse('2026-01-01T00:01:00Z') / 1000}`,
        },
      },
    });
    expect((await github.issues.create({ title: 't', body: 'b', labels: [] })).title).toBe('t');
    expect(clock.slept).toEqual([30_000]);
    await github.repository();
    expect(clock.slept).toEqual([30_000, 31_000]);
  });

  it('says until when a long rate limit lasts, instead of waiting', async () => {
    const clock = handClock('2026-01-01T00:00:00Z');
    local.hub.faults.add({
      operation: 'repos/get',
      how: {
        status: 403,
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': `${Date.parse('2026-01-01T00:40:00Z') / 1000}`,
        },
        body: { message: 'API rate limit exceeded' },
      },
    });
    const error = await failing(local.client({ clock }).repository());
    expect(error.message).toContain('rate limit is used up until 2026-01-01 00:40:01 UTC');
    // Not 403: nobody takes it for a missing permission.
    expect(error.status).toBe(429);
    expect(clock.slept).toEqual([]);
  });

  it('does not wait for ever where the limit comes again and again', async () => {
    const clock = handClock('2026-01-01T00:00:00Z');
    local.hub.faults.add({
      operation: '*',
      count: 1000,
      how: { status: 429, headers: { 'retry-after': '50' } },
    });
    expect((await failing(local.client({ clock }).repository())).message).toContain('rate limit');
    expect(clock.slept).toEqual([50_000, 50_000]);
  });
});

describe('operations', () => {
  it.each([
    ['POST', '/repos/{owner}/{repo}/releases', 'create a release'],
    [
      'POST',
      'http://127.0.0.1:1/api/uploads/repos/a/b/releases/1/assets{?name,label}',
      'upload a release asset',
    ],
    ['GET', 'https://api.github.com/repositories/1/releases?page=2', 'GET'],
    ['GET', '/repos/{owner}/{repo}/commits/{commit_sha}/pulls', 'read the pull requests of a commit'],
    ['PATCH', '/repos/{owner}/{repo}/issues/comments/{comment_id}', 'change a comment'],
    ['PATCH', '/repos/{owner}/{repo}/issues/{issue_number}', 'write an issue'],
    ['GET', '/repos/{owner}/{repo}', 'read the repository'],
    ['POST', '/repos/{owner}/{repo}/dispatches', 'send a repository dispatch'],
  ])('%s %s is: %s', (method, url, doing) => {
    expect(operationOf(method, url).doing).toContain(doing);
  });
});
