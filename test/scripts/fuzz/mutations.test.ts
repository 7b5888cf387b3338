import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

/** What the fuzz makes of one document in a hundred cases of a seed: a process of its own, as the fuzz runs. */
function mutants(seed: number): string[] {
  const script = `
    import './scripts/typescript.mjs';
    const { randomOf } = await import('./scripts/fuzz/random.mjs');
    const { mutateBytes } = await import('./scripts/fuzz/bytes.mjs');
    const { jsonOf, mutateTree, treeOf } = await import('./scripts/fuzz/structure.mjs');
    const { mutateYaml } = await import('./scripts/fuzz/yaml.mjs');
    const { odcs, metrics } = await import('./scripts/fuzz/corpus.mjs');
    const found = Array.from({ length: 100 }, (_, index) => {
      const r = randomOf(${seed}, index);
      return [
        mutateBytes(Buffer.from(odcs), r).bytes.toString('base64'),
        jsonOf(mutateTree(treeOf(metrics), r).tree),
        mutateYaml(odcs, r).text,
      ].join();
    });
    console.log(JSON.stringify(found));`;
  const said = execFileSync(node, ['--input-type=module', '--eval', script], {
    cwd: root,
    maxBuffer: 1 << 28,
  });
  const found = JSON.parse(said.toString()) as string[];
  return found.map((text) => createHash('sha256').update(text).digest('hex'));
}

describe('the fuzz', () => {
  it('makes the same cases of the same seed, others of another, and changes the document in nearly all', () => {
    const [once, again, other] = [mutants(7), mutants(7), mutants(8)];
    expect(again).toEqual(once);
    expect(new Set(once).size).toBeGreaterThan(95);
    expect(once.filter((one) => other.includes(one)).length).toBeLessThan(5);
  });
});
