import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import { batchesOf } from '../../engine/batches.js';
import type { Column } from '../../engine/columns.js';
import { integerLiteral } from '../../engine/sql.js';
import type { ContractColumn } from '../contract/contract.js';
import { type DataSet, firstRows, rowCount, rowsOf } from '../data-set.js';
import { sampleRows } from '../sample.js';
import { type Answer, type Leak, type LeakageContext, tellingColumns } from './context.js';
import { type CannotTell, tooFew } from './power.js';
import { type Labels, type Telling, codesOf, tellingOf } from './predictors.js';

const sampledRows = 100_000;
/** A table of many columns is looked at in fewer rows. */
const sampledValues = 10_000_000;
const fewestRows = 5_000;
/** Columns that one sample has, and values of it that are held at once. */
const sampledColumns = 1_000;
const readValues = 500_000;
/** Chance, over all columns, that a bound is above the truth. */
const alpha = 1e-3;

/** A column that alone takes away so much of the doubt about the label is no honest feature, or one to look at. */
const limits = {
  giveaway: { error: { skill: 0.98, auc: 0.999 }, warning: { skill: 0.8, auc: 0.97 } },
  'row-order': { error: { skill: Infinity, auc: Infinity }, warning: { skill: 0.5, auc: 0.9 } },
} as const;

/**
 * Columns that give the label away, each by itself, also those that the contract does not list. Looked for in train:
 * what it has, the model learns.
 */
export async function giveaways(context: LeakageContext): Promise<Answer> {
  const { engine, train, label, columns } = context;
  const features = tellingColumns(context);
  if (label === undefined || features.length === 0) return { leaks: [] };
  const leaks: Leak[] = [];
  let short: CannotTell | undefined;
  const limit = Math.max(fewestRows, Math.min(sampledRows, sampledValues / features.length));
  for (const some of batchesOf(features, sampledColumns)) {
    const { table, rows } = await sampleRows(engine, train, [...some, label], { limit, content: columns });
    try {
      for (const batch of batchesOf([...some.keys()], Math.ceil(readValues / Math.max(rows, fewestRows)))) {
        const read = await readLabelled(engine, table, [...batch, some.length]);
        const labels = labelsOf(read.at(-1)!, context.classes);
        if (labels === undefined) return { leaks: [], cannotTell: [noClasses('giveaway', label)] };
        short = tooFew('giveaway', labels, alpha / features.length, limits.giveaway.warning.skill);
        for (const [k, i] of batch.entries()) {
          const telling = tellingOf(read[k]!, labels, 1 - alpha / features.length);
          const severity = judge('giveaway', telling);
          const found = { telling, labels, column: read[k]! };
          if (severity !== undefined) leaks.push(await giveaway(context, label, some[i]!, found, severity));
        }
      }
    } finally {
      await engine.run(`DROP TABLE IF EXISTS ${table}`);
    }
  }
  return { leaks, ...(short && { cannotTell: [short] }) };
}

/** Columns of a sample by their numbers, the label's last: of the rows that have a label. */
async function readLabelled(
  engine: LeakageContext['engine'],
  table: string,
  indexes: readonly number[],
): Promise<readonly Column[]> {
  const names = indexes.map((i) => `v${i}`);
  const { columns } = await engine.columns(
    `SELECT ${names.join(', ')} FROM ${table} WHERE ${names.at(-1)!} IS NOT NULL`,
  );
  return columns;
}

const noClasses = (check: CannotTell['check'], { name }: ContractColumn): CannotTell => ({
  check,
  reason: `${name} has one label only, or as good as every row has one of its own`,
});

/** The place of a row in its file, or its id, that tells its label: rows were sorted, or numbered, by it. */
export async function rowOrder(context: LeakageContext): Promise<Answer> {
  const { engine, train, label, columns } = context;
  if (label === undefined) return { leaks: [] };
  const leaks: Leak[] = [];
  const step = Math.max(1, Math.ceil(rowCount(train) / sampledRows));
  const position = await telling(
    context,
    `SELECT t * 1e10 + n AS x, v0 AS y FROM ${rowsOf(train, [label], { place: true })} WHERE n % ${integerLiteral(step)} = 0 AND v0 IS NOT NULL`,
  );
  if (position === undefined) return { leaks: [], cannotTell: [noClasses('row-order', label)] };
  const short = tooFew('row-order', position.labels, alpha, limits['row-order'].warning.skill);
  if (judge('row-order', position.telling) !== undefined) {
    leaks.push(await sorted(context, label, position, `the place of a row in ${train.name}`));
  }
  for (const id of columns.filter((column) => column.roles.includes('id'))) {
    const { table } = await sampleRows(engine, train, [id, label], { limit: sampledRows, content: columns });
    const value = id.type === 'string' ? 'rank() OVER (ORDER BY v0)' : 'v0';
    const found = await telling(context, `SELECT ${value} AS x, v1 AS y FROM ${table} WHERE v1 IS NOT NULL`);
    await engine.run(`DROP TABLE IF EXISTS ${table}`);
    if (found !== undefined && judge('row-order', found.telling) !== undefined) {
      leaks.push(await sorted(context, label, found, `the order of ${id.name}`, id.name));
    }
  }
  return { leaks, ...(short && { cannotTell: [short] }) };
}

