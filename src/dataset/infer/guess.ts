import { ownValue } from '../../common/own.js';
import { formatInteger, formatNumber } from '../../common/text.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Role } from '../contract/contract.js';
import { boundsOf, roundUp, saturatedCount, wordsOf } from './bounds.js';
import type { ColumnFacts, DataFacts } from './facts.js';

/** A column of a contract to be written, and what a person should look at. */
export interface ColumnGuess {
  readonly name: string;
  /** Undefined: nothing says it, and so it is not to be checked. */
  readonly type: ColumnType | undefined;
  /** Some of the files lack the column. */
  readonly optional?: true;
  readonly required: boolean;
  /** Some texts are empty, which Table Schema takes for no value. */
  readonly blank?: true;
  readonly unique: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly missing?: readonly string[];
  /** At most so many percent of the rows lack the value. */
  readonly nullPercent?: number | undefined;
  readonly role?: Role;
  readonly notes: readonly string[];
}

/** With fewer rows than this, what never happened may well happen next. */
export const enoughRows = 100;
const mostValues = 30;

/** What a careful colleague would write down of the data: what is meant, not what happens to be so. */
export function guessColumns({ rows, files, columns }: DataFacts): ColumnGuess[] {
  const times = columns.filter(({ profile }) => isTime(profile.type));
  return columns.map((facts) => {
    const guess = guessIn(facts, rows, files);
    const role = guessRole(facts, times.length === 1);
    return role === undefined
      ? guess
      : { ...guess, role: role.role, notes: [...guess.notes, `role guessed from the name${role.doubt}`] };
  });
}

function guessIn(facts: ColumnFacts, rows: number, files: number): ColumnGuess {
  const guess = guessColumn(facts, rows);
  if (facts.files === files) return guess;
  const note = `optional: ${formatInteger(facts.files)} of ${formatInteger(files)} files have the column`;
  // Rows of the other files have no value, which says nothing of these.
  return { ...guess, nullPercent: undefined, required: false, optional: true, notes: [note, ...guess.notes] };
}

function guessColumn(facts: ColumnFacts, rows: number): ColumnGuess {
  const { profile, unique, hidden } = facts;
  const { name, count, nulls } = profile;
  const notes: string[] = [];
  const enough = rows >= enoughRows;
  const isId = unique && enough && looksLikeId(name, facts);
  const base = {
    name,
    required: enough && nulls === 0 && hidden === undefined,
    unique: isId,
    ...(profile.lengths?.min === 0 && { blank: true as const }),
  };
  if (unique && !isId && enough && profile.type === 'string') {
    notes.push('unsure: every value is different; add unique: true if that is meant');
  }
  if (count === 0) {
    notes.push(`unsure: no row has a value${facts.typed ? '' : ', so the type is unknown'}`);
    return { ...base, type: facts.typed ? profile.type : undefined, required: false, notes };
  }
  if (facts.nested !== undefined) {
    notes.push(`unsure: ${facts.nested} in the file, for which contracts have no type: it is read as text`);
    return { ...base, unique: false, type: 'string', notes };
  }
  if (hidden !== undefined) {
    notes.push(`unsure: ${hidden.missing.join(', ') || 'the empty text'} is read as a missing value`);
    return { ...base, type: hidden.type, missing: hidden.missing, notes };
  }
  const nullPercent = enough && nulls > 0 ? allowedNulls(nulls / rows) : undefined;
  const shared = { ...base, ...(nullPercent !== undefined && { nullPercent }) };
  switch (profile.type) {
    case 'integer':
    case 'number':
      return { ...shared, ...guessNumber(facts, enough, notes), notes };
    case 'string':
      return { ...shared, type: 'string', ...guessText(facts, enough, notes), notes };
    default:
      return { ...shared, type: profile.type, notes };
  }
}

function guessNumber(
  { profile, leadingZeros }: ColumnFacts,
  enough: boolean,
  notes: string[],
): Pick<ColumnGuess, 'type' | 'min' | 'max'> {
  const { name, type } = profile;
  if (leadingZeros) {
    notes.push('unsure: digits with leading zeros, read as a code and not as a number');
    return { type: 'string' };
  }
  const words = wordsOf(name);
  if (isIdName(words)) return { type: type as 'integer' | 'number' };
  const measures = [
    'price',
    'amount',
    'fare',
    'cost',
    'rate',
    'ratio',
    'score',
    'weight',
    'temperature',
    'salary',
    'revenue',
  ];
  const isMeasure = type === 'integer' && words.some((word) => measures.includes(word));
  if (isMeasure) notes.push('unsure: only whole numbers here, but the name is that of a measure');
  const { notes: more, ...bounds } = enough ? boundsOf(profile) : { notes: [] };
  notes.push(...more);
  return { type: isMeasure ? 'number' : (type as 'integer' | 'number'), ...bounds };
}

