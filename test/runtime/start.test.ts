import { readFile } from 'node:fs/promises';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Action, Outcome } from '../../src/actions/definition.js';
import type { Dependencies } from '../../src/actions/dependencies.js';
import { integer, text, token } from '../../src/actions/inputs.js';
import { Cancelled } from '../../src/common/cancelled.js';
import { UserError } from '../../src/common/errors.js';
import type { Report } from '../../src/report/model.js';

/* The shell of every action, around one that does as it is told. */

type Main = (inputs: Record<string, unknown>, dependencies: Dependencies) => Promise<Outcome>;
let main: Main;
let post: ((inputs: unknown) => Promise<void>) | undefined;
const definition = {
  name: 'fetch-model',
  description: '',
  icon: '',
  color: 'blue',
  permissions: {},
  inputs: {
    token: token(),
    other: text({ description: '', default: '' }),
    count: integer({ description: '' }),
  },
  outputs: {},
} as const;

jest.unstable_mockModule('../../src/runtime/registry.js', () => ({
  commandActions: [],
  loadAction: () =>
    Promise.resolve({
      definition,
      main: (inputs: Record<string, unknown>, dependencies: Dependencies) => main(inputs, dependencies),
      ...(post && { post }),
    } as unknown as Action),
}));
const { start } = await import('../../src/runtime/start.js');

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const summary = join(folder, 'summary.md');
const output = join(folder, 'output');
const before = { ...process.env };
let said: string;

