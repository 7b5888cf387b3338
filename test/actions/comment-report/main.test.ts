import { parse } from 'valibot';
import { commentReportSchema } from '../../../src/formats/comment-report.js';
import type { Decision } from '../../../src/formats/decision.js';
import { ForkedPull, decision } from './pull-request.js';
import { zipOf } from './zip.js';

const leaves = (change: Partial<Decision> = {}, name = 'decision') => ({
  artifacts: { [name]: { 'result.json': JSON.stringify({ ...decision, ...change }) } },
});

describe('comment-report', () => {
  let pull: ForkedPull;
  let branch = '';
  let changes = 0;
  beforeAll(async () => {
    pull = await ForkedPull.open();
  });
  afterAll(() => pull.local.close());
  beforeEach(async () => {
    branch = `change-${++changes}`;
    await pull.propose(branch);
  });
  const own = async (): Promise<string[]> => (await pull.comments())[pull.number] ?? [];

  it('comments on the pull request of a fork what its run decided, once', async () => {
    await pull.ran(leaves());
    const { outputs, result } = await pull.report(pull.event(branch));
    expect(outputs).toMatchObject({ commented: true, 'pull-request': pull.number, verdict: 'pass' });
    expect(parse(commentReportSchema, result)).toMatchObject({
      models: [{ model: 'late', verdict: 'pass' }],
    });
    const [body, ...others] = await own();
    expect(others).toEqual([]);
    expect(body).toMatch(/^<!-- mlops-actions:evaluate-gate -->/);
    expect(body).toContain('late passes: 1 of 1 rule passes on 500 hold-out rows');
    expect(body).toContain('| ROC AUC at least 0.6 (higher is better) |');
    expect(body).toContain('checked by nobody');
    expect(body).toContain(
      `Checked [${pull.sha.slice(0, 7)}](${pull.local.hub.serverUrl}/acme/models/actions/`,
    );
    await pull.report(pull.event(branch));
    expect(await own()).toEqual([body]);
  });

  it('leaves what the run wrote itself, and what a later run wrote', async () => {
    await pull.ran(leaves());
    await pull.commentItself();
    const [before] = await own();
    expect(before).toContain('its own words');
    const { outputs } = await pull.report(pull.event(branch));
    expect(outputs).toMatchObject({ commented: true });
    expect(await own()).toEqual([before]);
    const earlier = pull.event(branch);
    await pull.ran(leaves({ verdict: 'fail' }));
    await pull.report(pull.event(branch));
    const [later] = await own();
    expect(later).toContain('late does not pass');
    await pull.report(earlier);
    expect(await own()).toEqual([later]);
  });

  it('two models are one comment', async () => {
    await pull.ran({
      artifacts: { ...leaves().artifacts, ...leaves({ model: 'price' }, 'other').artifacts },
    });
    await pull.report(pull.event(branch), { artifacts: 'decision, other' });
    expect((await own()).map((body) => /^## .*$/m.exec(body)![0])).toEqual([
      '## ✅ Evaluation of 2 models: 2 pass',
    ]);
  });

  it('a run that left no decision is no failure, and no comment', async () => {
    await pull.ran();
    const { outputs, result } = await pull.report(pull.event(branch));
    expect(outputs).toMatchObject({ commented: false, 'pull-request': pull.number });
    expect(result).toMatchObject({ reason: 'The run ended before it decided on a model' });
    expect(await own()).toEqual([]);
  });

  describe('takes the pull request from GitHub, not from the run', () => {
    const others = async (): Promise<string[]> => Object.values(await pull.comments()).flat();
    it.each([
      [
        'a newer commit was pushed',
        { head_sha: 'f'.repeat(40) },
        /^No open pull request has the commit fffffff/,
      ],
      ['another branch', { head_branch: 'main' }, /^No open pull request/],
      [
        'the same branch of another fork',
        { head_repository: { full_name: 'eve/models', owner: { login: 'eve' } } },
        /^No open pull request/,
      ],
      [
        'a repository that only says that it is hers',
        { head_repository: { full_name: 'eve/models', owner: { login: 'mallory' } } },
        /^No open pull request/,
      ],
      ['the fork is gone', { head_repository: null }, /is gone$/],
      ['a push', { event: 'push' }, /^The run was started by push/],
    ])('%s: no comment', async (_, change, reason) => {
      await pull.ran(leaves());
      const before = await others();
      const { outputs, result } = await pull.report(pull.event(branch, change));
      expect(outputs).toMatchObject({ commented: false });
      expect((result as { reason: string }).reason).toMatch(reason);
      expect(await others()).toEqual(before);
    });

    it('a number in the artifact is refused, and one in an event of a fork chooses nothing', async () => {
      const victim = pull.number;
      await pull.propose(`${branch}-hers`);
      const forged = { ...decision, pullRequest: victim, pull_request: victim };
      await pull.ran({ artifacts: { decision: { 'result.json': JSON.stringify(forged) } } });
      await expect(pull.report(pull.event(`${branch}-hers`))).rejects.toThrow('no decision record');
      await pull.ran(leaves());
      await pull.report(pull.event(`${branch}-hers`, { pull_requests: [{ number: victim }] }));
      expect((await pull.comments())[victim]).toBeUndefined();
      expect(await own()).toHaveLength(1);
    });

    it('a branch of a fork that is called like one of the repository is still the fork’s', async () => {
      await pull.local.repo.commit({ branch: `${branch}-x`, files: { a: 'a' }, message: 'Ours' });
      const { number } = await pull.local.repo.openPull({
        title: 'Ours',
        head: `${branch}-x`,
        author: 'ada',
      });
      const hers = await pull.propose(`${branch}-x`);
      await pull.ran(leaves());
      await pull.report(pull.event(`${branch}-x`));
      const comments = await pull.comments();
      expect([comments[number], comments[hers]!.length]).toEqual([undefined, 1]);
    });
  });

  describe('refuses', () => {
    const json = JSON.stringify(decision);
    const large = JSON.stringify({ ...decision, reasons: ['x'.repeat(2 << 20)] });
    it.each([
      ['no ZIP file', Buffer.from(json), /it is no ZIP file/],
      ['an empty one', zipOf([]), /it holds 0 files/],
      [
        'several files',
        zipOf([
          { name: 'result.json', content: json },
          { name: 'b', content: '' },
        ]),
        /2 files/,
      ],
      ['another file', zipOf([{ name: 'report.html', content: '<b>' }]), /holds the file "report.html"/],
      [
        'a path out of the folder',
        zipOf([{ name: '../result.json', content: json }]),
        /the file "\.\.\/result/,
      ],
      ['an absolute path', zipOf([{ name: '/tmp/result.json', content: json }]), /the file "\/tmp/],
      [
        'a symbolic link',
        zipOf([{ name: 'result.json', content: '/etc/passwd', mode: 0o120777 }]),
        /result\.json is a symbolic link/,
      ],
      ['a file above 1 MiB', zipOf([{ name: 'result.json', content: large }]), /result\.json has 2\.\d+ MB/],
      [
        'a ZIP bomb that lies about its size',
        zipOf([{ name: 'result.json', content: Buffer.alloc(200 << 20), claims: 100 }]),
        /unpacks to more than that/,
      ],
      ['what is no JSON', zipOf([{ name: 'result.json', content: '{' }]), /it is not JSON/],
      ['another schema', zipOf([{ name: 'result.json', content: '{"kind":"drift"}' }]), /no decision record/],
      [
        'a model’s name that is none',
        zipOf([{ name: 'result.json', content: JSON.stringify({ ...decision, model: 'a -->\n@all' }) }]),
        /the name of its model is none/,
      ],
      [
        'a number that is none',
        zipOf([{ name: 'result.json', content: json.replace('"seed":0', '"seed":1e999') }]),
        /a number that is none/,
      ],
      [
        'a million mistakes, naming one',
        zipOf([
          {
            name: 'result.json',
            content: json.replace(/"rules":\[.*?\],"m/, `"rules":[${'1,'.repeat(4e5)}1],"m`),
          },
        ]),
        /^[^\n]{1,400}$/,
      ],
    ])('%s', async (_, zip, said) => {
      await pull.ran(leaves());
      pull.forge(zip);
      const refused = pull.report(pull.event(branch));
      await expect(refused).rejects.toThrow(/^the artifact decision is refused: .* → upload the /s);
      await expect(refused).rejects.toThrow(said);
      expect(await own()).toEqual([]);
    });

    it('an artifact above 1 MiB, before it is downloaded', async () => {
      const noise = Array.from({ length: 2 << 20 }, () => String.fromCharCode(33 + Math.random() * 90)).join(
        '',
      );
      await pull.ran({ artifacts: { decision: { 'result.json': noise } } });
      const downloads = (): number =>
        pull.local.hub.requests.filter(({ operation }) => operation === 'actions/download-artifact').length;
      const before = downloads();
      await expect(pull.report(pull.event(branch))).rejects.toThrow(/refused: it has \d/);
      expect(downloads()).toBe(before);
    });

    it('to report on anything but the run of another workflow', async () => {
      await expect(pull.report({}, {}, 'push')).rejects.toThrow(
        /was started by push → start it by `on: workflow_run`/,
      );
      await expect(pull.report({}, {}, 'workflow_run')).rejects.toThrow('start it by');
    });
  });

  it('markup, mentions and endless texts of the run stay text', async () => {
    const hostile =
      '<img src=x onerror=1> @acme/all #1 [x](https://evil.test) https://evil.test ![](x) `a` | b\n\n# h';
    const many = Array.from({ length: 300 }, (_, i) => ({
      ...decision.rules[0]!,
      title: `${hostile}${i}`,
      rule: hostile,
    }));
    await pull.ran(
      leaves({ verdict: 'fail', reasons: [hostile, `${hostile}-->`, 'y'.repeat(50_000)], rules: many }),
    );
    await pull.report(pull.event(branch));
    const [body] = await own();
    expect(body!.length).toBeLessThan(60_000);
    const visible = body!.replace(/<!-- mlops-part .*-->/, '');
    expect(visible).not.toMatch(/<img|@acme|#1\b|\]\(https:\/\/evil|https:\/\/evil|!\[|^# h/m);
    expect(body).not.toMatch(/<!-- mlops-part .*(<img|--.*-->)/);
    expect(visible).toContain('&lt;img');
    expect(visible).not.toContain('y'.repeat(301));
  });
});
