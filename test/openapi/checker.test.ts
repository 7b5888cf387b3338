import { readFileSync } from 'node:fs';
import type { Exchange } from '../../src/rehearsal/github/exchange.js';
import { routes } from '../../src/rehearsal/github/rest.js';
import { checker } from './checker.js';

const { operations } = JSON.parse(readFileSync(new URL('operations.json', import.meta.url), 'utf8')) as {
  operations: Record<string, { method: string; path: string }>;
};

const good: Exchange = {
  operation: 'git/create-ref',
  method: 'POST',
  path: '/api/v3/repos/o/r/git/refs',
  status: 201,
  params: {},
  query: new URLSearchParams(),
  requestBody: { ref: 'refs/tags/v1', sha: 'a'.repeat(40) },
  responseHeaders: {},
  responseBody: {
    ref: 'refs/tags/v1',
    node_id: 'x',
    url: 'http://localhost/x',
    object: { type: 'commit', sha: 'a'.repeat(40), url: 'http://localhost/x' },
  },
};

describe('the check against GitHub’s description', () => {
  it.each<[string, Partial<Exchange>, RegExp | undefined]>([
    ['passes what fits', {}, undefined],
    ['sees a field that the answer lacks', { responseBody: { ref: 'refs/tags/v1' } }, /required property/],
    ['sees a wrong type in the request', { requestBody: { ref: 7, sha: 'x' } }, /ref must be string/],
    [
      'sees a field that GitHub does not know',
      { requestBody: { ref: 'r', sha: 's', force: true } },
      /unknown force/,
    ],
    [
      'sees a parameter that GitHub does not know',
      { query: new URLSearchParams('tag=1') },
      /no parameter tag/,
    ],
    ['sees a status that GitHub never answers', { status: 206 }, /never answers 206/],
    ['sees a wrong method', { method: 'PUT' }, /PUT instead of POST/],
    ['sees an error without a message', { status: 404, responseBody: {} }, /without a message/],
    [
      'leaves refused requests alone',
      { status: 422, requestBody: {}, responseBody: { message: 'no', documentation_url: 'd' } },
      undefined,
    ],
  ])('%s', (_name, change, expected) => {
    const check = checker();
    check.observe({ ...good, ...change });
    expect(check.checked).toBe(1);
    if (expected === undefined) expect(check.problems).toEqual([]);
    else expect(check.problems.join('\n')).toMatch(expected);
  });

  it('knows every operation that is served, by GitHub’s name, method and path', () => {
    const placeholder = (path: string): string => path.replace(/\{\w+\}/g, '{}');
    const known = routes.map(({ operation }) => {
      const { method, path } = operations[operation] ?? { method: '', path: '' };
      return [operation, method, placeholder(path)];
    });
    expect(routes.map(({ operation, method, path }) => [operation, method, placeholder(path)])).toEqual(
      known,
    );
  });
});
