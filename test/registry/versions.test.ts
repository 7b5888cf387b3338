import type { GitHub, Release } from '../../src/github/types.js';
import { listVersions, NoSuchVersion, resolveVersion } from '../../src/registry/versions.js';
import { memoryGitHub } from '../github/memory.js';

/** A repository of which the releases can be listed, too. */
function withReleases(...tags: readonly (string | { draft: string })[]): GitHub {
  const memory = memoryGitHub();
  const releases = tags.map((tag): Release => {
    const name = typeof tag === 'string' ? tag : tag.draft;
    const release = memory.world.publish({ tag: name, target: memory.head, name, body: '' });
    return { ...release, draft: typeof tag !== 'string' };
  });

  const list = async function* () {
    yield* releases;
  };
  const byTag = (tag: string) => Promise.resolve(releases.find((one) => one.tag === tag && !one.draft));
  return { ...memory, releases: { ...memory.releases, list, byTag } };
}
const github = withReleases(
  ...['m@v1.9.0', 'm@v1.10.0', 'other@v3.0.0', 'm@v0.3.1', 'm@vx', { draft: 'm@v2.0.0' }],
);

describe('the versions of a model', () => {
  it('are its published releases, the highest first', async () => {
    const versions = await listVersions(github, 'm');
    expect(versions.map(({ model, version, tag }) => [model, version, tag])).toEqual([
      ['m', '1.10.0', 'm@v1.10.0'],
      ['m', '1.9.0', 'm@v1.9.0'],
      ['m', '0.3.1', 'm@v0.3.1'],
    ]);
    expect(versions[0]!.release.tag).toBe('m@v1.10.0');
  });

  it.each([
    ['newest', '1.10.0'],
    ['v1.9.0', '1.9.0'],
    ['^1', '1.10.0'],
    ['~1.9', '1.9.0'],
    ['0.x', '0.3.1'],
  ])('%s means %s', async (selector, version) => {
    const found = await resolveVersion(github, 'm', selector);
    expect(found).toMatchObject({
      model: 'm',
      version,
      tag: `m@v${version}`,
      release: { tag: `m@v${version}` },
    });
  });

  it('are not searched where one is named', async () => {
    const list = () => {
      throw new Error('listed');
    };
    const named = { ...github, releases: { ...github.releases, list } };
    expect((await resolveVersion(named, 'm', '1.9.0')).version).toBe('1.9.0');
    await expect(resolveVersion(named, 'm', '^1')).rejects.toThrow('listed');
  });

  it('are named where the one that is wanted is not among them', async () => {
    await expect(resolveVersion(github, 'm', '2.0.0')).rejects.toThrow(
      'no version of m matches "2.0.0" → registered are 1.10.0, 1.9.0, 0.3.1',
    );
    await expect(resolveVersion(github, 'm', '2.0.0')).rejects.toThrow(NoSuchVersion);
    await expect(resolveVersion(github, 'm', '^2')).rejects.not.toThrow('…');
    const many = withReleases(...[1, 2, 3, 4, 5, 6].map((n) => `m@v1.${n}.0`));
    await expect(resolveVersion(many, 'm', '2')).rejects.toThrow(
      /registered are 1\.6\.0, 1\.5\.0, 1\.4\.0, 1\.3\.0, 1\.2\.0, …$/,
    );
    await expect(resolveVersion(github, 'n', 'newest')).rejects.toThrow(
      'no version of n matches "newest" → no version of n is registered yet: run register-model first',
    );
  });

  it('are told from what is no selector', async () => {
    const wrong = resolveVersion(github, 'm', 'latest');
    await expect(wrong).rejects.toThrow(
      '"latest" is not a version → write 1.2.0, a range such as ^1 or ~1.2, or newest',
    );
    await expect(wrong).rejects.not.toBeInstanceOf(NoSuchVersion);
  });
});
