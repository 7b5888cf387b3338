// Changes the source in one place after the other and runs the tests that reach it: a change that no test notices shows
// what is not tested. The checkout is not touched.
//   npm run mutate                                   300 changes of all areas
//   npm run mutate -- --count 60 --seed 2            fewer, others
//   npm run mutate -- --area rollout --area drift    of these folders of src
//   npm run mutate -- --file src/approval/review.ts  of this file
// Changes that cannot be noticed are listed in scripts/mutate/equivalent.json, each with the reason. Tests of whole
// workflows and of the bundle are left out, since they take minutes: the share that is found is at least what it says.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureTests } from './mutate/baseline.mjs';
import { openCompiler } from './mutate/compile.mjs';
import { importGraph } from './mutate/imports.mjs';
import { apply } from './mutate/points.mjs';
import { areaOf, areas, drawnPoints, shares } from './mutate/sample.mjs';
import { describe, table } from './mutate/words.mjs';
import { openWorkshop } from './mutate/workshop.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '300' },
    area: { type: 'string', multiple: true, default: [] },
    file: { type: 'string', multiple: true, default: [] },
    /** Seconds of tests, as they take without a change, that one change is held against at most. */
    budget: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/mutate');
const equivalent = JSON.parse(readFileSync(new URL('mutate/equivalent.json', import.meta.url), 'utf8'));
/** Tests of a file that are looked at: those with the fewest imports between. */
const nearest = 6;
const slow = /^test\/(bundle|rehearsal|sweep|templates|examples|docs|openapi|cli|scripts|actions)\//;

const listed = (pattern) =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', pattern], { cwd: root })
    .toString()
    .split('\n')
    .filter((name) => name !== '');
const sources = listed('src').filter((file) => {
  const area = areaOf(file);
  if (area === undefined) return false;
  if (values.file.length > 0) return values.file.includes(file);
  return values.area.length === 0 || values.area.includes(area);
});
if (sources.length === 0) {
  console.error(`no such file or area; areas are ${areas.join(', ')}`);
  process.exit(1);
}
const graph = importGraph(
  root,
  listed('test').filter((file) => file.endsWith('.test.ts') && !slow.test(file)),
);
const { byArea, leftOut } = drawnPoints(root, sources, { seed: values.seed, equivalent });
const wanted = shares(byArea, Number(values.count));
const workshops = Array.from({ length: Math.min(4, availableParallelism()) }, () =>
  openWorkshop(root, cache),
);
const compiler = openCompiler(root);
const original = (file) => readFileSync(join(root, file), 'utf8');

/** Changes in the order of their seed that compile, as many as are wanted of each area. */
const uncompiled = [];
function drawn() {
  return [...wanted].flatMap(([area, count]) => {
    const found = [];
    for (const point of byArea.get(area)) {
      if (found.length === count) break;
      if (compiler.compiles(point.file, apply(original(point.file), point))) found.push(point);
      else uncompiled.push(point);
    }
    return found;
  });
}

console.log(`seed ${values.seed}: choosing among ${[...byArea.values()].flat().length} changes`);
const mutants = drawn();
const reached = new Map(
  [...new Set(mutants.map(({ file }) => file))].map((file) => [file, graph.testsOf(file)]),
);
const nearTests = [
  ...new Set([...reached.values()].flatMap((tests) => tests.slice(0, nearest).map(({ test }) => test))),
];
console.log(`${mutants.length} changes; measuring ${nearTests.length} test files`);
const seconds = await measureTests(workshops, nearTests, {
  root,
  file: join(cache, 'tests.json'),
  onTest: (test, { passed }) =>
    passed || console.log(`${test} does not pass as it is, or not in time, and is left out`),
});

/** The nearest tests of a file, as many as the budget bears; one at least. */
function testsFor(file) {
  const chosen = [];
  let total = 0;
  const near = reached
    .get(file)
    .slice(0, nearest)
    .filter(({ test }) => seconds.has(test));
  // Of those that are equally near, the quick ones first.
  near.sort(
    (a, b) => Math.min(a.steps, 2) - Math.min(b.steps, 2) || seconds.get(a.test) - seconds.get(b.test),
  );
  for (const { test } of near) {
    if (chosen.length > 0 && total + seconds.get(test) > Number(values.budget)) continue;
    chosen.push(test);
    total += seconds.get(test);
  }
  return { chosen, total };
}

const results = [];
const queue = [...mutants];
await Promise.all(
  workshops.map(async (workshop) => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const { chosen, total } = testsFor(mutant.file);
      let outcome = 'untested';
      if (chosen.length > 0) {
        const { passed, timedOut } = await workshop.withChange(
          mutant.file,
          apply(original(mutant.file), mutant),
          () => workshop.test(chosen, { limitMs: 60_000 + 5000 * total, bail: true }),
        );
        outcome = passed ? 'survived' : timedOut ? 'timed out' : 'killed';
      }
      results.push({ ...mutant, outcome, tests: chosen });
      console.log(`${results.length}/${mutants.length} ${outcome}: ${describe(mutant)}`);
    }
  }),
);
workshops.forEach((workshop) => workshop.close());
console.log(`\n${table(results)}`);
console.log(
  `seed ${values.seed}; ${uncompiled.length} more did not compile; ${leftOut} are known to be equivalent`,
);
const left = results.filter(({ outcome }) => outcome === 'survived' || outcome === 'untested');
console.log(`\nNot noticed by any test:\n${left.map(describe).sort().join('\n')}`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 1));
