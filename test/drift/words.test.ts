import { compareProfiles } from '../../src/drift/compare.js';
import type { ColumnDrift } from '../../src/formats/drift-column.js';
import { type Profile, profileSchema } from '../../src/formats/profile.js';
import * as v from 'valibot';
import { many, seeded } from './profiles.js';

const random = seeded(41);
const settings = { alpha: 0.05, columns: new Map(), optional: [], random };
const common = ['the', 'parcel', 'was', 'late', 'again', 'thanks', 'for', 'your', 'help', 'today'];

/** Texts of some common words and one of many rare ones, as validate-data profiles them. */
function texts(n: number, more: () => string[] = () => []): Profile {
  const made = many(n, () => {
    const words = common.filter(() => random() < 0.5);
    return [...words, `item${Math.floor(random() * 500)}`, ...more()].join(' ');
  });
  const count = <T>(list: readonly T[]): [T, number][] => {
    const counts = new Map<T, number>();
    for (const x of list) counts.set(x, (counts.get(x) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  };
  const words = count(made.flatMap((text) => [...new Set(text.split(' '))]));
  const lengths = count(made.map(({ length }) => length)).sort(([a], [b]) => a - b);
  return v.parse(profileSchema, {
    kind: 'profile',
    schemaVersion: 1,
    engine: 'test',
    rows: n,
    columns: [
      {
        name: 'note',
        type: 'string',
        count: n,
        nulls: 0,
        distinct: { value: n, exact: false },
        lengths: { min: lengths[0]![0], max: lengths.at(-1)![0], mean: 40, counts: lengths },
        words: { texts: n, counts: words.slice(0, 200), error: words[200]![1] },
        values: { kind: 'top', counts: [], others: n, error: 1 },
      },
    ],
  });
}
const judge = (a: Profile, b: Profile): ColumnDrift => compareProfiles(a, b, settings).columns[0]!;

describe('a column of free text', () => {
  const reference = texts(5000);

  it('is compared by its words and its lengths, and is no id although every text differs', () => {
    const found = judge(reference, texts(3000));
    expect(found).toMatchObject({ kind: 'text', verdict: 'ok' });
    expect(found.tests.map(({ of }) => of)).toEqual(['words', 'lengths']);
  });

  it('with a new word has changed, and names it', () => {
    const found = judge(
      reference,
      texts(3000, () => (random() < 0.08 ? ['strike'] : [])),
    );
    expect(found.verdict).toBe('drift');
    expect(found.reason).toMatch(/^the words changed by .*: most of all strike, 0\.\d+ % → [78]/);
  });

  it('that grew longer has changed', () => {
    const found = judge(
      reference,
      texts(3000, () => Array.from({ length: 5 }, () => `item${Math.floor(random() * 500)}`)),
    );
    expect(found.reason).toMatch(/the lengths of the texts moved by .* standard deviations/);
  });

  it('alarms in at most as many runs as it says when nothing has changed', () => {
    const alarms = many(40, () => judge(texts(400), texts(300))).filter(({ alarm }) => alarm);
    // More than this once in 10,000 times at 5 %.
    expect(alarms.length).toBeLessThanOrEqual(9);
  });
});
