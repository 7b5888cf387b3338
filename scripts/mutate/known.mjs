import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const usualSeconds = 5;

/** What is known of test files: whether they pass as they are, and how long they take. Kept until a file changes. */
export function openKnown(root, file) {
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const keyOf = (test) =>
    createHash('sha256')
      .update(readFileSync(join(root, test)))
      .digest('hex');
  const of = (test) => (known[test]?.key === keyOf(test) ? known[test] : undefined);
  const put = (test, passed, seconds) => {
    known[test] = { key: keyOf(test), passed, seconds };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(known));
  };

  /** Learns from a run; answers the files that failed in it. */
  const learn = (workshop, { report }, changed) => {
    const failed = [];
    for (const { name, status, startTime, endTime, assertionResults } of report?.testResults ?? []) {
      const test = relative(workshop.folder, name);
      const ran = assertionResults.some((one) => one.status === 'passed');
      if (status === 'passed' && ran) put(test, true, (endTime - startTime) / 1000);
      else if (status !== 'passed') failed.push(test);
      if (status !== 'passed' && !changed) put(test, false, 0);
    }
    return failed;
  };

  /** Whether a test file passes without a change; it is run where that is not known. */
  const passes = async (workshop, test, limitMs) => {
    if (of(test) === undefined) {
      const run = await workshop.test([test], { limitMs, bail: false });
      learn(workshop, run, false);
      if (of(test) === undefined) put(test, false, 0);
    }
    return of(test).passed;
  };

  return {
    learn,
    passes,
    seconds: (test) => of(test)?.seconds ?? usualSeconds,
    broken: (test) => of(test)?.passed === false,
  };
}
