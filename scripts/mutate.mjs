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
import { openCompiler } from './mutate/compile.mjs';
import { importGraph } from './mutate/imports.mjs';
import { openKnown } from './mutate/known.mjs';
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
    budget: { type: 'string', default: '45' },
    json: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/mutate');
const equivalent = JSON.parse(readFileSync(new URL('mutate/equivalent.json', import.meta.url), 'utf8'));
/** Tests of a file that are looked at: those with the fewest imports between. */
const nearest = 14;
const slow = /^test\/(bundle|rehearsal|sweep|templates|examples|docs|openapi|cli|scripts)\//;

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
const known = openKnown(root, join(cache, 'tests.json'));
const reached = new Map(
  [...new Set(mutants.map(({ file }) => file))].map((file) => [file, graph.testsOf(file)]),
);
console.log(`${mutants.length} changes`);

/** The nearest tests of a file, the quick ones first, as many as the budget bears; one at least. */
function testsFor(file) {
  const near = reached.get(file).filter(({ test }) => !known.broken(test));
  const rank = ({ test, steps }) => [
    Math.max(steps, 1) + (test.startsWith('test/actions/') ? 1 : 0),
    known.seconds(test),
  ];
  const ranked = near.map((one) => ({ ...one, rank: rank(one) }));
  ranked.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
  const chosen = [];
  let total = 0;
  for (const { test } of ranked.slice(0, nearest)) {
    if (chosen.length > 0 && total + known.seconds(test) > Number(values.budget)) continue;
    chosen.push(test);
    total += known.seconds(test);
  }
  return { chosen, limitMs: 90_000 + 4000 * total };
}

/** Runs the tests of a change; a test that fails without it, too, proves nothing, and is left out. */
async function judge(workshop, mutant) {
  const changed = apply(original(mutant.file), mutant);
  for (;;) {
    const { chosen, limitMs } = testsFor(mutant.file);
    if (chosen.length === 0) return { outcome: 'untested', chosen };
    const run = await workshop.withChange(mutant.file, changed, () =>
      workshop.test(chosen, { limitMs, bail: true }),
    );
    const failed = known.learn(workshop, run, true);
    if (run.timedOut) return { outcome: 'timed out', chosen };
    if (run.passed) return { outcome: 'survived', chosen };
    const sound = await Promise.all(failed.map((test) => known.passes(workshop, test, 300_000)));
    if (failed.length === 0 || sound.some(Boolean)) return { outcome: 'killed', chosen };
    console.log(`${failed.join(', ')} fails as it is, and is left out`);
  }
}

const results = [];
const queue = [...mutants];
await Promise.all(
  workshops.map(async (workshop) => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const { outcome, chosen } = await judge(workshop, mutant);
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
