// A copy of the project in which a source file is changed while tests run: the checkout itself is never touched.
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const config = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': '<rootDir>/scripts/mutate/transform.mjs' },
  testSequencer: '<rootDir>/scripts/mutate/sequencer.mjs',
  testTimeout: 60_000,
};

/** Files of the checkout as they are now, less what is built. */
function filesOf(root) {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  return list
    .toString()
    .split('\0')
    .filter((file) => file !== '' && !file.startsWith('dist/') && existsSync(join(root, file)));
}

export function openWorkshop(root, cache) {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-mutate-'));
  for (const file of filesOf(root)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  for (const name of ['node_modules', 'dist', '.tools'])
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, 'jest.mutate.json'), JSON.stringify({ ...config, cacheDirectory: cache }));

  /** Runs test files in their order until one fails; answers jest's JSON with `passed`, or `timedOut`. */
  const test = (tests, { limitMs, bail }) =>
    new Promise((resolve) => {
      const out = join(folder, 'jest-result.json');
      rmSync(out, { force: true });
      const child = spawn(
        process.execPath,
        [
          ...['--experimental-vm-modules', '--no-warnings', join(folder, 'node_modules/jest/bin/jest.js')],
          ...['--config', 'jest.mutate.json', '--runInBand', '--silent', '--json', '--outputFile', out],
          ...(bail ? ['--bail'] : []),
          ...['--runTestsByPath', ...tests],
        ],
        {
          cwd: folder,
          stdio: 'ignore',
          detached: true,
          env: { ...process.env, MUTATE_ORDER: JSON.stringify(tests) },
        },
      );
      let timedOut = false;
      // What tests have started ends with them.
      const end = () => {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has ended.
        }
      };
      const timer = setTimeout(() => {
        timedOut = true;
        end();
      }, limitMs);
      child.on('exit', (code) => {
        clearTimeout(timer);
        end();
        const report = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : undefined;
        resolve({ passed: code === 0, timedOut, report });
      });
    });

  return {
    folder,
    test,
    /** Runs with another text in the place of a file. */
    async withChange(file, text, run) {
      const path = join(folder, file);
      const own = readFileSync(path, 'utf8');
      writeFileSync(path, text);
      try {
        return await run();
      } finally {
        writeFileSync(path, own);
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
