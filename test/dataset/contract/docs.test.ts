import { readFileSync } from 'node:fs';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { officialProblems } from './official.js';

const examples = [...readFileSync('docs/contracts.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, text]) => text!,
);

describe('the contracts of docs/contracts.md', () => {
  it.each(examples)('load and pass the standard', (text) => {
    expect(officialProblems(text)).toEqual([]);
    const contract = parseContract(text, 'contract.yaml', text.includes('airports') ? 'flights' : undefined);
    expect(contract.checks.length).toBeGreaterThan(5);
    expect(contract.columns.some(({ roles }) => roles.includes('label'))).toBe(true);
  });
  it('are two', () => expect(examples).toHaveLength(2));
});