beforeEach(() => {
  said = '';
  post = undefined;
  writeFileSync(summary, '');
  writeFileSync(output, '');
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
  Object.assign(process.env, {
    GITHUB_REPOSITORY: 'acme/models',
    GITHUB_WORKSPACE: folder,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: output,
    INPUT_TOKEN: 'ghs_notforyoureyes',
    INPUT_OTHER: 'for everybody',
    RUNNER_DEBUG: '',
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

const outcome = (change: Partial<Outcome> = {}): Outcome => ({ outputs: {}, ...change });
const report: Report = {
  key: 'k',
  title: 'A report',
  headline: 'Fine',
  reasons: [],
  sections: [],
  footer: [],
};

describe('an action that is started', () => {
  it('masks its secret inputs before it does anything, and no others', async () => {
    let saidBefore = '';
    main = () => {
      saidBefore = said;
      return Promise.resolve(outcome());
    };
    await start('fetch-model');
    expect(saidBefore.match(/::add-mask::.*/g)).toEqual(['::add-mask::ghs_notforyoureyes']);
    expect(process.exitCode).toBeUndefined();
  });

  it('masks what it learns later, where it asks for that', async () => {
    main = (_, { mask }) => {
      mask('learnt-later');
      return Promise.resolve(outcome());
    };
    await start('fetch-model');
    expect(said).toContain('::add-mask::learnt-later');
  });

  it('writes outputs, result and report, also where its verdict fails the step', async () => {
    main = () =>
      Promise.resolve(
        outcome({
          outputs: { verdict: 'fail', none: undefined! },
          result: { n: 1 },
          report,
          failure: 'It failed',
        }),
      );
    await start('fetch-model');
    expect(process.exitCode).toBe(1);
    expect(said).toContain('::error::It failed');
    const written = readFileSync(output, 'utf8');
    expect(written).toMatch(/^verdict<<.*\nfail\n/);
    expect(written).not.toContain('none');
    const result = join(folder, 'mlops-out/fetch-model/result.json');
    expect(JSON.parse(readFileSync(result, 'utf8'))).toEqual({ n: 1 });
    expect(readFileSync(join(folder, 'mlops-out/fetch-model/report.html'), 'utf8')).toContain('A report');
    expect(readFileSync(summary, 'utf8')).toContain('A report');
  });

  it('writes a summary that GitHub does not drop, however long the report is', async () => {
    const paragraph = { kind: 'paragraph' as const, text: 'x'.repeat(1000) };
    const section = (n: number) => ({ title: `Section ${n}`, blocks: Array(10).fill(paragraph) as never });
    const long = { ...report, sections: Array.from({ length: 200 }, (_, n) => section(n)) };
    main = () => Promise.resolve(outcome({ report: long }));
    await start('fetch-model');
    const { length } = readFileSync(summary, 'utf8');
    expect(length).toBeGreaterThan(10_000);
    expect(length).toBeLessThanOrEqual(60_001);
  });

  it('fails the step with every problem of the user, and with its place in the repository', async () => {
    main = () =>
      Promise.reject(
        new UserError([
          { message: 'one is wrong', where: { file: join(folder, 'model.yml'), line: 3 }, remedy: 'fix it' },
          { message: 'two is wrong' },
        ]),
      );
    await start('fetch-model');
    expect(process.exitCode).toBe(1);
    expect(said).toContain('::error file=model.yml,line=3::model.yml:3: one is wrong → fix it');
    expect(said).toContain('::error::two is wrong');
    expect(said).not.toContain('defect');
    expect(readFileSync(output, 'utf8')).toBe('');
  });

  it('fails the step with inputs that are wrong, and does nothing', async () => {
    process.env.INPUT_COUNT = 'many';
    let began = false;
    main = () => {
      began = true;
      return Promise.resolve(outcome());
    };
    await start('fetch-model');
    delete process.env.INPUT_COUNT;
    expect([process.exitCode, began]).toEqual([1, false]);
    expect(said).toContain('"many" is not a whole number');
  });

  it('says of a cancelled step that it was cancelled, and calls it no defect', async () => {
    main = () => Promise.reject(new Cancelled('SIGTERM'));
    await start('fetch-model');
    expect(process.exitCode).toBe(130);
    expect(said).toContain('::error::fetch-model was cancelled (SIGTERM)');
    expect(said).not.toContain('defect');
  });

  it('says which file the system refuses, and calls it no defect', async () => {
    main = () => readFile(join(folder, 'no/such.json')).then(() => outcome());
    await start('fetch-model');
    expect(process.exitCode).toBe(1);
    expect(said).toContain('::error::no/such.json: the system refuses to open (ENOENT)');
    expect(said).not.toContain('defect');
  });

  it('keeps data, secrets and places of the machine out of the report of a defect', async () => {
    process.env.API_TOKEN = 'hush-hush-hush';
    main = () => Promise.reject(new Error('value "Jane Doe" of hush-hush-hush\nand more'));
    await start('fetch-model');
    delete process.env.API_TOKEN;
    const [, report = ''] = /(This is a defect[^]*)$/.exec(said) ?? [];
    expect(report).toContain('Error: value … of ***');
    expect(report).not.toMatch(/Jane|and more|hush|\(\/|node_modules/);
  });

  it('fails the step with a defect, says whose it is, and shows its place in debug only', async () => {
    main = () => Promise.reject(new TypeError('x is undefined'));
    await start('fetch-model');
    expect(process.exitCode).toBe(1);
    expect(said).toContain('::error::x is undefined (this is a defect of the action: please report it)');
    expect(said).toMatch(
      /mlops-actions \d+\.\d+\.\d+, fetch-model, Node .*\n {2}TypeError: x is undefined\n {4}at .*test\/runtime\/start\.test\.ts:\d+/,
    );
    expect(said).not.toContain('::debug::');
    said = '';
    process.env.RUNNER_DEBUG = '1';
    await start('fetch-model');
    expect(said).toMatch(/::debug::TypeError: x is undefined.*start\.test/);
  });

  it('says so where no runner started it', async () => {
    delete process.env.GITHUB_REPOSITORY;
    await start('fetch-model');
    expect(process.exitCode).toBe(1);
    expect(said).toContain('this is not a run of GitHub Actions');
  });

  it('runs only its second part after the job, and only where it has one', async () => {
    const ran: string[] = [];
    main = () => {
      ran.push('main');
      return Promise.resolve(outcome({ outputs: { a: 1 } }));
    };
    await start('fetch-model', 'post');
    post = () => {
      ran.push('post');
      return Promise.resolve();
    };
    await start('fetch-model', 'post');
    expect(ran).toEqual(['post']);
    expect(readFileSync(output, 'utf8')).toBe('');
    expect(existsSync(summary)).toBe(true);
  });
});
