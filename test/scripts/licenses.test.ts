import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error A script without types.
import { licensesText as untyped } from '../../scripts/licenses.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const granted = `Permission is hereby granted, ${'free of charge, '.repeat(20)}without any warranty`;

const licensesText = untyped as (folders: readonly string[]) => string;

describe('the file of licences', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'licenses-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(file: string, content: string | object): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  }

  function add(name: string, described: object, files: Record<string, string> = {}): string {
    const own = `node_modules/${name}`;
    write(`${own}/package.json`, {
      name: name.split('node_modules/').at(-1),
      version: '1.2.3',
      ...described,
    });
    for (const [file, content] of Object.entries(files)) write(`${own}/${file}`, content);
    return join(folder, own);
  }

  const sectionOf = (text: string, name: string): string =>
    text.split(/^-{80}\n/m).find((section) => section.startsWith(`${name} `)) ?? '';

  it('has the texts that a package ships, with its notices', () => {
    const files = { 'LICENCE.md': 'The licence\r\n', 'license.js': '//', NOTICE: 'The notice' };
    const text = licensesText([add('@a/b', { license: 'Apache-2.0' }, files)]);
    expect(sectionOf(text, '@a/b')).toBe('@a/b 1.2.3 (Apache-2.0)\n\nThe licence\n\nThe notice\n\n');
  });

  it('takes the text from a README that has it', () => {
    const readme = `# A\n\n## License\n\n(MIT)\n\nCopyright (c) 2013 Ada &lt;ada@example.org&gt;\n\n${granted}\n`;
    const text = licensesText([add('a', { license: 'MIT', author: 'Someone' }, { 'Readme.md': readme })]);
    expect(sectionOf(text, 'a')).toContain(`Copyright (c) 2013 Ada <ada@example.org>\n\n${granted}`);
  });

  it.each([['Ada <ada@example.org>'], [{ name: 'Ada <ada@example.org>' }]])(
    'has the standard text with the author %j for a package that ships none',
    (author) => {
      const text = licensesText([
        add('a', { license: 'MIT/X11', author }, { 'README.md': '# A\n## License\nMIT' }),
      ]);
      expect(sectionOf(text, 'a')).toMatch(
        /^a 1\.2\.3 \(MIT\)\n\nCopyright \(c\) Ada <ada@example\.org>\n\nPermission is hereby granted/,
      );
    },
  );

  it('fails with the name of every package whose licence is not known', () => {
    const folders = [
      add('none', { author: 'Ada' }),
      add('own', { license: '(Own-1.0 OR ISC)', author: 'Ada' }),
      add('nobody', { license: 'MIT' }),
      add('empty', { license: 'ISC' }, { LICENSE: '\n' }),
      add('fine', { license: 'MIT', author: 'Ada' }),
    ];
    const without = (name: string, license: string): string =>
      `${name}@1.2.3 ships no text of its licence, and no standard text of ${license} is known`;
    let message = '';
    try {
      licensesText(folders);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split('\n')).toEqual([
      without('empty', 'ISC'),
      without('nobody', 'MIT'),
      'none@1.2.3 names no licence',
      without('own', 'Own-1.0 OR ISC'),
    ]);
  });

  it('lists what the bundler took: joined modules, CommonJS, lazy chunks, packages in packages, and no other', () => {
    const license = { license: 'MIT' };
    const mit = { LICENSE: granted };
    write('package.json', { type: 'module' });
    write(
      'src/index.js',
      `import { a } from 'joined';\nimport common from 'common';\nconsole.log(a, common);\nawait import('lazy');\n`,
    );
    const module = { ...license, type: 'module', sideEffects: false, main: 'index.js' };
    add('joined', module, {
      'index.js': `export { a } from './a.js';\nexport { b } from 'unused';\n`,
      'a.js': `export const a = 'of joined';\n`,
      ...mit,
    });
    add('unused', module, { 'index.js': `export const b = 'of unused';\n`, ...mit });
    add('common', license, { 'index.js': `module.exports = require('inner');\n`, ...mit });
    add('common/node_modules/inner', license, { 'index.js': `module.exports = 'of inner';\n`, ...mit });
    add('lazy', license, { 'index.js': `console.log('of lazy');\n`, ...mit });
    add('absent', license, { 'index.js': '', ...mit });
    const script = `
      import ncc from '@vercel/ncc';
      import { bundledPackages, licensesText } from './scripts/licenses.mjs';
      const entry = ${JSON.stringify(join(folder, 'src/index.js'))};
      const { code, assets, stats } = await ncc(entry, { cache: false, quiet: true });
      const chunks = Object.values(assets).map(({ source }) => String(source));
      const text = licensesText(bundledPackages(stats.compilation));
      console.log(JSON.stringify({ code: [code, ...chunks].join(), text }));
    `;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });
    const { code, text } = JSON.parse(String(printed)) as { code: string; text: string };
    const names = [...text.matchAll(/^-{80}\n(\S+)/gm)].map(([, name]) => name);
    for (const name of ['joined', 'inner', 'lazy']) expect(code).toContain(`of ${name}`);
    expect(code).not.toContain('of unused');
    expect(names).toEqual(['common', 'inner', 'joined', 'lazy', 'webpack']);
  });
});
