import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Dependencies } from '../../../../src/actions/dependencies.js';
import { definition } from '../../../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../../../src/actions/inputs.js';
import { systemClock } from '../../../../src/common/clock.js';
import { RecordingLogger } from '../../../../src/common/logger.js';
import { type Decision, decisionSchema } from '../../../../src/formats/decision.js';
import { renderHtml } from '../../../../src/report/html.js';
import { renderMarkdown } from '../../../../src/report/markdown.js';
import { duckdbLibrary } from '../../../engine/library.js';

export const rows = 600;

/** A loan: whether it was paid back (y) hangs on the income, and a little on the term. */
const loan = (i: number) => {
  const income = ((i * 7919) % 1009) / 100 + 1;
  const noise = ((i * 104_729) % 997) / 997 - 0.5;
  return {
    id: `r${i}`,
    y: income + 6 * noise > 6 ? 1 : 0,
    income: income.toFixed(2),
    term: 12 + ((i * 31) % 5) * 12,
    sex: i % 2 === 0 ? 'f' : 'm',
    note: ['new car', 'old house, two rooms', 'a boat "Mary"', ''][i % 4]!,
  };
};
export const loans = Array.from({ length: rows }, (_, i) => loan(i));

/** Rows as CSV; texts are quoted where they must be. */
export function csvOf(table: readonly Readonly<Record<string, string | number>>[]): string {
  const field = (value: string | number): string =>
    /[",]|^$/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  const names = Object.keys(table[0]!);
  const lines = table.map((row) => names.map((name) => field(row[name] ?? '')).join(','));
  return [names.join(','), ...lines, ''].join('\n');
}

/**
 * A model with the weights in its model.json; it predicts in another order than the rows, by their ids. It reads
 * CSV and JSONL.
 */
const program = `
import { readFileSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR, MLOPS_DATA, MLOPS_PREDICTIONS } = process.env;
const weights = JSON.parse(readFileSync(MLOPS_MODEL_DIR + '/model.json', 'utf8'));
const parse = (line) => [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map((m) => (m[1] ?? m[2]).replaceAll('""', '"'));
const rows = MLOPS_DATA.split('\\n').flatMap((file) => {
  const lines = readFileSync(file, 'utf8').trim().split('\\n');
  if (file.endsWith('.jsonl')) return lines.map((line) => JSON.parse(line));
  const names = parse(lines[0]);
  return lines.slice(1).map((line) => Object.fromEntries(parse(line).map((value, i) => [names[i], value])));
});
const out = rows.map((row) => {
  let z = weights.bias ?? -6;
  if (row.income !== '' && row.income !== null) z += (weights.income ?? 1) * Number(row.income);
  else z += 6 * (weights.missing ?? 1);
  z += (weights.term ?? 0) * (Number(row.term) - 36);
  if (row.sex === 'f') z += weights.female ?? 0;
  if (/boat/.test(row.note)) z += weights.boat ?? 0;
  if (weights.random) z += weights.random * (Math.random() - 0.5);
  return { id: row.id, p: (1 / (1 + Math.exp(-z))).toFixed(6) };
});
if (rows[0].id !== undefined) out.reverse();
writeFileSync(MLOPS_PREDICTIONS, ['id,p', ...out.map(({ id, p }) => id + ',' + p)].join('\\n') + '\\n');
`;

/** model.yml with these lines below `evaluate`. */
export function specOf(evaluate: string, holdout = 'holdout.csv', id = '  id: id\n'): string {
  const lines = evaluate.trim().split('\n').join('\n  ');
  return `name: loan
task: binary-classification
data: { contract: c.yaml, train: t.csv, holdout: ${holdout} }
train: { run: ./train }
evaluate:
  run: node predict.mjs
  label: y
${id}  score: p
  gates: [{ metric: roc_auc, min: 0.6 }]
  ${lines}
release: { files: ['*.json'] }
`;
}

export interface Loans {
  readonly folder: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** Runs the gate on a model with these weights. */
  gate(
    evaluate: string,
    weights?: Readonly<Record<string, number>>,
    change?: {
      inputs?: Readonly<Record<string, string>>;
      spec?: string;
      signal?: AbortSignal;
      environment?: Readonly<Record<string, string>>;
    },
  ): Promise<{
    readonly decision: Decision;
    readonly markdown: string;
    readonly html: string;
    readonly logger: RecordingLogger;
  }>;
  close(): Promise<void>;
}

/** A project whose model is a real program. */
export async function openLoans(): Promise<Loans> {
  const folder = await mkdtemp(join(tmpdir(), 'gate-loans-'));
  const write: Loans['write'] = async (files) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  await write({ 'predict.mjs': program, 'holdout.csv': csvOf(loans) });
  let runs = 0;
  return {
    folder,
    write,
    close: () => rm(folder, { recursive: true, force: true }),
    gate: async (evaluate, weights = {}, change = {}) => {
      await write({
        'model.yml': change.spec ?? specOf(evaluate),
        'model/model.json': JSON.stringify(weights),
      });
      const logger = new RecordingLogger();
      const inputs = readInputs(
        definition.inputs,
        (name) => ({ token: 't', comment: 'false', candidate: 'model', ...change.inputs })[name],
      );
      const { result, report } = await main(inputs, {
        run: {
          workspace: folder,
          temp: join(folder, 'temp', String(++runs)),
          event: {},
          sha: 'a'.repeat(40),
        },
        logger,
        clock: systemClock,
        signal: change.signal ?? new AbortController().signal,
        environment: { PATH: process.env.PATH!, ...change.environment },
        duckdb: () => Promise.resolve(duckdbLibrary),
        github: () => Promise.reject(new Error('GitHub is not asked')),
      } as unknown as Dependencies);
      const decision = v.parse(decisionSchema, JSON.parse(JSON.stringify(result)));
      const markdown = renderMarkdown(report!, { budget: 60_000 });
      return { decision, markdown, html: renderHtml(report!), logger };
    },
  };
}
