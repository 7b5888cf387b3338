import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'valibot';
import { type RegistrationResult, registrationSchema } from '../../../src/formats/registration.js';
import { loadManifest } from '../../../src/registry/verify.js';
import { resolveVersion } from '../../../src/registry/versions.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Local, all, startLocal } from '../../github/local.js';
import { Checkout } from './checkout.js';

describe('register-model', () => {
  let local: Local;
  let checkout: Checkout;
  beforeEach(async () => {
    local = await startLocal();
    checkout = new Checkout(local);
  });
  afterEach(() => local.close());

  it('registers what the spec names, with its evidence, and says so', async () => {
    checkout.write('out/a.json', '{"kind":"evaluation","model":"late","verdict":"pass"}');
    checkout.write('out/profile.json', '{"kind":"profile"}');
    const outcome = await checkout.register({ evidence: 'out/a*.json', profile: 'out/profile.json' });
    expect(outcome.outputs).toMatchObject({ version: '1.0.0', tag: 'late@v1.0.0', created: true });
    const result = parse(registrationSchema, outcome.result);
    expect(result.approval).toEqual({ policy: 'none', manifestDigest: result.manifestDigest, approvers: [] });
    expect(result.files.map(({ path }) => path)).toEqual(['model.json', 'sub/tokens.txt']);
    const github = local.client();
    const version = await resolveVersion(github, 'late', '1.0.0');
    const { evidence } = (await loadManifest(github, version)).manifest;
    expect(evidence).toMatchObject([
      { kind: 'evaluation', asset: 'evidence-evaluation.json', verdict: 'pass' },
      { kind: 'profile', asset: 'profile.json' },
    ]);
    expect(version.release.body).toContain('Minutes of delay');
    expect(renderMarkdown(outcome.report!, { budget: 60_000 })).toContain('v1.0.0 is registered');
    const again = await checkout.register();
    expect(again.outputs).toMatchObject({ tag: 'late@v1.0.0', created: false });
    expect(again.outputs['manifest-digest']).toBe(outcome.outputs['manifest-digest']);
  });

  it('says of a model that passed with a waiver that it did', async () => {
    const waivers = { day: '2026-01-01', list: [{ covers: ['mae max 9'] }, { covers: [] }] };
    const decision = { kind: 'decision', model: 'late', verdict: 'pass', waivers };
    checkout.write('waived.json', JSON.stringify(decision));
    const { outputs } = await checkout.register({ evidence: 'waived.json' });
    const github = local.client();
    const version = await resolveVersion(github, 'late', outputs.version as string);
    const { evidence } = (await loadManifest(github, version)).manifest;
    expect(evidence).toMatchObject([{ kind: 'decision', verdict: 'pass', waived: ['mae max 9'] }]);
    expect(version.release.body).toContain('with a waiver of mae max 9');
  });

  it('refuses evidence that says fail, unless told otherwise', async () => {
    checkout.write('bad.json', '{"kind":"evaluation","verdict":"fail"}');
    await expect(checkout.register({ evidence: 'bad.json' })).rejects.toThrow(
      /evidence "evaluation" says fail.*allow-failed-evidence/,
    );
    expect(await all(local.client().releases.list())).toEqual([]);
    const forced = await checkout.register({ evidence: 'bad.json', 'allow-failed-evidence': 'true' });
    expect(forced.outputs.created).toBe(true);
  });

  it('registers nothing of a folder from which a link leads out, or that holds what is no file', async () => {
    checkout.write('secret.txt', 'secret');
    checkout.write('model/odd\nname', '');
    symlinkSync('../secret.txt', join(checkout.folder, 'model/leak.txt'));
    symlinkSync('nowhere', join(checkout.folder, 'model/gone.txt'));
    execFileSync('mkfifo', [join(checkout.folder, 'model/pipe')]);
    const register = checkout.register();
    for (const message of [
      /leak\.txt: is a link that leads out of the folder → remove it/,
      /gone\.txt: is a link that leads nowhere/,
      /pipe: is a named pipe, and no file/,
      /the name "odd\\nname" holds a control character → rename it/,
    ]) {
      await expect(register).rejects.toThrow(message);
    }
    expect(await all(local.client().releases.list())).toEqual([]);
  });

  it('registers what a link inside the folder leads to', async () => {
    symlinkSync('sub/tokens.txt', join(checkout.folder, 'model/tokens.txt'));
    const { result } = await checkout.register();
    expect((result as RegistrationResult).files.map(({ path }) => path)).toEqual([
      'model.json',
      'sub/tokens.txt',
      'tokens.txt',
    ]);
  });

  it.each([
    [{ evidence: 'nothing.json' }, /no file matches "nothing.json"/],
    [{ evidence: 'empty.json' }, /empty.json: is empty/],
    [{ evidence: 'text.json' }, /text.json: is not JSON/],
    [{ evidence: 'other.json' }, /other.json: is of the model "other", not "late"/],
    [{ folder: 'nowhere' }, /no file matches/],
    [{ 'run-record': 'other.json' }, /other.json: kind: expected "run-record", found "evaluation" → check/],
    [{ model: 'missing.yml' }, /missing.yml: does not exist/],
    [{ 'require-approval': 'environment' }, /not approved: no environment is named/],
    [{ 'require-approval': 'review' }, /not approved: no merged pull request brought/],
  ])('says what is wrong with %j', async (inputs, message) => {
    checkout.write('empty.json', '');
    checkout.write('text.json', 'hello');
    checkout.write('other.json', '{"kind":"evaluation","model":"other"}');
    await expect(checkout.register(inputs as Record<string, string>)).rejects.toThrow(message);
    expect(await all(local.client().releases.list())).toEqual([]);
  });
});
