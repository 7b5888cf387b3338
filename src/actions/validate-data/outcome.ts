import { type Place, describeProblem } from '../../common/errors.js';
import type { Logger } from '../../common/logger.js';
import { plural } from '../../common/text.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, LeakageReport, ValidatedSet, Validation } from '../../formats/validation.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import { reportOf } from './report.js';

export interface WrittenProfile {
  readonly name: string;
  readonly path: string;
  readonly profile: Profile;
}

type Name =
  | 'verdict'
  | 'rows'
  | 'holdout-rows'
  | 'digest'
  | 'holdout-digest'
  | 'errors'
  | 'warnings'
  | 'profile'
  | 'holdout-profile';

/** Every finding, the errors first. */
export function allFindings(result: Pick<Validation, 'datasets' | 'leakage'>): Finding[] {
  return [...result.datasets.flatMap((set) => set.findings), ...(result.leakage?.findings ?? [])].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
}

/** What a validation says to the log, to people and to the next step: the same wherever it was made. */
export function outcomeOf(
  result: Validation,
  profiles: readonly WrittenProfile[],
  inputs: { readonly 'fail-on': 'error' | 'warning' | 'never'; readonly 'max-findings': number },
  { logger, run }: Pick<Dependencies, 'logger' | 'run'>,
): Outcome<Name> {
  const findings = allFindings(result);
  const errors = findings.filter((f) => f.severity === 'error').length;
  const warnings = findings.length - errors;
  annotate(findings.slice(0, inputs['max-findings']), logger);
  const stops =
    inputs['fail-on'] === 'error' ? errors : inputs['fail-on'] === 'warning' ? findings.length : 0;
  const of = (name: string) => ({
    set: result.datasets.find((set) => set.name === name),
    path: profiles.find((one) => one.name === name)?.path,
  });
  const [train, holdout] = [of('train'), of('holdout')];
  return {
    outputs: {
      verdict: result.verdict,
      ...(train.set && { rows: train.set.rows, digest: train.set.digest }),
      ...(holdout.set && { 'holdout-rows': holdout.set.rows, 'holdout-digest': holdout.set.digest }),
      errors,
      warnings,
      ...(train.path !== undefined && { profile: train.path }),
      ...(holdout.path !== undefined && { 'holdout-profile': holdout.path }),
    },
    result,
    report: reportOf(
      result,
      profiles.map(({ name, profile }) => ({ name, profile })),
      run,
    ),
    ...(stops > 0 && {
      failure: `${headlineOf(result)}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`,
    }),
  };
}

function annotate(findings: readonly Finding[], logger: Logger): void {
  for (const { severity, message, remedy, examples } of findings) {
    const [first] = examples;
    const where: Place | undefined = first && {
      file: first.file,
      ...(first.line !== undefined && { line: first.line }),
    };
    // The log shows no places of its own; what is wrong with a whole file names it already.
    const named = first !== undefined && message.startsWith(first.file);
    logger[severity](describeProblem({ message, remedy, ...(where && !named && { where }) }), where);
  }
}

/** A sentence for each data set. */
export function reasonsOf(sets: readonly ValidatedSet[]): string[] {
  return sets.map(({ name, rows, files, findings }) => {
    const errors = findings.filter((f) => f.severity === 'error').length;
    const size = `${plural(rows, 'row')} in ${plural(files.length, 'file')}`;
    if (findings.length === 0) return `${name} keeps the contract: ${size}`;
    return `${name}: ${plural(errors, 'error')} and ${plural(findings.length - errors, 'warning')} in ${size}`;
  });
}

/** What is wrong, in as many words as there are kinds of it. */
function headlineOf({ datasets, leakage }: Validation): string {
  const broken = datasets.some(({ findings }) => findings.length > 0);
  const leaks = (leakage?.findings.length ?? 0) > 0;
  if (broken && leaks) return 'The data does not keep its contract, and train and holdout are not apart';
  return leaks
    ? 'Train and holdout, or label and features, are not apart'
    : 'The data does not keep its contract';
}

/** A sentence for what was looked for between the sets. */
export function leakageReason({ checks, findings }: LeakageReport): string {
  const looked = checks.filter(({ outcome }) => outcome === 'clean' || outcome === 'found').length;
  const off = checks.filter(({ outcome }) => outcome === 'off').length;
  const unsure = checks.filter(({ outcome }) => outcome === 'cannot-tell').map(({ check }) => check);
  const few = unsure.length === 0 ? '' : `; too few rows to tell: ${unsure.join(', ')}`;
  const rest = `${off === 0 ? '' : `; ${off} switched off`}${few}`;
  if (findings.length === 0) return `no leakage found by ${plural(looked, 'check')}${rest}`;
  const errors = findings.filter((f) => f.severity === 'error').length;
  return `leakage and labels: ${plural(errors, 'error')} and ${plural(findings.length - errors, 'warning')} by ${plural(looked, 'check')}${rest}`;
}

/** Outputs that name the sets by their content. */
export function identitiesOf(
  sets: readonly ValidatedSet[],
): Partial<Record<'logical-digest' | 'holdout-logical-digest', string>> {
  const of = (name: string) => sets.find((set) => set.name === name)?.identity?.logical?.digest;
  const [train, holdout] = [of('train'), of('holdout')];
  return {
    ...(train !== undefined && { 'logical-digest': train }),
    ...(holdout !== undefined && { 'holdout-logical-digest': holdout }),
  };
}
