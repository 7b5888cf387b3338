import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'valibot';
import { type DeploymentPayload, deploymentTask } from '../../../src/formats/deployment.js';
import { fetchedModelSchema } from '../../../src/formats/fetched-model.js';
import { readLedger } from '../../../src/ledger/ledger.js';
import { type Local, startLocal } from '../../github/local.js';
import { Checkout } from '../register-model/checkout.js';

describe('fetch-model', () => {
  let local: Local;
  let checkout: Checkout;
  const digests: Record<string, string> = {};
  beforeEach(async () => {
    local = await startLocal();
    checkout = new Checkout(local);
    for (const text of ['one', 'two', 'three']) {
      checkout.write('model/model.json', text);
      const { outputs } = await checkout.register({ 'part-size': '2' });
      digests[String(outputs.version)] = String(outputs['manifest-digest']);
    }
  });
  afterEach(() => local.close());

  const deploy = async (
    version: string,
    replaces: string | null,
    cause: 'rollout' | 'rollback' = 'rollout',
    state: 'success' | 'failure' = 'success',
    manifestDigest = digests[version]!,
  ) => {
    const { deployments } = local.client();
    const payload: DeploymentPayload = {
      kind: 'deployment',
      schemaVersion: 1,
      model: 'late',
      version,
      manifestDigest,
      cause,
      replaces,
      plan: { steps: [1], bakeMs: 0, intervalMs: 0 },
      approval: { policy: 'none', manifestDigest, approvers: [] },
      run: { id: 1, attempt: 1, url: '' },
    };
    const { id } = await deployments.create({
      ref: `late@v${version}`,
      task: deploymentTask('late'),
      environment: 'production',
      production: true,
      description: '',
      payload,
    });
    await deployments.createStatus(id, { state, description: '' });
    if (state === 'success' && replaces !== null) {
      const before = (await readLedger(local.client(), 'late', 'production')).entries.find(
        (p) => p.version === replaces,
      );
      await deployments.createStatus(before!.deployment.id, { state: 'inactive', description: '' });
    }
  };

  it('fetches a version, a range, and the newest, joined from their parts', async () => {
    const { outputs, result } = await checkout.fetch({ version: '1.1.0' });
    expect(outputs).toMatchObject({ found: true, version: '1.1.0', 'manifest-digest': digests['1.1.0'] });
    expect(readFileSync(join(String(outputs.folder), 'model.json'), 'utf8')).toBe('two');
    expect(parse(fetchedModelSchema, result).found).toBe(true);
    expect((await checkout.fetch({ version: '^1' })).outputs.version).toBe('1.2.0');
    expect((await checkout.fetch({ name: 'late' })).outputs.version).toBe('1.2.0');
  });

  it('leaves a folder that holds the version, and refuses one that holds something else', async () => {
    const first = await checkout.fetch({ version: '1.0.0', folder: 'here' });
    const before = local.hub.requests.length;
    expect((await checkout.fetch({ version: '1.0.0', folder: 'here' })).outputs).toEqual(first.outputs);
    expect(local.hub.requests.length - before).toBeLessThan(10);
    writeFileSync(join(checkout.folder, 'here/model.json'), 'mine');
    await expect(checkout.fetch({ version: '1.0.0', folder: 'here' })).rejects.toThrow('is not empty');
    expect(readFileSync(join(checkout.folder, 'here/model.json'), 'utf8')).toBe('mine');
    rmSync(join(checkout.folder, 'here'), { recursive: true });
  });

  it('says what there is when nothing matches, or goes on when told to', async () => {
    await expect(checkout.fetch({ version: '^2' })).rejects.toThrow(
      /no version of late matches.*registered are 1.2.0/,
    );
    await expect(checkout.fetch({ environment: 'production' })).rejects.toThrow('no version of late is live');
    const ignored = await checkout.fetch({ environment: 'production', 'if-missing': 'ignore' });
    expect(ignored.outputs).toEqual({ found: false });
    expect(parse(fetchedModelSchema, ignored.result)).toMatchObject({ found: false, selector: 'live' });
    await expect(checkout.fetch({ version: 'main', 'if-missing': 'ignore' })).rejects.toThrow(
      '"main" is not a version',
    );
  });

  it('refuses a release whose file was replaced', async () => {
    const { releases } = local.client();
    const release = (await releases.byTag('late@v1.0.0'))!;
    const part = release.assets.find(({ name }) => name === 'model.json.part-001')!;
    await releases.deleteAsset(part.id);
    await releases.upload(release, part.name, { bytes: Buffer.from('ON') });
    await expect(checkout.fetch({ version: '1.0.0', folder: 'f' })).rejects.toThrow(
      /model.json.part-001 is not what was registered/,
    );
    expect(() => readFileSync(join(checkout.folder, 'f'))).toThrow('ENOENT');
  });

  it('follows what is live, through a rollout and a rollback', async () => {
    await deploy('1.0.0', null);
    await deploy('1.1.0', '1.0.0');
    await deploy('1.2.0', '1.1.0', 'rollout', 'failure');
    const version = async (selector?: string) =>
      (await checkout.fetch({ environment: 'production', ...(selector && { version: selector }) })).outputs
        .version;
    expect(await version()).toBe('1.1.0');
    expect(await version('previous')).toBe('1.0.0');
    expect(await version('^1')).toBe('1.1.0');
    await deploy('1.0.0', '1.1.0', 'rollback');
    expect(await version()).toBe('1.0.0');
    // 1.1.0 was rolled back from: it is not good, and there is nothing before 1.0.0.
    await expect(version('previous')).rejects.toThrow('no good version before the live one');
    await expect(version('1.2.0')).rejects.toThrow('live there were 1.0.0, 1.1.0');
    const github = local.client();
    const { live, entries: past } = await readLedger(github, 'late', 'production');
    expect(live).toMatchObject({ version: '1.0.0', deployment: { ref: 'late@v1.0.0' } });
    expect(past.map(({ version: v, liveFrom }) => [v, liveFrom !== undefined])).toEqual([
      ['1.0.0', true],
      ['1.2.0', false],
      ['1.1.0', true],
      ['1.0.0', true],
    ]);
  });

  it('refuses what is not the manifest that was approved', async () => {
    await deploy('1.0.0', null, 'rollout', 'success', `sha256:${'f'.repeat(64)}`);
    await expect(checkout.fetch({ environment: 'production' })).rejects.toThrow(
      'the release was changed since',
    );
  });

  it('needs no more than to read', async () => {
    await deploy('1.0.0', null);
    const least = { contents: 'read', deployments: 'read' } as const;
    expect((await checkout.fetch({ environment: 'production' }, least)).outputs.found).toBe(true);
    await expect(checkout.fetch({ environment: 'production' }, { contents: 'read' })).rejects.toThrow(
      '`deployments: read`',
    );
  });
});
