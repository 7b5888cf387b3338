import { formatInteger, plural } from '../../common/text.js';
import { worst } from '../../common/verdict.js';
import type { Engine } from '../../engine/engine.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { MultivariateDrift } from '../../formats/drift-multivariate.js';
import type { Feature } from '../../statistics/binning.js';
import { type Union, openUnion } from '../tables.js';
import { type Choice, comparable, counters, uselessness } from './choose.js';
import { judgeDomain } from './domain.js';
import { drawRows } from './draw.js';
import { judgeRebuilding } from './rebuild.js';

export interface MultivariateSettings {
  /** Share of runs that may alarm although nothing changed. */
  readonly alpha: number;
  /** Most rows that are drawn from each side. */
  readonly rows: number;
  /** Smallest AUC that matters, above 0.5. */
  readonly auc: number;
  /** Share of the variance that the principal components must hold. */
  readonly explained: number;
  /** Columns to leave out: those that the spec ignores, and the label. */
  readonly ignore: readonly string[];
}

export interface CompareRowsOptions {
  /** Its allowed folders must hold every file. */
  readonly engine: Engine;
  /** Data files, or tables of the same engine that are open already. */
  readonly reference: readonly (string | Table)[];
  readonly current: readonly (string | Table)[];
  /** Types of columns by name; others are found out from the values. */
  readonly types: WantedTypes;
  readonly settings: MultivariateSettings;
  readonly seed: number;
}

/** With fewer, a part of the rows would be too few to learn from. */
const fewestRows = 30;
/** The time that principal components take grows with the cube of the columns: 1,000 of them take a quarter of a minute. */
const mostColumns = 1_000;
/** A side of more rows than so many times the other's adds next to nothing to what the classifier can tell. */
const mostTimes = 4;

/**
 * Looks at all columns together, for changes that no column shows by itself: by a classifier that tries to tell
 * the two sides apart, and by the error of principal components (docs/decisions/032-columns-together.md).
 * Rows are taken to be independent of each other.
 * @throws UserError naming everything in the files that cannot be read
 */
export async function compareRows(options: CompareRowsOptions): Promise<MultivariateDrift> {
  const { engine, types, settings, seed } = options;
  const { alpha, auc: least, explained, ignore, rows: wanted } = settings;
  const reference = await openUnion(engine, options.reference, types);
  const current = await openUnion(engine, options.current, types);
  const chosen = comparable(reference, current, ignore);
  if (Math.min(reference.rows, current.rows) < fewestRows) {
    const [ref, cur] = [reference.rows, current.rows].map((rows) => plural(rows, 'row'));
    const reason = `the reference has ${ref}, current data ${cur}; each must have at least ${fewestRows}`;
    return { ...notCompared(reason, settings), excluded: [...chosen.excluded] };
  }
  if (chosen.columns.length > mostColumns) {
    const reason = `there are ${formatInteger(chosen.columns.length)} columns to look at together, of at most ${formatInteger(mostColumns)}: leave some out in model.yml (drift.columns.NAME.ignore)`;
    return { ...notCompared(reason, settings), excluded: [...chosen.excluded] };
  }
  const [ref, cur] = [
    await drawRows(engine, reference, chosen.columns, wanted, seed),
    await drawRows(engine, current, chosen.columns, wanted, seed),
  ];
  const { columns, excluded, kept } = await leaveUseless(engine, reference, current, chosen, ref, cur);
  if (columns.length === 0) {
    return { ...notCompared('no column is left that says something about a row', settings), excluded };
  }
  const [refFeatures, curFeatures] = [kept.map((i) => ref[i]!), kept.map((i) => cur[i]!)];
  const [n, m] = [refFeatures[0]!.values.length, curFeatures[0]!.values.length];
  const [first, second] = [Math.min(n, mostTimes * m), Math.min(m, mostTimes * n)];
  const together = refFeatures.map((feature, i) => join(feature, curFeatures[i]!, first, second));
  const classifier = judgeDomain(together, columns, first, second, { alpha, least, seed });
  const reconstruction = judgeRebuilding(refFeatures, curFeatures, columns, { alpha, least, explained });
  const parts = [classifier, ...(reconstruction === undefined ? [] : [reconstruction])];
  const verdict = worst(parts.map((part) => part.verdict));
  return {
    verdict,
    reasons: parts.filter((part) => part.verdict === verdict).map(({ reason }) => sentence(reason)),
    alpha,
    threshold: least,
    reference: { rows: n, of: reference.rows },
    current: { rows: m, of: current.rows },
    columns,
    excluded,
    classifier,
    reconstruction: reconstruction ?? null,
  };
}

/** Takes out what the drawn values show to be of no use: constants, names and numbers of rows. */
async function leaveUseless(
  engine: Engine,
  reference: Union,
  current: Union,
  chosen: Choice,
  ref: readonly Feature[],
  cur: readonly Feature[],
): Promise<{ columns: string[]; excluded: MultivariateDrift['excluded']; kept: number[] }> {
  const reasons = chosen.columns.map((_, i) => uselessness(ref[i]!, cur[i]!));
  const doubtful = chosen.columns.filter((_, i) => reasons[i] === 'counter?');
  const before = await counters(engine, reference, doubtful);
  const now = await counters(engine, current, doubtful);
  const excluded = [...chosen.excluded];
  const kept: number[] = [];
  chosen.columns.forEach((column, i) => {
    const reason = reasons[i];
    if (reason === undefined || (reason === 'counter?' && !(before.has(column) && now.has(column)))) {
      kept.push(i);
    } else excluded.push({ column, reason: reason === 'counter?' ? 'it numbers the rows' : reason });
  });
  return { columns: kept.map((i) => chosen.columns[i]!), excluded, kept };
}

/** The first n rows of the reference, then the first m current ones. */
function join(ref: Feature, cur: Feature, n: number, m: number): Feature {
  if (ref.kind === 'numeric' && cur.kind === 'numeric') {
    const values = new Float64Array(n + m);
    values.set(ref.values.subarray(0, n));
    values.set(cur.values.subarray(0, m), n);
    return { kind: 'numeric', values };
  }
  const texts = ({ values }: Feature, rows: number): (string | null)[] =>
    Array.from<number | string | null>(values)
      .slice(0, rows)
      .map((value) => (value === null ? null : String(value)));
  return { kind: 'categorical', values: [...texts(ref, n), ...texts(cur, m)] };
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The section of a run that has no rows to look at: said, never silently missing. */
export function notCompared(
  reason: string,
  { alpha, auc }: Pick<MultivariateSettings, 'alpha' | 'auc'>,
): MultivariateDrift {
  return {
    notRun: reason,
    verdict: 'inconclusive',
    reasons: [`Columns were not looked at together: ${reason}`],
    alpha,
    threshold: auc,
    reference: null,
    current: null,
    columns: [],
    excluded: [],
    classifier: null,
    reconstruction: null,
  };
}
