import { withHub } from './harness.js';

describe('pull requests of forks', () => {
  it('are listed by owner and branch, and say whose repository brings them', async () => {
    await withHub(async ({ repository, octokit, at }) => {
      const files = { 'a.txt': 'a' };
      const hers = await repository.commit({ branch: 'main', fork: 'mallory', files, message: 'Hers' });
      await repository.commit({ branch: 'own', files: { 'b.txt': 'b' }, message: 'Ours' });
      const fork = { title: 'Hers', head: 'main', fork: 'mallory', author: 'mallory' };
      const { number } = await repository.openPull(fork);
      const { number: ours } = await repository.openPull({ title: 'Ours', head: 'own', author: 'ada' });
      await expect(repository.openPull(fork)).rejects.toThrow(/Validation Failed/);
      const list = async (head: string) =>
        (await octokit.pulls.list({ ...at, head })).data.map((pull) => [
          pull.number,
          pull.head.repo!.full_name,
          pull.head.sha,
        ]);
      expect(await list('mallory:main')).toEqual([[number, 'mallory/models', hers]]);
      expect(await list('acme:main')).toEqual([]);
      expect(await list('acme:own')).toEqual([[ours, 'acme/models', await repository.resolve('own')]]);

      // Her branch is called like ours, and moves neither ours nor with it.
      const before = await repository.resolve('refs/heads/main');
      const newer = await repository.commit({
        branch: 'main',
        fork: 'mallory',
        files: { c: 'c' },
        message: 'More',
      });
      expect(await list('mallory:main')).toEqual([[number, 'mallory/models', newer]]);
      expect(await repository.resolve('refs/heads/main')).toBe(before);
      const merged = await repository.merge(number, { user: 'ada' });
      expect(await repository.resolve('refs/heads/main')).toBe(merged);
    });
  });
});
