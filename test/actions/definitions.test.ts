import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const names = readdirSync('actions');

interface Described {
  readonly description: string;
}
interface ActionFile extends Described {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}

describe('the actions’ files', () => {
  it('are those of the sources', () => {
    expect(names).toEqual(
      readdirSync('src/actions', { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name),
    );
  });

  it('are what their definitions say', () => {
    // With any file that is not, this fails and names it.
    execFileSync('node_modules/node/bin/node', ['scripts/generate.mjs', '--check'], { encoding: 'utf8' });
  });

  it.each(names)('%s describes itself, its inputs and its outputs in sentences', (name) => {
    const folder = join('actions', name);
    expect(existsSync(join(folder, 'README.md'))).toBe(true);
    const action = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as ActionFile;
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(['result', 'report']));
    const described = { ...action.inputs, ...action.outputs, '': action };
    for (const [key, { description }] of Object.entries(described)) {
      expect({ key, description }).toEqual({ key, description: expect.stringMatching(/^\S.*\.$/s) });
    }
  });
});