function guessText(
  { profile, format, shape }: ColumnFacts,
  enough: boolean,
  notes: string[],
): Pick<ColumnGuess, 'values' | 'format' | 'pattern'> {
  if (!enough) return {};
  if (format !== undefined) return { format };
  const { values, distinct, count } = profile;
  if (values.kind === 'exact' && distinct.value <= mostValues) {
    const rarest = Math.min(...values.counts.map(([, n]) => n));
    // Good and Turing: what came once is what says that more is to come; here nothing came even a few times.
    if (rarest >= saturatedCount && count >= 50 * distinct.value) {
      return { values: values.counts.map(([value]) => String(value)).sort() };
    }
    const rare = values.counts.filter(([, n]) => n < saturatedCount).length;
    notes.push(
      `unsure: ${formatInteger(distinct.value)} values, ${formatInteger(rare)} of them in fewer than ${saturatedCount} rows: there may be more, so they are not listed`,
    );
    return {};
  }
  // Codes of one build, many of them, and not only a few that happen to be alike.
  const length = shape?.length ?? 0;
  if (
    shape !== undefined &&
    /[A9]/.test(shape) &&
    length >= 2 &&
    length <= 40 &&
    count >= 1000 &&
    distinct.value >= 20
  ) {
    return { pattern: patternOf(shape) };
  }
  return {};
}

/** `A999-aa` → `^[A-Z][0-9]{3}-[a-z]{2}$` */
export function patternOf(shape: string): string {
  const classes: Readonly<Record<string, string>> = { A: '[A-Z]', a: '[a-z]', '9': '[0-9]' };
  const runs = shape.match(/(.)\1*/gsu) ?? [];
  const parts = runs.map((run) => {
    const [character] = [...run];
    const one = ownValue(classes, character!) ?? character!.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    const length = [...run].length;
    return length === 1 ? one : `${one}{${length}}`;
  });
  return `^${parts.join('')}$`;
}

/** Twice what there is and a point more, rounded up; undefined where that says nothing. */
function allowedNulls(share: number): number | undefined {
  const percent = roundUp(100 * (2 * share + 0.01));
  return percent < 100 ? percent : undefined;
}

const isTime = (type: ColumnType): boolean => type === 'date' || type === 'timestamp';
const isIdName = (words: readonly string[]): boolean =>
  words.some((word, i) => ['id', 'uuid', 'guid', 'key'].includes(word) && i === words.length - 1);

/** Values that are all different are an id where the name says so, or where they are built like one. */
function looksLikeId({ length }: string, { profile, format }: ColumnFacts): boolean {
  const { name, type, moments, count } = profile;
  if (length === 0 || type === 'number' || isTime(type) || type === 'boolean') return false;
  if (isIdName(wordsOf(name)) || format === 'uuid') return true;
  return (
    type === 'integer' &&
    moments !== undefined &&
    wordsOf(name).includes('index') &&
    moments.max - moments.min + 1 === count
  );
}

const labels = [
  'label',
  'target',
  'outcome',
  'class',
  'response',
  'y',
  'churn',
  'churned',
  'fraud',
  'survived',
];
const predictions = ['prediction', 'predicted', 'yhat', 'ypred'];
const sensitive = ['gender', 'sex', 'race', 'ethnicity', 'religion', 'nationality', 'disability', 'age'];

function guessRole(
  { profile, unique }: ColumnFacts,
  onlyTime: boolean,
): { role: Role; doubt: string } | undefined {
  const words = wordsOf(profile.name);
  const name = words.join('');
  const sure = { doubt: '' };
  if (isTime(profile.type)) return onlyTime ? { role: 'timestamp', ...sure } : undefined;
  if (predictions.includes(name)) return { role: 'prediction', ...sure };
  if (
    labels.includes(name) ||
    (labels.includes(words.at(-1) ?? '') && words.length === 2 && words[0] === 'is')
  ) {
    return { role: 'label', ...sure };
  }
  if (isIdName(words)) {
    return unique
      ? { role: 'id', ...sure }
      : {
          role: 'group',
          doubt: ': unsure, its values repeat; rows of one group should stay on one side of a split',
        };
  }
  return words.some((word) => sensitive.includes(word)) ? { role: 'sensitive', ...sure } : undefined;
}

/** The comment at the head of the contract. */
export function summary({ rows, files }: DataFacts): string[] {
  const said = [
    `Inferred by \`mlops infer\` from ${formatInteger(rows)} rows of ${files === 1 ? 'one file' : `${formatNumber(files)} files`}. A draft: read it, and`,
    'correct what is not meant. What is marked "unsure" is for you to decide.',
  ];
  return rows >= enoughRows
    ? said
    : [...said, `So few rows do not tell what is always so: nothing is required, and nothing has bounds.`];
}
