import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';
import { type World, refusal, withHub } from './harness.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs a program with the real toolkit, in a process of its own as a step has it. */
async function step({ hub, repository }: World, run: number, work: string, program: string): Promise<string> {
  const file = join(root, 'node_modules', `.step-${process.pid}-${randomBytes(4).toString('hex')}.mjs`);
  await writeFile(file, program);
  const token = repository.token({ permissions: { actions: 'read' } });
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      cwd: work,
      env: {
        PATH: process.env.PATH,
        HOME: work,
        RUNNER_TEMP: work,
        GITHUB_WORKSPACE: work,
        GITHUB_API_URL: hub.apiUrl,
        GITHUB_SERVER_URL: hub.serverUrl,
        GITHUB_REPOSITORY: 'acme/models',
        GITHUB_REF: 'refs/heads/main',
        ACTIONS_RESULTS_URL: hub.resultsUrl,
        ACTIONS_CACHE_URL: hub.resultsUrl,
        ACTIONS_CACHE_SERVICE_V2: 'True',
        ACTIONS_RUNTIME_TOKEN: repository.runs.runtimeToken(run, 'job-1'),
        TOKEN: token,
        RUN: String(run),
      },
    });
    return stdout.slice(stdout.lastIndexOf('=> ') + 3).trim();
  } finally {
    await rm(file, { force: true });
  }
}

