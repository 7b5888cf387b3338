import { ownValue } from '../../common/own.js';
import type { Engine, Row } from '../../engine/engine.js';
import { integerLiterals } from '../../engine/sql.js';
import type { Union } from '../tables.js';
import type { SkewSettings } from './check-skew.js';
import type { ComparedColumn, SkewPlan } from './plan.js';
import { countsSql, detailsSql, judgedPairs, kept, repeatedIds, rowsOf, text } from './sql.js';

/** How many rows differ in a column, and what those have in common. */
export interface ColumnCounts {
  readonly differing: number;
  readonly onlyTraining: number;
  readonly onlyServing: number;
  /** Of the differing rows that have a number on both sides: serving less training. */
  readonly distance?: { readonly mean: number; readonly spread: number; readonly largest: number };
  /** Serving over training, where neither is 0: mean, standard deviation, rows. */
  readonly ratio?: { readonly mean: number; readonly spread: number; readonly rows: number };
  /** The one value that serving has in all differing rows. */
  readonly always?: string | null;
  readonly examples: readonly Example[];
}

export interface Example {
  readonly id: readonly (string | null)[];
  readonly training: string | null;
  readonly serving: string | null;
}

export interface Joined {
  readonly joined: number;
  readonly unmatched: number;
  readonly ambiguous: number;
  readonly withoutId: number;
  readonly columns: readonly ColumnCounts[];
  readonly unmatchedExamples: readonly (readonly (string | null)[])[];
  readonly ambiguousExamples: readonly (readonly (string | null)[])[];
}

let calls = 0;

/**
 * Joins serving logs to training data by id: ids that are on several rows of a side are found first and left out, since it cannot be known which row belongs to which.
 */
export async function joinSides(
  engine: Engine,
  training: Union,
  serving: Union,
  plan: SkewPlan,
  numbers: SkewSettings['numbers'],
): Promise<Joined> {
  const repeated = `repeated${++calls}`;
  const ids = plan.keys.map((_, i) => `k${i}`);
  const [keysOfTraining, keysOfServing] = [rowsOf(training, plan, []), rowsOf(serving, plan, [])];
  await engine.run(
    `CREATE TEMP TABLE ${repeated} AS ${repeatedIds(keysOfTraining, ids)} UNION ${repeatedIds(keysOfServing, ids)}`,
  );
  try {
    const [some] = await engine.rows(`SELECT count(*) AS n FROM ${repeated}`);
    const hasRepeated = some!.n !== 0;
    const without = hasRepeated ? `ANTI JOIN ${repeated} USING (${ids.join(', ')})` : '';
    const join = (columns: readonly ComparedColumn[]): string =>
      judgedPairs(training, serving, { ...plan, columns }, without, numbers);
    const [row] = await engine.rows(
      `${join(plan.columns)} SELECT count(*) FILTER (matched) AS joined,
        count(*) FILTER (NOT matched AND NOT no_id) AS unmatched, count(*) FILTER (no_id) AS without_id,
        CAST(min(h, ${kept}) FILTER (NOT matched AND NOT no_id) AS VARCHAR) AS lost
        ${plan.columns.map((_, i) => `, ${countsSql(i)}`).join('')} FROM judged`,
    );
    const differing = plan.columns.filter((_, i) => row![`n${i}`] !== 0);
    // Only what differs is looked at more closely: usually few columns, which makes this second join a small one.
    const [details] =
      differing.length === 0
        ? []
        : await engine.rows(
            `${join(differing)} SELECT ${differing.map((column, i) => detailsSql(column, i)).join(', ')} FROM judged`,
          );
    const cut = ids.map((id) => `${text(id)} AS ${id}`).join(', ');
    const ambiguous = hasRepeated
      ? await engine.rows(
          `SELECT count(*) AS n FROM (${keysOfServing}) SEMI JOIN ${repeated} USING (${ids.join(', ')})`,
        )
      : [];
    const shown = hasRepeated
      ? await engine.rows(`SELECT ${cut} FROM ${repeated} ORDER BY ALL LIMIT ${kept}`)
      : [];
    const lost = hashesOf(row!.lost);
    const lostRows =
      lost.length === 0
        ? []
        : await engine.rows(
            `SELECT ${cut} FROM (${keysOfServing}) WHERE hash(${ids.join(', ')}) IN (${integerLiterals(lost)}) ORDER BY ALL LIMIT ${kept}`,
          );
    return {
      joined: Number(row!.joined),
      unmatched: Number(row!.unmatched),
      withoutId: Number(row!.without_id),
      ambiguous: Number(ambiguous[0]?.n ?? 0),
      columns: await countsOf(engine, training, serving, plan, row!, details ?? {}),
      unmatchedExamples: lostRows.map((found) => ids.map((id) => asText(ownValue(found, id)))),
      ambiguousExamples: shown.map((found) => ids.map((id) => asText(ownValue(found, id)))),
    };
  } finally {
    await engine.run(`DROP TABLE ${repeated}`);
  }
}

