import { formatPercent, plural } from '../../common/text.js';
import { quoteText } from '../../engine/sql.js';
import type { ContractColumn } from '../contract/contract.js';
import { firstRows, rowCount, rowsOf } from '../data-set.js';
import type { Leak, LeakageContext } from './context.js';

/** From this share of the rows of holdout on, its metrics are those of a model that has seen the future. */
const harmful = 0.01;

/** Rows of holdout that are older than the newest of train: a model is asked about what comes, not what has been. */
export async function timeOrder(context: LeakageContext): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const column of context.columns) {
    const isTime = column.type === 'date' || column.type === 'timestamp';
    if (isTime && column.roles.includes('timestamp')) leaks.push(...(await older(context, column)));
  }
  return leaks;
}

async function older({ engine, train, holdout }: LeakageContext, column: ContractColumn): Promise<Leak[]> {
  const [newest] = await engine.rows(`SELECT CAST(max(v0) AS VARCHAR) AS v FROM ${rowsOf(train, [column])}`);
  if (newest?.v === null || newest === undefined) return [];
  const end = `CAST(${quoteText(String(newest.v))} AS ${column.type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
  const [found] = await engine.rows(
    `SELECT count(*) FILTER (v0 < ${end}) AS n, CAST(min(v0) AS VARCHAR) AS oldest FROM ${rowsOf(holdout, [column])}`,
  );
  const count = Number(found?.n ?? 0);
  if (count === 0) return [];
  const share = count / rowCount(holdout);
  const start = `CAST(${quoteText(String(found?.oldest))} AS ${column.type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
  const [late] = await engine.rows(
    `SELECT count(*) AS n FROM ${rowsOf(train, [column])} WHERE v0 > ${start}`,
  );
  const [last] = await firstRows(engine, train, [column], {
    condition: `v0 = ${end}`,
    shown: 'v0',
    limit: 1,
  });
  const examples = await firstRows(engine, holdout, [column], {
    condition: `v0 < ${end}`,
    shown: 'v0',
    limit: 5,
  });
  return [
    {
      rule: 'time-order',
      severity: share >= harmful ? 'error' : 'warning',
      column: column.name,
      message: `${column.name}: ${plural(count, 'row')} of ${holdout.name} (${formatPercent(share)}) are older than the newest of ${train.name}, ${String(newest.v)}; ${plural(Number(late?.n ?? 0), 'row')} of ${train.name} are newer than the oldest of ${holdout.name}, ${String(found?.oldest)}`,
      remedy: 'split by time: train on what came before, hold out what came after',
      count,
      share,
      examples: examples.map((example) => ({ ...example, ...(last && { twin: last }) })),
    },
  ];
}
