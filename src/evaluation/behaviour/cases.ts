import { type Place, type Problem, UserError, failOn } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { formatNumber, formatPercent, nearest, plural } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { readTable } from '../../engine/read-table.js';
import type { Witness } from '../../formats/decision-behaviour.js';
import type { CasesSpec } from '../../spec/sections/evaluate-behaviour.js';
import { placeOfRow } from '../columns.js';
import { type Answers, answerText } from './answers.js';
import type { Values } from './changes.js';
import { lookedAt } from './direction.js';
import { readSample, shapeOf, textsOfValues, valuesOfTexts } from './sample.js';
import { type Planned, type Tested, answers, clip } from './tested.js';

/** Columns of a cases file that say what is expected, and not what the model sees. */
const expectations = ['expected', 'expected_min', 'expected_max', 'case'] as const;
type Expectation = (typeof expectations)[number];

/** What one case asks for. */
interface Expected {
  readonly value: string | null;
  readonly min: number | null;
  readonly max: number | null;
}

const mostCases = 10_000;
const mostWitnesses = 5;

/**
 * Cases that any acceptable model gets right (Ribeiro et al. 2020, CheckList: minimum functionality).
 * @param file absolute path
 * @throws UserError for columns that the hold-out data do not have, and for cases that ask for nothing
 */
export async function planCases(
  tested: Tested,
  spec: CasesSpec,
  file: string,
  engine: Engine,
  hidden: readonly string[],
  at: (path: readonly (string | number)[]) => Place,
): Promise<Planned> {
  const { sample } = tested;
  const table = await readTable(engine, file);
  if (table.rows > mostCases) {
    throw new UserError({
      message: `${plural(table.rows, 'case')} are more than ${formatNumber(mostCases)}: these are data, no cases`,
      where: { file },
    });
  }
  const shape = await shapeOf(engine, table);
  const read = await readSample(
    engine,
    table,
    shape,
    Uint32Array.from({ length: table.rows }, (_, i) => i),
  );
  const columns = new Map(
    shape.columns.map(({ name }, c) => [name, textsOfValues(read.values[c]!, shape.format)]),
  );
  const own = sample.shape.columns.map(({ name }) => name);
  failOn(unknownColumns([...columns.keys()], own, file));
  const placeOf = (row: number): Promise<Place> => placeOfRow(table, row);
  const expected = await readExpectations(columns, table.rows, placeOf, file);

  const rows = new Uint32Array(table.rows);
  const changed = new Map<number, Values>();
  own.forEach((name, c) => {
    const texts = columns.get(name);
    // Labels and the like say nothing to the model, and its program may want them to be there.
    if (texts === undefined && hidden.includes(name)) return;
    const like = sample.values[c]!;
    const given = texts ?? new Array<string | null>(table.rows).fill(null);
    changed.set(c, valuesOfTexts(given, like, sample.shape.format));
  });
  const title = spec.name ?? displayPath(file, tested.folder);
  const least = spec['min-share'];
  return {
    variant: { rows, changed },
    judge: async (_, after) => {
      const found = answers(tested, after);
      const wrong = await wrongAnswers(found, expected, spec, tested, placeOf, at);
      const right = table.rows - wrong.size;
      const verdict = right >= least * table.rows ? 'pass' : 'fail';
      const of = `${formatNumber(right)} of ${plural(table.rows, 'case')} are answered as expected`;
      const share = right / table.rows;
      return {
        name: title,
        kind: 'minimum-functionality',
        columns: [...columns.keys()].filter((name) => own.includes(name)),
        change: displayPath(file, tested.folder),
        rows: table.rows,
        share: { value: share, lower: share, upper: share },
        metric: null,
        rule: 'min-share',
        limit: least,
        verdict,
        reason: `${title}: ${of}; ${least === 1 ? 'all must be' : `${formatPercent(least)} must be`}`,
        rowsNeeded: null,
        seed: null,
        witnesses: await witnesses(found, wrong, columns.get('case'), placeOf, tested.folder),
      };
    },
  };
}

function unknownColumns(names: readonly string[], own: readonly string[], file: string): Problem[] {
  return names
    .filter((name) => !own.includes(name) && !(expectations as readonly string[]).includes(name))
    .map((name) => {
      const near = nearest(name, [...own, ...expectations]);
      return {
        message: `the hold-out data have no column "${name}"`,
        where: { file, line: 1 },
        remedy: near === undefined ? `they have: ${own.join(', ')}` : `did you mean "${near}"?`,
      };
    });
}

