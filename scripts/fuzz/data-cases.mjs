// Cases whose input is a file of rows: it is read, drafted from, validated and judged as in a workflow.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadContract } from '../../src/dataset/contract/load.ts';
import { draft, runAction } from './actions.mjs';
import { mutateBytes } from './bytes.mjs';
import { odcs, spec } from './corpus.mjs';
import { brokenSections, ownDefects, wrongCount } from './judge.mjs';
import {
  breakLines,
  linesOf,
  plainStyle,
  randomRows,
  randomStyle,
  textFile,
  wildRows,
  writeParquet,
} from './tables.mjs';

const holdoutRows = 40;
const formats = ['csv', 'csv', 'jsonl', 'parquet'];

/** Writes a file of rows; answers its name. */
async function writeRows(stem, format, rows, style, { folder, writer }) {
  if (format !== 'parquet') {
    const { name, bytes } = textFile(stem, format, linesOf(format, rows, style), style);
    writeFileSync(join(folder, name), bytes);
    return name;
  }
  const scratch = join(folder, `${stem}-rows.json`);
  const plain = { ...plainStyle, columns: style.columns };
  writeFileSync(scratch, linesOf('jsonl', rows, plain).join('\n'));
  await writeParquet(await writer(), join(folder, `${stem}.parquet`), scratch, style);
  return `${stem}.parquet`;
}

/** The spec, the contract and the hold-out rows that no case breaks. */
export async function writeProject(r, context) {
  const { folder } = context;
  writeFileSync(join(folder, 'model.yml'), spec);
  writeFileSync(join(folder, 'contract.yaml'), odcs);
  await writeRows('h', 'csv', randomRows(r, holdoutRows), plainStyle, context);
}

/** The rows of a set without what outliers and leakage find, which depends on the rows. */
const shapeErrors = (set) =>
  set.findings
    .filter(({ severity, rule }) => severity === 'error' && !/outlier|leak|constant|rare/.test(rule))
    .map(({ rule, message }) => `${set.name}, ${rule}: ${message}`);

async function validated(context, expected) {
  const { folder } = context;
  const { datasets } = await runAction('validate-data', folder);
  const [train, holdout] = datasets;
  return {
    train,
    wrong: [
      ...wrongCount(train, expected),
      ...wrongCount(holdout, { rows: holdoutRows }),
      ...ownDefects(datasets.flatMap(({ findings }) => findings)),
    ],
  };
}

/** The same rows written in another way. */
export async function sameRows(r, context) {
  const { folder, note } = context;
  const format = r.pick(formats);
  const style = randomStyle(r, format);
  note(format, style);
  await writeProject(r, context);
  const count = r.between(30, 80);
  const name = await writeRows('t', format, randomRows(r, count), style, context);
  const drafted = await draft(
    [join(folder, name)],
    join(folder, 'drafted.yaml'),
    r.pick(['odcs', 'frictionless']),
  );
  const problems =
    drafted === count ? [] : [`the draft is from ${drafted} rows, where the file has ${count}`];
  await loadContract(join(folder, 'drafted.yaml'));
  const own = await validated(context, { rows: count });
  problems.push(...own.wrong, ...shapeErrors(own.train));
  if (r.chance(0.5)) {
    // What was drafted from a file must accept that file.
    writeFileSync(join(folder, 'contract.yaml'), readFileSync(join(folder, 'drafted.yaml')));
    problems.push(...shapeErrors((await validated(context, { rows: count })).train));
  }
  return problems;
}

