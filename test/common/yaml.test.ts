import * as v from 'valibot';
import { UserError } from '../../src/common/errors.js';
import { parseYaml, readYamlFile } from '../../src/common/yaml.js';

const schema = v.strictObject({
  name: v.string(),
  sizes: v.optional(v.array(v.number())),
  inner: v.optional(v.strictObject({ alpha: v.number() })),
  steps: v.optional(v.array(v.strictObject({ weight: v.union([v.number(), v.string()]) }))),
});

function problemsOf(text: string): string[] {
  try {
    parseYaml(text, schema, 'f.yml');
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('parseYaml', () => {
  it('gives the value and the place of each part', () => {
    const { value, at } = parseYaml('name: x\ninner:\n  alpha: 2\n', schema, 'f.yml');
    expect(value.inner?.alpha).toBe(2);
    expect(at(['inner', 'alpha'])).toEqual({ file: 'f.yml', line: 3, column: 3 });
    expect(at(['inner', 'absent'])).toEqual({ file: 'f.yml', line: 2, column: 1 });
  });

  it('reports every problem at once, each at its place', () => {
    const problems = problemsOf('nam: x\nsizes: [1, two]\ninner:\n  alpa: 2\n');
    expect(problems).toEqual([
      expect.stringMatching(/^f\.yml:1:1: "name" is missing/),
      expect.stringMatching(/^f\.yml:2:12: sizes\.1: expected number, found "two"/),
      expect.stringMatching(/"inner\.alpha" is missing/),
      'f.yml:4:3: unknown key "inner.alpa" → did you mean "alpha"?',
      'f.yml:1:1: unknown key "nam" → did you mean "name"?',
    ]);
  });

  it.each([
    ['', 'f.yml: is empty'],
    ['# only a comment\n', 'f.yml: is empty'],
    ['name: [', 'YAML:'],
    ['name: a\nname: b\n', 'unique'],
    ['name: !!js/function "f"\n- x', 'YAML:'],
    ['root:x:0:0:root', 'f.yml:1:1: expected Object, found a text'],
    ['name: |x:0:0:root', 'f.yml:1:8: YAML: Block scalar header includes extra characters →'],
    ['name: x\nsteps: [{ weight: {} }]', 'steps.0.weight'],
  ])('%j is refused with its reason', (text, reason) => {
    expect(problemsOf(text).join('\n')).toContain(reason);
  });

  it('says that a number must be whole, and how to write it', () => {
    const whole = v.strictObject({ rows: v.pipe(v.number(), v.integer()) });
    expect(() => parseYaml('rows: 0.5\n', whole, 'f.yml')).toThrow(
      'f.yml:1:1: rows: expected a whole number, found 0.5 → write a whole number',
    );
  });

  it('refuses an alias bomb instead of expanding it', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nname: [*c,*c,*c,*c,*c,*c,*c]\n`;
    expect(problemsOf(bomb).join()).toContain('alias');
  });

  it('names a file that is not there', async () => {
    await expect(readYamlFile('does-not-exist.yml', schema)).rejects.toThrow(
      'does-not-exist.yml: does not exist → check',
    );
  });
});