async function withWork(body: (world: World, work: string, run: () => Promise<number>) => Promise<void>) {
  const work = await mkdtemp(join(tmpdir(), 'toolkit-'));
  try {
    await withHub(async (world) => {
      const run = async (): Promise<number> => {
        const { repository } = world;
        const { id } = await repository.runs.start({
          workflow: 'ci.yml',
          name: 'CI',
          event: 'push',
          headSha: await repository.resolve('main'),
          headBranch: 'main',
          actor: 'mona',
        });
        return id;
      };
      await body(world, work, run);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const artifactClient = `import { DefaultArtifactClient } from '@actions/artifact';\nconst client = new DefaultArtifactClient();\n`;

describe('the toolkit’s artifacts', () => {
  it('are uploaded, extracted by the runner, listed by REST and downloaded across runs', async () => {
    await withWork(async (world, work, run) => {
      const { octokit, at, repository } = world;
      const id = await run();
      // Larger than one block of 8 MiB, and not to be compressed.
      const large = randomBytes(20 << 20);
      await mkdir(join(work, 'model'));
      await writeFile(join(work, 'model/weights.bin'), large);
      await writeFile(join(work, 'model/model.json'), '{}');
      const uploaded = JSON.parse(
        await step(
          world,
          id,
          work,
          `${artifactClient}
          const files = ['model/weights.bin', 'model/model.json'];
          const made = await client.uploadArtifact('model', files, '.', { retentionDays: 3, compressionLevel: 0 });
          const twice = await client.uploadArtifact('model', files, '.').catch((error) => error.message);
          console.log('=> ' + JSON.stringify({ ...made, twice }));`,
        ),
      ) as { id: number; digest: string; size: number; twice: string };
      expect(uploaded.twice).toMatch(/already exists/);

      const { data } = await octokit.actions.listWorkflowRunArtifacts({ ...at, run_id: id });
      expect(data).toMatchObject({
        total_count: 1,
        artifacts: [{ id: uploaded.id, name: 'model', size_in_bytes: uploaded.size, expired: false }],
      });
      expect(data.artifacts[0]!.digest).toBe(`sha256:${uploaded.digest}`);
      expect(await repository.runs.extractArtifact(id, 'model', join(work, 'out'))).toBe(true);
      expect((await readFile(join(work, 'out/model/weights.bin'))).equals(large)).toBe(true);
      expect(await repository.runs.extractArtifact(id, 'none', join(work, 'out'))).toBe(false);

      const later = await run();
      const across = await step(
        world,
        later,
        work,
        `${artifactClient}
        import { readFile } from 'node:fs/promises';
        const findBy = { token: process.env.TOKEN, workflowRunId: ${id}, repositoryOwner: 'acme', repositoryName: 'models' };
        const missing = await client.getArtifact('model').catch((error) => error.name);
        const { artifact } = await client.getArtifact('model', { findBy });
        await client.downloadArtifact(artifact.id, { path: 'across', findBy });
        console.log('=> ' + missing + ' ' + (await readFile('across/model/model.json', 'utf8')));`,
      );
      expect(across).toBe('ArtifactNotFoundError {}');
      await octokit.actions.deleteArtifact({ ...at, artifact_id: uploaded.id });
      const gone = octokit.actions.getArtifact({ ...at, artifact_id: uploaded.id });
      expect((await refusal(gone)).status).toBe(404);
    });
  });

  it('of the runner are downloaded and replaced by the toolkit', async () => {
    await withWork(async (world, work, run) => {
      const { repository } = world;
      const id = await run();
      await writeFile(join(work, 'a.txt'), 'hello');
      const files = [{ path: 'deep/a.txt', source: join(work, 'a.txt') }];
      const { digest } = await repository.runs.putArtifact(id, 'data', files);
      await expect(repository.runs.putArtifact(id, 'data', files)).rejects.toThrow(/already/);
      const missing = [{ path: 'b', source: join(work, 'missing') }];
      await expect(repository.runs.putArtifact(id, 'other', missing)).rejects.toThrow();
      const seen = await step(
        world,
        id,
        work,
        `${artifactClient}
        import { readFile } from 'node:fs/promises';
        const { artifact } = await client.getArtifact('data');
        await client.downloadArtifact(artifact.id, { path: 'down', expectedHash: '${digest}' });
        await client.deleteArtifact('data');
        const { id } = await client.uploadArtifact('data', ['a.txt'], '.');
        const { artifacts } = await client.listArtifacts();
        console.log('=> ' + (await readFile('down/deep/a.txt', 'utf8')) + ' ' + artifacts.length + ' ' + (id > artifact.id));`,
      );
      expect(seen).toBe('hello 1 true');
      expect(await repository.runs.artifacts(id)).toMatchObject([{ name: 'data' }]);
    });
  });
});

describe('the toolkit’s cache', () => {
  it('is saved once a key, and restored by key and by prefix', async () => {
    await withWork(async (world, work, run) => {
      const id = await run();
      const content = randomBytes(3 << 20);
      await mkdir(join(work, 'checkpoints'));
      await writeFile(join(work, 'checkpoints/step-1'), content);
      const seen = await step(
        world,
        id,
        work,
        `import { rm } from 'node:fs/promises';
        import * as cache from '@actions/cache';
        const paths = ['checkpoints'];
        const miss = await cache.restoreCache([...paths], 'ck-1-1-5', ['ck-']);
        const saved = (await cache.saveCache([...paths], 'ck-1-1-5')) > 0;
        const twice = await cache.saveCache([...paths], 'ck-1-1-5');
        await rm('checkpoints', { recursive: true });
        const hit = await cache.restoreCache([...paths], 'ck-1-1-5');
        await rm('checkpoints', { recursive: true });
        const prefix = await cache.restoreCache([...paths], 'ck-1-2-9', ['ck-1-', 'ck-']);
        console.log('=> ' + JSON.stringify([miss ?? null, saved, twice, hit, prefix]));`,
      );
      expect(JSON.parse(seen)).toEqual([null, true, -1, 'ck-1-1-5', 'ck-1-1-5']);
      expect((await readFile(join(work, 'checkpoints/step-1'))).equals(content)).toBe(true);
    });
  });
});

describe('blobs', () => {
  it('are for those who have the signed address, and come in parts', async () => {
    await withWork(async (world, work, run) => {
      const { octokit, at, repository } = world;
      const id = await run();
      await writeFile(join(work, 'a.txt'), 'hello');
      const { id: artifact_id } = await repository.runs.putArtifact(id, 'data', [
        { path: 'a.txt', source: join(work, 'a.txt') },
      ]);
      const { url } = await octokit.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
      const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
      const part = await fetch(url, { headers: { range: 'bytes=2-5' } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 2-5/${whole.length}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(2, 6))).toBe(true);
      expect((await fetch(`${url}x`)).status).toBe(403);
      expect((await fetch(url.replace('artifact-', '..%2f'))).status).toBe(404);
    });
  });
});
