import { type Answer, type Call, noContent, notFound, ok } from '../http.js';
import { forbidden } from '../permissions.js';
import { type Route, route } from '../routes.js';
import { fullRepository, user } from '../shapes.js';

const immutable = '/repos/{owner}/{repo}/immutable-releases';

export const repoRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}', 'repos/get', ['metadata:read'], ({ repo, urls }) =>
    ok(fullRepository(repo, urls)),
  ),
  route(`GET ${immutable}`, 'repos/check-immutable-releases', ['administration:read'], checkImmutable),
  route(`PUT ${immutable}`, 'repos/enable-immutable-releases', ['administration:write'], setImmutable(true)),
  route(
    `DELETE ${immutable}`,
    'repos/disable-immutable-releases',
    ['administration:write'],
    setImmutable(false),
  ),
];

/** Those that belong to no repository. */
export const globalRoutes: readonly Route[] = [
  // The token of a run is no user's.
  route('GET /user', 'users/get-authenticated', [], () => {
    throw forbidden();
  }),
  route('GET /users/{username}', 'users/get-by-username', [], ({ params, urls }) =>
    ok({
      ...user(params.username ?? '', urls),
      name: null,
      company: null,
      blog: '',
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: '2020-01-01T00:00:00Z',
      updated_at: '2020-01-01T00:00:00Z',
    }),
  ),
  route('GET /rate_limit', 'rate-limit/get', [], rateLimit),
  route('GET /meta', 'meta/get', [], () => ok({ verifiable_password_authentication: false })),
];

function checkImmutable({ repo }: Call): Answer {
  if (!repo.data.immutableReleases) throw notFound();
  return ok({ enabled: true, enforced_by_owner: false });
}

function setImmutable(enabled: boolean) {
  return ({ repo }: Call): Answer => {
    repo.data.immutableReleases = enabled;
    return noContent;
  };
}

/** Nothing is counted here: the real limits cannot be rehearsed. */
function rateLimit(): Answer {
  const rate = { limit: 1000, used: 0, remaining: 1000, reset: Math.floor(Date.now() / 1000) + 3600 };
  return ok({ resources: { core: rate, search: rate }, rate });
}
