import { formatInteger, formatPercent, plural } from '../../common/text.js';
import type { ContractColumn } from '../contract/contract.js';
import { type DataSet, firstRows, rowCount, rowsOf } from '../data-set.js';
import { integerLiteral, quoteText } from '../../engine/sql.js';
import type { Answer, Leak, LeakageContext } from './context.js';
import type { CannotTell } from './power.js';

/** A class with fewer rows cannot be learned, nor measured. */
const fewest = 10;
/** Below so many rows in all, few rows of a class are no wonder. */
const enoughRows = 100;
/** Chance below which a class that train has would be missing from a holdout of the same source. */
const surprise = 1e-4;
/** So few rows may well have one label by chance. */
const fewLabelled = 20;
/** A label with more values than this is no class. */
const mostClasses = 10_000;

/** What is wrong with the labels of both sets: classes that one of them lacks, or has too few rows of. */
export async function labelFindings(context: LeakageContext): Promise<Answer> {
  const { label, classes, train, holdout } = context;
  if (label === undefined) return { leaks: [] };
  const [ours, theirs] = [
    await countLabels(context, train, label),
    await countLabels(context, holdout, label),
  ];
  const labelled = sum(ours);
  if (labelled === 0) {
    const reason = `no row of ${train.name} has a label`;
    return { leaks: [], cannotTell: ofLabels.map((check) => ({ check, reason })) };
  }
  const common = { column: label.name } as const;
  if (ours.size === 1 && labelled < fewLabelled) {
    const reason = `${train.name} has ${plural(labelled, 'row')} with a label; that all have one shows from ${fewLabelled} rows on`;
    return { leaks: [], cannotTell: [{ check: 'single-label', reason }] };
  }
  if (ours.size === 1) {
    const only: Leak[] = [
      {
        ...common,
        rule: 'single-label',
        severity: 'error',
        message: `${label.name}: all ${plural(labelled, 'row')} of ${train.name} have the same label, ${[...ours.keys()][0]!}`,
        remedy: 'check how the label is made: there is nothing to learn',
        count: labelled,
        share: labelled / rowCount(train),
        examples: await firstRows(context.engine, train, [label], {
          condition: 'v0 IS NOT NULL',
          shown: 'v0',
          limit: 1,
        }),
      },
    ];
    return { leaks: only };
  }
  if (!classes) return { leaks: [] };
  if (ours.size > mostClasses || theirs.size > mostClasses) {
    const reason = `${label.name} has more than ${formatInteger(mostClasses)} different labels: it is no class`;
    const checks = ofLabels.filter((check) => check !== 'single-label');
    return { leaks: [], cannotTell: checks.map((check) => ({ check, reason })) };
  }
  const leaks = [
    ...(await unknownLabels(context, label, ours, theirs)),
    ...absentLabels(context, label, ours, theirs),
    ...(await rareLabels(context, label, ours)),
  ];
  const few = `${train.name} has ${plural(labelled, 'row')} with a label; that a label is rare shows from ${enoughRows} rows on`;
  const cannotTell: CannotTell[] = labelled < enoughRows ? [{ check: 'rare-label', reason: few }] : [];
  return { leaks, cannotTell };
}

const ofLabels = ['unknown-label', 'absent-label', 'rare-label', 'single-label'] as const;

type Counts = ReadonlyMap<string, number>;
const sum = (counts: Counts): number => [...counts.values()].reduce((total, n) => total + n, 0);
const listed = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;

async function countLabels({ engine }: LeakageContext, set: DataSet, label: ContractColumn): Promise<Counts> {
  const rows = await engine.rows(
    `SELECT CAST(v0 AS VARCHAR) AS v, count(*) AS n FROM ${rowsOf(set, [label])} WHERE v0 IS NOT NULL
     GROUP BY v0 ORDER BY n DESC, v LIMIT ${integerLiteral(mostClasses + 1)}`,
  );
  return new Map(rows.map(({ v, n }) => [String(v), Number(n)]));
}

/** SQL that is true of a row with one of these labels. */
const isOneOf = (names: readonly string[]): string =>
  `CAST(v0 AS VARCHAR) IN (${names.slice(0, 100).map(quoteText).join(', ')})`;

async function unknownLabels(
  { engine, train, holdout }: LeakageContext,
  label: ContractColumn,
  ours: Counts,
  theirs: Counts,
): Promise<Leak[]> {
  const names = [...theirs.keys()].filter((name) => !ours.has(name));
  if (names.length === 0) return [];
  const count = names.reduce((total, name) => total + theirs.get(name)!, 0);
  const share = count / rowCount(holdout);
  return [
    {
      rule: 'unknown-label',
      severity: 'error',
      column: label.name,
      message: `${label.name}: ${plural(count, 'row')} of ${holdout.name} (${formatPercent(share)}) have a label that ${train.name} does not have: ${listed(names)}`,
      remedy: `add rows with ${names.length === 1 ? 'this label' : 'these labels'} to ${train.name}, or correct the labels`,
      count,
      share,
      examples: await firstRows(engine, holdout, [label], {
        condition: isOneOf(names),
        shown: 'v0',
        limit: 5,
      }),
    },
  ];
}

function absentLabels(
  { train, holdout }: LeakageContext,
  label: ContractColumn,
  ours: Counts,
  theirs: Counts,
): Leak[] {
  const [total, asked] = [sum(ours), sum(theirs)];
  const names = [...ours.keys()].filter((name) => {
    const chance = Math.exp(asked * Math.log1p(-ours.get(name)! / total));
    return !theirs.has(name) && chance * ours.size < surprise;
  });
  if (names.length === 0) return [];
  const count = names.reduce((rows, name) => rows + ours.get(name)!, 0);
  return [
    {
      rule: 'absent-label',
      severity: 'warning',
      column: label.name,
      message: `${label.name}: no row of ${holdout.name} has the label ${listed(names)}, which ${plural(count, 'row')} of ${train.name} (${formatPercent(count / total)}) ${count === 1 ? 'has' : 'have'}`,
      remedy: `let ${holdout.name} have rows of each label: what the model does with these is not measured`,
      count,
      share: count / total,
      examples: [],
    },
  ];
}

async function rareLabels(
  { engine, train }: LeakageContext,
  label: ContractColumn,
  ours: Counts,
): Promise<Leak[]> {
  const total = sum(ours);
  const names = [...ours.keys()].filter((name) => ours.get(name)! < fewest);
  if (names.length === 0 || total < enoughRows) return [];
  const count = names.reduce((rows, name) => rows + ours.get(name)!, 0);
  const what = names
    .slice(0, 5)
    .map((name) => `${name} (${formatInteger(ours.get(name)!)})`)
    .join(', ');
  return [
    {
      rule: 'rare-label',
      severity: 'warning',
      column: label.name,
      message: `${label.name}: ${names.length === 1 ? 'one label has' : `${plural(names.length, 'label')} have`} fewer than ${fewest} rows in ${train.name}: ${what}${names.length > 5 ? ', …' : ''}`,
      remedy: 'collect more such rows, or join the label with another',
      count,
      share: count / total,
      examples: await firstRows(engine, train, [label], { condition: isOneOf(names), shown: 'v0', limit: 5 }),
    },
  ];
}
