// The licences of the packages whose code is in dist/, as dist/runtime/licenses.txt.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Packages that name no licence, and where their authors name it. */
const statedElsewhere = {
  // The repository names it since commit 1b745ee, the next one after 0.1.1 was published.
  'buffers@0.1.1': 'MIT',
};

const standardNames = { 'MIT/X11': 'MIT' };

/** Texts for packages that ship none; https://spdx.org/licenses has them. */
const standardTexts = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

const { version: bundler } = createRequire(import.meta.url)('@vercel/ncc/package.json');

/** What the bundler itself adds to a bundle: the code that loads modules and chunks. */
const loader = {
  name: 'webpack',
  version: `of @vercel/ncc ${bundler}`,
  license: 'MIT',
  text: `Copyright JS Foundation and other contributors\n\n${standardTexts.MIT}`,
};

const rule = '-'.repeat(80);

/**
 * @param compilation of webpack, once the bundle is written
 * @returns the folders of all packages whose modules are in the bundle
 */
export function bundledPackages(compilation) {
  const folders = new Set();
  const visit = (module) => {
    // webpack joins the modules of a chunk where it can; the joined module names no file of its own.
    for (const inner of module.modules ?? []) visit(inner);
    const folder = packageFolder(module.resource ?? '');
    if (folder !== undefined) folders.add(folder);
  };
  for (const module of compilation.modules) {
    // What nothing uses is read, but is in no chunk.
    if (compilation.chunkGraph.getNumberOfModuleChunks(module) > 0) visit(module);
  }
  return [...folders];
}

/** @returns the folder of the package that a file belongs to; undefined for a file of this project */
function packageFolder(file) {
  const parts = file.split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules') + 1;
  if (at === 0) return undefined;
  return parts.slice(0, at + (parts[at].startsWith('@') ? 2 : 1)).join('/');
}

/**
 * @param folders of packages
 * @returns the text of licenses.txt
 * @throws Error that names every package whose licence is not known
 */
export function licensesText(folders) {
  const [packages, problems] = [[loader], []];
  for (const folder of folders) {
    try {
      packages.push(licenseOf(folder));
    } catch (error) {
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new Error(problems.sort().join('\n'));
  const sections = packages.map(
    ({ name, version, license, text }) => `${rule}\n${name} ${version} (${license})\n\n${text}\n`,
  );
  // Two folders can hold the same version of a package.
  return [
    'dist/runtime holds code of the packages below. Each has its licence and the text of it.\n',
    ...[...new Set(sections)].sort(),
  ].join('\n');
}

function licenseOf(folder) {
  const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version } = described;
  const stated = described.license ?? statedElsewhere[`${name}@${version}`];
  if (typeof stated !== 'string') throw new Error(`${name}@${version} names no licence`);
  const license = standardNames[stated] ?? stated.replace(/^\((.*)\)$/, '$1');
  const text = ownText(folder) ?? standardText(described, license);
  if (text === undefined) {
    throw new Error(
      `${name}@${version} ships no text of its licence, and no standard text of ${license} is known`,
    );
  }
  return { name, version, license, text };
}

function ownText(folder) {
  const files = readdirSync(folder).sort();
  const [licenses, notices] = [/^(licen[cs]e|copying)/i, /^notice/i].map((name) =>
    files.filter((file) => name.test(file) && !/\.[cm]?[jt]s$/.test(file)),
  );
  if (licenses.length === 0) return fromReadme(folder, files);
  const texts = [...licenses, ...notices].map((file) => tidy(readFileSync(join(folder, file), 'utf8')));
  return texts.every((text) => text !== '') ? texts.join('\n\n') : undefined;
}

/** Some packages have the text at the end of their README. */
function fromReadme(folder, files) {
  const file = files.find((name) => /^readme/i.test(name));
  if (file === undefined) return undefined;
  const [, section] = readFileSync(join(folder, file), 'utf8').split(/^#+ *licen[cs]e *$/im);
  return section !== undefined && /^copyright/im.test(section)
    ? tidy(section).replaceAll('&lt;', '<').replaceAll('&gt;', '>')
    : undefined;
}

function standardText({ author }, license) {
  const text = standardTexts[license];
  const name = typeof author === 'object' ? author.name : author;
  return text === undefined || !name ? undefined : `Copyright (c) ${name}\n\n${text}`;
}

function tidy(text) {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/[ \t]*\r?\n/g, '\n')
    .trim();
}