async function readExpectations(
  columns: ReadonlyMap<string, Values>,
  rows: number,
  placeOf: (row: number) => Promise<Place>,
  file: string,
): Promise<Expected[]> {
  const textOf = (name: Expectation, row: number): string | null => {
    const text = columns.get(name)?.[row] ?? null;
    return text === null || text.trim() === '' ? null : text.trim();
  };
  if (!expectations.slice(0, 3).some((name) => columns.has(name))) {
    throw new UserError({
      message: 'these cases say nothing of what is expected',
      where: { file, line: 1 },
      remedy: 'add a column `expected`, or `expected_min` and `expected_max`',
    });
  }
  const problems: Problem[] = [];
  const expected: Expected[] = [];
  for (let row = 0; row < rows; row++) {
    const [value, low, high] = [
      textOf('expected', row),
      textOf('expected_min', row),
      textOf('expected_max', row),
    ];
    const bad = [low, high].find((text) => text !== null && !Number.isFinite(Number(text)));
    if (bad !== undefined) {
      problems.push({ message: `${JSON.stringify(bad)} is no number`, where: await placeOf(row) });
    } else if (value === null && low === null && high === null) {
      problems.push({
        message: 'this case says nothing of what is expected',
        where: await placeOf(row),
        remedy: 'fill in expected, expected_min or expected_max',
      });
    }
    expected.push({
      value,
      min: low === null ? null : Number(low),
      max: high === null ? null : Number(high),
    });
  }
  failOn(problems.slice(0, 10));
  return expected;
}

/** Row of a case → what was expected of it, for those that were answered otherwise. */
async function wrongAnswers(
  found: Answers,
  expected: readonly Expected[],
  spec: CasesSpec,
  { classes }: Tested,
  placeOf: (row: number) => Promise<Place>,
  at: (path: readonly (string | number)[]) => Place,
): Promise<ReadonlyMap<number, string>> {
  const bounded = expected.some(({ min, max }) => min !== null || max !== null);
  const numeric = found.classes === undefined && expected.some(({ value }) => value !== null);
  const numbers = bounded || numeric ? lookedAt(found, spec.class, at) : undefined;
  const tolerance = spec.tolerance ?? 0;
  const wrong = new Map<number, string>();
  for (const [row, { value, min, max }] of expected.entries()) {
    const wants: string[] = [];
    let right = true;
    if (value !== null && found.classes !== undefined) {
      await refuseUnknownClass(value, found, classes, row, placeOf);
      right &&= found.classes[row] === value;
      wants.push(value);
    } else if (value !== null) {
      const number = Number(value);
      if (!Number.isFinite(number)) {
        throw new UserError({ message: `${JSON.stringify(value)} is no number`, where: await placeOf(row) });
      }
      right &&= Math.abs(numbers![row]! - number) <= tolerance + 1e-9 * Math.max(1, Math.abs(number));
      wants.push(tolerance === 0 ? value : `${value} ± ${formatNumber(tolerance)}`);
    }
    if (min !== null) {
      right &&= numbers![row]! >= min;
      wants.push(`at least ${formatNumber(min)}`);
    }
    if (max !== null) {
      right &&= numbers![row]! <= max;
      wants.push(`at most ${formatNumber(max)}`);
    }
    if (!right) wrong.set(row, wants.join(', '));
  }
  return wrong;
}

/** A class that the model cannot predict is a mistake in the case. */
async function refuseUnknownClass(
  value: string,
  found: Answers,
  classes: readonly [string, string],
  row: number,
  placeOf: (row: number) => Promise<Place>,
): Promise<void> {
  const binary = found.names.length === 1 && found.names[0] === classes[0];
  const known = binary ? classes : found.numbers === undefined ? undefined : found.names;
  // Of a multilabel classifier, an answer is several classes.
  if (known === undefined || value.includes(', ') || value === '(none)' || known.includes(value)) return;
  const near = nearest(value, known);
  throw new UserError({
    message: `${JSON.stringify(value)} is no class of this model`,
    where: await placeOf(row),
    remedy: near === undefined ? `there are ${known.slice(0, 20).join(', ')}` : `did you mean "${near}"?`,
  });
}

async function witnesses(
  found: Answers,
  wrong: ReadonlyMap<number, string>,
  names: Values | undefined,
  placeOf: (row: number) => Promise<Place>,
  folder: string,
): Promise<Witness[]> {
  const shown: Witness[] = [];
  for (const [row, wanted] of [...wrong].slice(0, mostWitnesses)) {
    const { file = '', line } = await placeOf(row);
    const name = names?.[row] ?? null;
    shown.push({
      place: `${displayPath(file, folder)}${line === undefined ? '' : `:${line}`}`,
      changes: name === null ? [] : [{ column: 'case', before: null, after: clip(name) }],
      before: clip(wanted)!,
      after: clip(answerText(found, row))!,
    });
  }
  return shown;
}
