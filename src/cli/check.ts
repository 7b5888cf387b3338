import { unknownColumns } from '../plan/columns.js';
import { type Plan, loadPlan } from '../plan/plan.js';
import { UserError, describeProblem } from '../common/errors.js';
import { expandGlobs } from '../common/files.js';
import { RecordingLogger } from '../common/logger.js';
import { inspectTable } from '../engine/table.js';
import type { CheckArguments } from './check-options.js';
import { withEngine } from './engine.js';

/**
 * Reports what the first action of a run would report, without running anything of the project.
 * @param project checkout whose DuckDB is used
 * @returns whether there is no mistake
 */
export async function check(
  { file }: CheckArguments,
  { project, write, signal }: { project: string; write(text: string): void; signal?: AbortSignal },
): Promise<boolean> {
  const logger = new RecordingLogger();
  const problems: string[] = [];
  let read = '';
  try {
    const plan = await loadPlan({ file, workspace: process.cwd(), logger });
    read = await checkColumns(plan, project, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems.map(describeProblem));
  }
  const warnings = logger.records.map(({ message, where }) =>
    describeProblem({ message, ...(where && { where }) }),
  );
  for (const line of problems) write(`error: ${line}\n`);
  for (const line of warnings) write(`warning: ${line}\n`);
  if (problems.length === 0) write(`${file}: no mistake found${read}\n`);
  return problems.length === 0;
}

/** @returns what was not looked at, for the last line */
async function checkColumns(
  { spec, contract, unlisted }: Plan,
  project: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (contract === undefined) return '; its contract is not here, and was not read';
  if (unlisted.length === 0) return '';
  const { holdout } = spec.value.data;
  const files = await expandGlobs(holdout, spec.folder).catch((error: unknown) => {
    // Data that data.fetch brings need not be here.
    if (error instanceof UserError) return [];
    throw error;
  });
  const [first] = files;
  const unread = `; the hold-out data are not here, and may lack ${unlisted.map(({ name }) => name).join(', ')}`;
  if (first === undefined) return unread;
  const names = await withEngine({ files: [first], project, signal }, async (engine) => {
    const { table } = await inspectTable(engine, first);
    return table?.columns.map(({ name }) => name);
  });
  if (names === undefined) return unread;
  const problems = unknownColumns(spec, unlisted, names, 'the hold-out data have');
  if (problems.length > 0) throw new UserError(problems);
  return '';
}
