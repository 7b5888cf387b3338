import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from './run-action.js';

const runtime = join(suite, 'dist/runtime');
const sections = readFileSync(join(runtime, 'licenses.txt'), 'utf8')
  .split(/^-{80}\n/m)
  .slice(1);
/** Of each section: its first line, and the text below. */
const listed = new Map(
  sections.map((section): [string, string] => {
    const end = section.indexOf('\n');
    return [section.slice(0, end), section.slice(end).trim()];
  }),
);

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
}

const { packages } = JSON.parse(readFileSync(join(suite, 'package-lock.json'), 'utf8')) as Lock;
const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
const nameOf = (path: string): string => path.split('node_modules/').at(-1)!;

/** Literals long enough to be of one author: minifying leaves them as they are. */
function literalsOf(code: string): string[] {
  return [...code.matchAll(/(["'])([^"'`\\\n$]{24,200})\1/g)].map(([, , text]) => text!);
}

/** All code in a folder, without the packages that lie inside it. */
function codeIn(folder: string): string[] {
  try {
    return readdirSync(join(suite, folder), { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => /\.[cm]?[jt]s$/.test(file) && !file.endsWith('.d.ts') && !file.includes('node_modules'),
      )
      .map((file) => readFileSync(join(suite, folder, file), 'utf8'));
  } catch {
    return []; // It is for another system, and not here.
  }
}

describe('the licences in dist', () => {
  it('have a text, and a version that the lock file installs', () => {
    // Also those of tools: a package that tools bring can be bundled, such as has-flag.
    const versions = new Set(
      Object.entries(packages).map(([path, { version }]) => `${nameOf(path)} ${version}`),
    );
    for (const [title, text] of listed) {
      const [, name] = /^(\S+ \S+) \([^()]+\)$/.exec(title) ?? [];
      if (title.startsWith('webpack of @vercel/ncc')) expect(text).toMatch(/JS Foundation/);
      else expect([title, versions.has(name ?? '')]).toEqual([title, true]);
      expect(text.length).toBeGreaterThan(400);
      expect(text).toMatch(/warranty|warranties/i);
    }
    expect(listed.size).toBe(sections.length);
  });

  it('name every package whose literals are in the bundles', () => {
    const bundled = new Set(
      readdirSync(runtime)
        .filter((file) => file.endsWith('.js'))
        .flatMap((file) => literalsOf(readFileSync(join(runtime, file), 'utf8'))),
    );
    const owners = new Map<string, Set<string>>();
    for (const path of ['src', ...installed.map(([at]) => at)]) {
      for (const literal of codeIn(path).flatMap(literalsOf)) {
        if (!bundled.has(literal)) continue;
        owners.set(literal, (owners.get(literal) ?? new Set()).add(nameOf(path)));
      }
    }
    const proven = new Set([...owners.values()].filter(({ size }) => size === 1).flatMap((one) => [...one]));
    const names = new Set([...listed.keys()].map((title) => title.split(' ')[0]));
    proven.delete('src');
    expect([...proven].filter((name) => !names.has(name))).toEqual([]);
    for (const name of ['undici', 'tunnel', '@actions/core', '@actions/io']) expect(proven).toContain(name);
    expect(proven.size).toBeGreaterThan(60);
  });
});