async function countsOf(
  engine: Engine,
  training: Union,
  serving: Union,
  plan: SkewPlan,
  row: Row,
  details: Row,
): Promise<ColumnCounts[]> {
  const hashes = plan.columns.map((_, i) => hashesOf(row[`h${i}`]));
  const examples = await readExamples(engine, training, serving, plan, hashes);
  let next = 0;
  return plan.columns.map((_, i) => {
    const [differing, onlyTraining, onlyServing] = ['n', 'only_t', 'only_s'].map((name) =>
      Number(row[`${name}${i}`]),
    ) as [number, number, number];
    const counts = { differing, onlyTraining, onlyServing, examples: examples[i]! };
    if (differing === 0) return counts;
    const place = next++;
    const number = (name: string): number | undefined => {
      const value = details[`${name}${place}`];
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    };
    const [mean, spread, largest] = [number('mean'), number('spread'), number('largest')];
    const [ratio, ratioSpread] = [number('ratio'), number('ratio_spread')];
    const low = asText(details[`low${place}`]);
    const constant = low !== null && low === asText(details[`high${place}`]) && onlyTraining === 0;
    return {
      ...counts,
      ...(mean !== undefined &&
        spread !== undefined &&
        largest !== undefined && { distance: { mean, spread, largest } }),
      ...(ratio !== undefined &&
        ratioSpread !== undefined && {
          ratio: { mean: ratio, spread: ratioSpread, rows: number('ratio_rows')! },
        }),
      ...((constant || onlyTraining === differing) && { always: constant ? low : null }),
    };
  });
}

/** Both values of the rows with these hashes of ids, for each column. */
async function readExamples(
  engine: Engine,
  training: Union,
  serving: Union,
  plan: SkewPlan,
  hashes: readonly (readonly string[])[],
): Promise<Example[][]> {
  const all = [...new Set(hashes.flat())];
  if (all.length === 0) return hashes.map(() => []);
  const ids = plan.keys.map((_, i) => `k${i}`);
  const chosen = (union: Union): string =>
    `(SELECT * FROM (${rowsOf(union, plan, plan.columns)}) WHERE hash(${ids.join(', ')}) IN (${integerLiterals(all)}))`;
  const values = plan.columns.flatMap((_, i) => [
    `${text(`s.c${i}`)} AS s${i}`,
    `${text(`t.c${i}`)} AS t${i}`,
  ]);
  const shown = ids.map((id) => `${text(`s.${id}`)} AS ${id}`);
  const hash = `CAST(hash(${ids.map((id) => `s.${id}`).join(', ')}) AS VARCHAR) AS h`;
  const rows = await engine.rows(
    `SELECT ${[hash, ...shown, ...values].join(', ')} FROM ${chosen(serving)} s JOIN ${chosen(training)} t
      ON ${ids.map((id) => `s.${id} = t.${id}`).join(' AND ')} ORDER BY ${ids.map((id) => `s.${id}`).join(', ')}`,
  );
  return hashes.map((wanted, i) =>
    rows
      .filter(({ h }) => wanted.includes(String(h)))
      .slice(0, kept)
      .map((row) => ({
        id: ids.map((id) => asText(ownValue(row, id))),
        training: asText(row[`t${i}`]),
        serving: asText(row[`s${i}`]),
      })),
  );
}

const asText = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** `[123, 456]` → its numbers as texts, since they are beyond what a number holds exactly. */
const hashesOf = (list: Row[string] | undefined): string[] => asText(list)?.match(/\d+/g) ?? [];