interface Found {
  readonly telling: Telling;
  readonly labels: Labels;
  readonly column: Column;
}

async function telling({ engine, classes }: LeakageContext, sql: string): Promise<Found | undefined> {
  const {
    columns: [column, y],
  } = await engine.columns(sql);
  const labels = labelsOf(y!, classes);
  if (labels === undefined) return undefined;
  return { telling: tellingOf(column!, labels, 1 - alpha), labels, column: column! };
}

/** Undefined where there are no two labels, or as good as every row has its own. */
function labelsOf(column: Column, classes: boolean): Labels | undefined {
  if (!classes && column instanceof Float64Array) return { kind: 'quantities', values: column };
  const { codes, names } = codesOf(column);
  if (names.length < 2 || names.length > column.length / 2) return undefined;
  return { kind: 'classes', codes, names };
}

/** What is exactly so weighs as much as a finding of the check can. */
function judge(rule: keyof typeof limits, { lower, auc, exact }: Telling): 'error' | 'warning' | undefined {
  if (exact !== undefined) return rule === 'giveaway' ? 'error' : 'warning';
  const reaches = ({ skill, auc: area }: { skill: number; auc: number }): boolean =>
    lower >= skill || (auc !== undefined && auc.lower >= area);
  const { error, warning } = limits[rule];
  return reaches(error) ? 'error' : reaches(warning) ? 'warning' : undefined;
}

const labelled = (labels: Labels): number =>
  labels.kind === 'classes' ? labels.codes.length : labels.values.length;

/** How well it tells the label, in the words of the kind of label. */
function described({ telling, labels }: Found): string {
  const { skill, lower, wrong, rows, auc, exact } = telling;
  if (exact !== undefined) {
    const how =
      exact.kind === 'values' ? 'no value of it has two labels' : 'sorted by it, the labels are sorted, too';
    return `alone tells the label exactly: ${how}, in ${plural(labelled(labels), 'row')}`;
  }
  if (labels.kind === 'quantities') {
    return `alone explains ${formatPercent(skill)} of the variance of the label (at least ${formatPercent(lower)})`;
  }
  const right = wrong === 0 ? 'all' : formatPercent(1 - wrong / rows, 4);
  const area =
    auc === undefined ? '' : `; ROC AUC ${formatNumber(auc.value)} (at least ${formatNumber(auc.lower, 3)})`;
  return `alone tells the label: a table of its values, made from half of the rows, is right on ${right} of the other ${formatInteger(rows)}, and spares ${formatPercent(Math.max(0, skill))} (at least ${formatPercent(Math.max(0, lower))}) of the errors of always naming the most frequent label${area}`;
}

async function giveaway(
  context: LeakageContext,
  label: ContractColumn,
  feature: ContractColumn,
  found: Found,
  severity: 'error' | 'warning',
): Promise<Leak> {
  const { train, unlisted } = context;
  const keep = unlisted.includes(feature)
    ? 'list it in the contract (environments: [training]) if the model does not see it'
    : `if it is known when the model predicts, keep it, and say why in model.yml: data.leakage.giveaway: { severity: off, columns: [${JSON.stringify(feature.name)}], reason: … }`;
  return {
    rule: 'giveaway',
    severity,
    column: feature.name,
    message: `${feature.name}${unlisted.includes(feature) ? ', which the contract does not list,' : ''} ${described(found)}`,
    remedy: `leave it out if it is made from ${label.name} or known only afterwards (in the contract: environments: [training]); ${keep}`,
    count: rowCount(train),
    share: 1,
    examples: await witnesses(context.engine, train, feature, label),
  };
}

async function sorted(
  { engine, train }: LeakageContext,
  label: ContractColumn,
  found: Found,
  what: string,
  column?: string,
): Promise<Leak> {
  const shown = await firstRows(engine, train, [label], {
    condition: 'v0 IS NOT NULL',
    shown: 'v0',
    limit: 3,
  });
  return {
    rule: 'row-order',
    severity: 'warning',
    ...(column !== undefined && { column }),
    message: `${what} ${described(found)}`,
    remedy:
      'shuffle the rows before they are split or read in batches, and let no number of a row be a feature',
    count: rowCount(train),
    share: 1,
    examples: shown,
  };
}

function witnesses(
  engine: LeakageContext['engine'],
  train: DataSet,
  feature: ContractColumn,
  label: ContractColumn,
): ReturnType<typeof firstRows> {
  return firstRows(engine, train, [feature, label], {
    condition: 'v0 IS NOT NULL AND v1 IS NOT NULL',
    shown: "concat(v0, ' → ', v1)",
    limit: 3,
  });
}
