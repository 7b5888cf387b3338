// Which tests reach a source file, the nearest first.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => resolve(dirname(file), name.replace(/\.js$/, '.ts')))
    .filter((name) => existsSync(name) && name.endsWith('.ts'));
}

/** The graph of imports of values; types alone bring no code. */
export function importGraph(root, tests) {
  const edges = new Map();
  const open = (file) => {
    if (edges.has(file)) return;
    const found = importsOf(file);
    edges.set(file, found);
    found.forEach(open);
  };
  const all = tests.map((test) => resolve(root, test));
  all.forEach(open);
  const users = new Map();
  for (const [file, used] of edges) for (const one of used) users.set(one, [...(users.get(one) ?? []), file]);
  const isTest = new Set(all);
  return {
    /** Test files that reach the source, with the number of imports between; the mirrored one is nearest. */
    testsOf(source) {
      const mirror = source.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts');
      const start = resolve(root, source);
      const distance = new Map([[start, 0]]);
      for (const queue = [start]; queue.length > 0;) {
        const file = queue.shift();
        for (const user of users.get(file) ?? []) {
          if (distance.has(user)) continue;
          distance.set(user, distance.get(file) + 1);
          queue.push(user);
        }
      }
      return [...distance]
        .filter(([file]) => isTest.has(file))
        .map(([file, steps]) => ({ test: relative(root, file), steps }))
        .map(({ test, steps }) => ({ test, steps: test === mirror ? 0 : steps }))
        .sort((a, b) => a.steps - b.steps || (a.test < b.test ? -1 : 1));
    },
  };
}

export const mirrorFolder = (source) => join('test', dirname(relative('src', source)));
