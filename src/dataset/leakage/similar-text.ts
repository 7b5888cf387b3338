import { formatPercent, plural } from '../../common/text.js';
import { batchesOf } from '../../engine/batches.js';
import type { Engine } from '../../engine/engine.js';
import { SimilarSets, shingles } from '../../statistics/similar-sets.js';
import type { ContractColumn } from '../contract/contract.js';
import { type DataSet, examplesAt, rowCount, rowsOf } from '../data-set.js';
import { sampleRows } from '../sample.js';
import { type Leak, type LeakageContext, contentColumns } from './context.js';
import { keptTwins } from './twins.js';

/** Texts with fewer characters on average are names or codes: see near-duplicate. */
const shortest = 40;
/** Runs of three words that a text must have to be compared. */
const fewestShingles = 8;
const similar = 0.8;
const negligible = 0.001;
const askedTexts = 10_000;
const knownTexts = 100_000;
/** Columns that one sample has. */
const sampledColumns = 10;

interface Twin {
  readonly text: string;
  readonly other: string;
  readonly similarity: number;
}

/** Long texts of holdout that train has almost word for word. */
export async function similarTexts(context: LeakageContext): Promise<Leak[]> {
  const { engine, train, holdout, columns: content } = context;
  const leaks: Leak[] = [];
  for (const some of batchesOf(await longColumns(context), sampledColumns)) {
    const asked = await sampleRows(engine, holdout, some, { limit: askedTexts, content });
    const known = await sampleRows(engine, train, some, { limit: knownTexts, content });
    try {
      for (const [i, column] of some.entries()) {
        const texts = [await textsOf(engine, asked.table, i), await textsOf(engine, known.table, i)] as const;
        leaks.push(...(await compare(context, column, ...texts)));
      }
    } finally {
      await engine.run(`DROP TABLE ${asked.table}; DROP TABLE ${known.table}`);
    }
  }
  return leaks;
}

async function longColumns(context: LeakageContext): Promise<ContractColumn[]> {
  const { engine, holdout } = context;
  const long: ContractColumn[] = [];
  for (const some of batchesOf(contentColumns(context).filter(({ type }) => type === 'string'))) {
    const means = some.map((_, i) => `avg(length(v${i})) AS m${i}`);
    const [row] = await engine.rows(`SELECT ${means.join(', ')} FROM ${rowsOf(holdout, some)}`);
    long.push(...some.filter((_, i) => Number(row?.[`m${i}`] ?? 0) >= shortest));
  }
  return long;
}

async function compare(
  context: LeakageContext,
  column: ContractColumn,
  asked: readonly string[],
  known: readonly string[],
): Promise<Leak[]> {
  const { train, holdout } = context;
  const twins = findTwins(asked, known);
  if (twins.length === 0 || twins.length < asked.length * negligible) return [];
  const share = twins.length / asked.length;
  const seen = asked.length < rowCount(holdout) || known.length < rowCount(train);
  return [
    {
      rule: 'similar-text',
      severity: 'warning',
      column: column.name,
      message: `${column.name}: ${plural(twins.length, 'text')} of ${plural(asked.length, 'different text')} of ${holdout.name} (${formatPercent(share)}) share at least ${formatPercent(similar)} of their word triples with a text of ${train.name}${seen ? ` (of which ${plural(known.length, 'text')} were looked at)` : ''}`,
      remedy:
        'keep versions of one text on one side of the split, unless such texts are a form that is filled in',
      count: twins.length,
      share,
      examples: await twinPlaces(context, column, twins.slice(0, keptTwins)),
    },
  ];
}

/** The different texts of a column of a sample. */
async function textsOf(engine: Engine, table: string, index: number): Promise<string[]> {
  const { columns } = await engine.columns(
    `SELECT DISTINCT left(v${index}, 20000) AS v FROM ${table} WHERE v${index} IS NOT NULL ORDER BY v`,
  );
  return columns[0] as string[];
}

/** For each asked text the most similar known one, where it is similar enough. */
export function findTwins(asked: readonly string[], known: readonly string[]): Twin[] {
  const long = (set: Uint32Array): Uint32Array => (set.length < fewestShingles ? new Uint32Array() : set);
  const sets = new SimilarSets(
    asked.map((text) => long(shingles(text))),
    similar,
  );
  const best = new Map<number, Twin>();
  for (const other of known) {
    for (const { index, similarity } of sets.similarTo(long(shingles(other)))) {
      if (similarity > (best.get(index)?.similarity ?? 0)) {
        best.set(index, { text: asked[index]!, other, similarity });
      }
    }
  }
  return [...best.entries()].sort(([i], [j]) => i - j).map(([, twin]) => twin);
}

async function twinPlaces(
  context: LeakageContext,
  column: ContractColumn,
  twins: readonly Twin[],
): Promise<Leak['examples']> {
  const { engine, train, holdout } = context;
  const placeOf = async (set: DataSet, text: string): Promise<Leak['examples'][number] | undefined> => {
    const [row] = await engine.rows(
      `SELECT t, n FROM ${rowsOf(set, [column], { place: true })} WHERE left(v0, 20000) = ? ORDER BY t, n LIMIT 1`,
      [text],
    );
    if (row === undefined) return undefined;
    return (
      await examplesAt(set, [{ table: Number(row.t), row: Number(row.n), value: text.slice(0, 200) }])
    )[0];
  };
  const examples: Leak['examples'] = [];
  for (const { text, other } of twins) {
    const mine = await placeOf(holdout, text);
    const twin = await placeOf(train, other);
    if (mine !== undefined && twin !== undefined) examples.push({ ...mine, twin });
  }
  return examples;
}
