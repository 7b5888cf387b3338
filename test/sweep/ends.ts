import type { Asset, GitHub } from '../../src/github/types.js';
import { all } from '../github/local.js';
import type { Site } from './site.js';

/** All that is on GitHub, but for numbers, times and commits that differ anyway. */
export async function endOnGitHub(site: Site): Promise<Readonly<Record<string, unknown>>> {
  const github = site.github();
  return {
    releases: await releasesOf(github, site.head),
    refs: await refsOf(github),
    deployments: await deploymentsOf(github),
    issues: await issuesOf(github),
  };
}

/** The JSON that a ref of ours holds. */
export async function contentOf(site: Site, ref: string, file: string): Promise<unknown> {
  const github = site.github();
  const tip = await github.refs.get(ref);
  return tip && JSON.parse((await github.commits.readFile(tip.sha, file))!);
}

async function refsOf(github: GitHub): Promise<string[]> {
  const own = await github.refs.matching('refs/mlops/');
  return [...own, ...(await github.refs.matching('refs/tags/'))].map(({ ref }) => ref);
}

async function releasesOf(github: GitHub, head: string) {
  return (await all(github.releases.list())).map(({ tag, draft, body, targetCommitish, assets }) => ({
    tag,
    draft,
    body: bodyOf(body, assets),
    atHead: targetCommitish === head,
    assets: assets
      .map(({ name, size, state, digest }) => ({
        ...{ name, state },
        // The manifest names the run and its attempt.
        ...(!/^(manifest|checksums|MODEL_CARD)/.test(name) && { size, digest }),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

/** The manifest tells the attempt of the run that registered it. */
function bodyOf(body: string, assets: readonly Asset[]): string {
  const digest = assets.find(({ name }) => name === 'manifest.json')?.digest ?? '';
  return body.replace(/attempt \d+/, 'attempt').replaceAll(digest || 'no digest', 'the manifest');
}

async function deploymentsOf(github: GitHub) {
  const found: object[] = [];
  for await (const { id, ref, environment, payload } of github.deployments.list({})) {
    const statuses = await github.deployments.statuses(id);
    const { version, cause, replaces, approval, withdraws, requested } = payload;
    found.push({
      ...{ ref, environment, version, cause, replaces, approval, withdraws, requested },
      statuses: statuses.map(({ state }) => state).join(' < '),
    });
  }
  return found;
}

async function issuesOf(github: GitHub) {
  const found: object[] = [];
  for await (const { number, title, state, labels } of github.issues.list({ state: 'all' })) {
    const comments = (await all(github.issues.comments(number))).length;
    found.push({ number, title, state, labels: [...labels].sort(), comments });
  }
  return found;
}
