import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Runs tests as they are: a test that fails without a change proves nothing. What was measured of a test file is kept
 * until the file changes.
 * @returns seconds that each passing test file takes
 */
export async function measureTests(workshops, tests, { root, file, onTest }) {
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const keyOf = (test) =>
    createHash('sha256')
      .update(readFileSync(join(root, test)))
      .digest('hex');
  const open = tests.filter((test) => known[test]?.key !== keyOf(test));
  const next = [...open];
  await Promise.all(
    workshops.map(async (workshop) => {
      while (next.length > 0) {
        const some = next.splice(0, 3);
        const { report } = await workshop.test(some, { limitMs: 120_000, bail: false });
        for (const test of some) {
          const own = report?.testResults.find(({ name }) => relative(workshop.folder, name) === test);
          const passed =
            own?.status === 'passed' && own.assertionResults.some(({ status }) => status === 'passed');
          const seconds = own === undefined ? 0 : (own.endTime - own.startTime) / 1000;
          known[test] = { key: keyOf(test), passed, seconds };
          onTest(test, known[test]);
        }
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(known));
      }
    }),
  );
  return new Map(tests.filter((test) => known[test]?.passed).map((test) => [test, known[test].seconds]));
}
