import { formatPercent, plural } from '../../common/text.js';
import { integerLiterals } from '../../engine/sql.js';
import type { ContractColumn } from '../contract/contract.js';
import { type DataSet, examplesAt, rowCount, rowsOf } from '../data-set.js';
import type { Leak, LeakageContext } from './context.js';
import { keptTwins } from './twins.js';

/** Ids, and groups such as patients or customers, that are on both sides of the split. */
export async function sharedMembers(context: LeakageContext): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const column of context.columns) {
    if (column === context.label) continue;
    if (column.roles.includes('id')) leaks.push(...(await shared(context, column, 'same-id')));
    else if (column.roles.includes('group')) leaks.push(...(await shared(context, column, 'same-group')));
  }
  return leaks;
}

async function shared(
  { engine, train, holdout }: LeakageContext,
  column: ContractColumn,
  rule: 'same-id' | 'same-group',
): Promise<Leak[]> {
  const hashes = (set: DataSet): string =>
    `(SELECT h0 AS h FROM ${rowsOf(set, [column], { identity: true })} WHERE v0 IS NOT NULL)`;
  const [found] = await engine.rows(
    `SELECT count(*) AS n, count(DISTINCT h) AS members FROM ${hashes(holdout)} SEMI JOIN ${hashes(train)} USING (h)`,
  );
  const count = Number(found?.n ?? 0);
  if (count === 0) return [];
  const chosen = await engine.rows(
    `SELECT DISTINCT CAST(h AS VARCHAR) AS h FROM ${hashes(holdout)} SEMI JOIN ${hashes(train)} USING (h)
     ORDER BY h LIMIT ${keptTwins}`,
  );
  const keys = integerLiterals(chosen.map(({ h }) => String(h)));
  const first = (set: DataSet): Promise<readonly Place[]> =>
    engine.rows(
      `SELECT arg_min(t, (t, n)) AS t, arg_min(n, (t, n)) AS n, x0 AS v
       FROM ${rowsOf(set, [column], { place: true, identity: true })} WHERE v0 IS NOT NULL AND h0 IN (${keys}) GROUP BY x0 ORDER BY t, n`,
    ) as unknown as Promise<Place[]>;
  const theirs = await first(train);
  const examples = [];
  for (const { t, n, v } of await first(holdout)) {
    // Values, not hashes: two values may share one.
    const other = theirs.find((place) => place.v === v);
    if (other === undefined) continue;
    const [example] = await examplesAt(holdout, [{ table: t, row: n, value: v.slice(0, 200) }]);
    const [twin] = await examplesAt(train, [{ table: other.t, row: other.n }]);
    examples.push({ ...example!, twin: twin! });
  }
  if (examples.length === 0) return [];
  const share = count / rowCount(holdout);
  const members = plural(Number(found?.members), rule === 'same-id' ? 'id' : 'group');
  return [
    {
      rule,
      severity: 'error',
      column: column.name,
      message: `${column.name}: ${plural(count, 'row')} of ${holdout.name} (${formatPercent(share)}) belong to ${members} that ${train.name} has, too`,
      remedy:
        rule === 'same-id'
          ? `give each ${column.name} to one side of the split; if it only counts rows, take the role id away in the contract`
          : `split by ${column.name}, so that each is on one side only`,
      count,
      share,
      examples,
    },
  ];
}

interface Place {
  readonly t: number;
  readonly n: number;
  readonly v: string;
}