/** Columns that nobody would expect: what is drafted from the file accepts it, and every later step bears them. */
export async function wildColumns(r, context) {
  const { folder, note } = context;
  const format = r.pick(formats);
  await writeProject(r, context);
  const count = r.between(30, 80);
  const { rows, columns } = wildRows(r, count, format);
  const style = { ...randomStyle(r, format), columns: r.shuffled(columns) };
  note(format, columns, style);
  const name = await writeRows('t', format, rows, style, context);
  const contract = r.pick(['odcs', 'frictionless']);
  const drafted = await draft([join(folder, name)], join(folder, 'drafted.yaml'), contract);
  writeFileSync(join(folder, 'contract.yaml'), readFileSync(join(folder, 'drafted.yaml')));
  const { train, wrong } = await validated(context, { rows: count });
  const { sections } = await runAction('drift-check', folder, { reference: name, current: name });
  return [
    ...(drafted === count ? [] : [`the draft is from ${drafted} rows, where the file has ${count}`]),
    ...wrong,
    ...shapeErrors(train),
    ...brokenSections(sections),
  ];
}

/** Rows of which a known number cannot be read. */
export async function countedRows(r, context) {
  const { folder, note } = context;
  const format = r.pick(['csv', 'jsonl']);
  const style = randomStyle(r, format);
  await writeProject(r, context);
  const whole = linesOf(format, randomRows(r, r.between(30, 80)), style);
  const { way, lines, rows, rejected } = breakLines(format, whole, style, r);
  note(format, way, style);
  const { name, bytes } = textFile('t', format, lines, style);
  writeFileSync(join(folder, name), bytes);
  return (await validated(context, { rows, rejected })).wrong;
}

/** The records of a text as far as they can be counted without reading them. */
function recordsOf(format, bytes) {
  const text = bytes.toString('latin1');
  if (format === 'jsonl') {
    const lines = text.replace(/^\xef\xbb\xbf/, '').split('\n');
    return lines.filter((line) => line.replace(/\r$/, '') !== '').length;
  }
  return undefined;
}

/** Bytes that nobody meant. */
export async function brokenRows(r, context) {
  const { folder, note, attempt } = context;
  const format = r.pick(formats);
  const style = { ...randomStyle(r, format), mark: false };
  if (r.chance(0.7)) style.packing = undefined;
  await writeProject(r, context);
  const name = await writeRows('t', format, randomRows(r, r.between(5, 60)), style, context);
  const file = join(folder, name);
  const { bytes, how } = mutateBytes(readFileSync(file), r);
  note(format, how, style);
  writeFileSync(file, bytes);
  const records = style.packing === undefined ? recordsOf(format, bytes) : undefined;
  const problems = await attempt(async () => {
    const { train, wrong } = await validated(context, undefined);
    const readable = train.files.every(({ rows, rejected }) => rows + rejected > 0);
    return [...wrong, ...(readable && records !== undefined ? wrongCount(train, { records }) : [])];
  });
  const out = join(folder, 'drafted.yaml');
  problems.push(
    ...(await attempt(async () => {
      await draft([file], out, 'odcs');
      return [];
    })),
  );
  if (existsSync(out)) problems.push(...(await attempt(async () => void (await loadContract(out)) ?? [])));
  return problems;
}

/** Predictions, in order or broken: every hold-out row is judged, or the error says why not. */
export async function predictions(r, context) {
  const { folder, note } = context;
  await writeProject(r, context);
  const format = r.pick(formats);
  const style = { ...randomStyle(r, format), columns: r.shuffled(['id', 'p']) };
  // Of the class's probability, and not a text of it.
  const rows = Array.from({ length: holdoutRows }, (_, i) => ({ id: `r${i}`, p: r.between(0, 1000) / 1000 }));
  const given = r.chance(0.3) ? r.shuffled(rows) : rows;
  const name = await writeRows('p', format, given, style, context);
  const broken = r.chance(0.7);
  if (broken) {
    const { bytes, how } = mutateBytes(readFileSync(join(folder, name)), r);
    note(how);
    writeFileSync(join(folder, name), bytes);
  }
  note(format, style);
  const judge = async () => {
    const { data } = await runAction('evaluate-gate', folder, { predictions: name });
    return data.rows === holdoutRows ? [] : [`${data.rows} rows were judged, where there are ${holdoutRows}`];
  };
  return broken ? context.attempt(judge) : judge();
}
