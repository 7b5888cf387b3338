import type { Engine } from '../../engine/engine.js';
import type { LeakageReport } from '../../formats/validation.js';
import {
  type LeakageCheck,
  type LeakageSetting,
  type LeakageSettings,
  leakageChecks,
} from '../../spec/sections/data.js';
import type { Contract } from '../contract/contract.js';
import { type DataSet, rowCount } from '../data-set.js';
import { type Answer, type Leak, type LeakageContext, leakageContext, tellingColumns } from './context.js';
import { giveaways, rowOrder } from './giveaway.js';
import { labelFindings } from './labels.js';
import { sharedMembers } from './membership.js';
import type { CannotTell } from './power.js';
import { findRepeats } from './repeats.js';
import { similarTexts } from './similar-text.js';
import { timeOrder } from './time-order.js';

export interface LeakageOptions {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly train: DataSet;
  readonly holdout: DataSet;
  /** Name of the label where the contract gives no column that role. */
  readonly label?: string;
  readonly regression: boolean;
  readonly settings: LeakageSettings;
}

/** Checks that are made together, in one or two scans. */
const groups: readonly {
  readonly checks: readonly LeakageCheck[];
  run(context: LeakageContext): Promise<Answer>;
}[] = [
  { checks: ['overlap', 'near-duplicate', 'conflicting-labels'], run: findRepeats },
  { checks: ['similar-text'], run: only(similarTexts) },
  { checks: ['same-id', 'same-group'], run: only(sharedMembers) },
  { checks: ['time-order'], run: only(timeOrder) },
  { checks: ['giveaway'], run: giveaways },
  { checks: ['row-order'], run: rowOrder },
  { checks: ['unknown-label', 'absent-label', 'rare-label', 'single-label'], run: labelFindings },
];

function only(find: (context: LeakageContext) => Promise<Leak[]>) {
  return async (context: LeakageContext): Promise<Answer> => ({ leaks: await find(context) });
}

/**
 * What leaks from train into holdout, or out of the label into the features, and what is wrong with the labels. Each
 * check says whether it was made, so that a check that was skipped does not look like one that passed.
 */
export async function findLeakage(options: LeakageOptions): Promise<LeakageReport> {
  const { settings, train, holdout } = options;
  const context = leakageContext(options);
  const findings: Leak[] = [];
  const missing = missingFor(context);
  const cannotTell: CannotTell[] = [];
  let bestAccuracy: number | undefined;
  for (const { checks, run } of groups) {
    const wanted = checks.filter((check) => !isOff(settings, check) && missing(check) === undefined);
    if (wanted.length === 0 || rowCount(train) === 0 || rowCount(holdout) === 0) continue;
    const found = await run(context);
    findings.push(...found.leaks.filter(({ rule }) => wanted.includes(rule)));
    cannotTell.push(...(found.cannotTell ?? []));
    bestAccuracy = found.bestAccuracy ?? bestAccuracy;
  }
  const weighed = findings
    .filter((leak) => !isOffFor(settings, leak))
    .map((leak) => ({ ...leak, severity: severityOf(settings, leak) }));
  weighed.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
  return {
    ...(context.label && { label: context.label.name }),
    features: tellingColumns(context).map(({ name }) => name),
    checks: leakageChecks.map((check) => {
      const setting = settings[check];
      const reason = typeof setting === 'object' ? { reason: reasonOf(setting) } : {};
      if (isOff(settings, check)) return { check, outcome: 'off', ...reason };
      const lack =
        rowCount(train) === 0 || rowCount(holdout) === 0 ? 'one of the sets has no rows' : missing(check);
      if (lack !== undefined) return { check, outcome: 'not-applicable', reason: lack };
      const hit = weighed.some(({ rule }) => rule === check);
      if (hit) return { check, outcome: 'found', ...reason };
      const short = cannotTell.find((one) => one.check === check);
      return short === undefined
        ? { check, outcome: 'clean', ...(isPartial(setting) && reason) }
        : { check, outcome: 'cannot-tell', reason: short.reason };
    }),
    findings: weighed,
    ...(bestAccuracy !== undefined && { bestAccuracy }),
  };
}

function isPartial(setting: LeakageSetting | undefined): boolean {
  return typeof setting === 'object' && setting.columns !== undefined;
}

/** Whether no column is checked. */
function isOff(settings: LeakageSettings, check: LeakageCheck): boolean {
  const setting = settings[check];
  return typeof setting === 'object' && setting.severity === 'off' && setting.columns === undefined;
}

function isOffFor(settings: LeakageSettings, leak: Leak): boolean {
  const setting = settings[leak.rule];
  return typeof setting === 'object' && setting.severity === 'off' && holdsFor(setting, leak);
}

function severityOf(settings: LeakageSettings, leak: Leak): Leak['severity'] {
  const setting = settings[leak.rule];
  if (setting === 'error') return 'error';
  return setting !== undefined && holdsFor(setting, leak) ? 'warning' : leak.severity;
}

function holdsFor({ columns }: Exclude<LeakageSetting, 'error'>, { column }: Leak): boolean {
  return columns === undefined || (column !== undefined && columns.includes(column));
}

/** The reason of model.yml, and the columns that it is about. */
function reasonOf({ columns, reason }: Exclude<LeakageSetting, 'error'>): string {
  return columns === undefined ? reason : `${columns.join(', ')}: ${reason}`;
}

/** What a check would need that the contract or the data does not give. */
function missingFor(context: LeakageContext): (check: LeakageCheck) => string | undefined {
  const { columns, label, classes } = context;
  const role = (name: 'id' | 'group' | 'timestamp'): string | undefined =>
    columns.some((column) => column.roles.includes(name))
      ? undefined
      : `no column of the contract has the role ${name}`;
  const labelled =
    label === undefined
      ? 'no column of the contract has the role label, and model.yml names none'
      : undefined;
  const classified = labelled ?? (classes ? undefined : 'the label is a quantity');
  return (check) => {
    switch (check) {
      case 'same-id':
        return role('id');
      case 'same-group':
        return role('group');
      case 'time-order':
        return role('timestamp');
      case 'giveaway':
      case 'row-order':
      case 'single-label':
        return labelled;
      case 'conflicting-labels':
      case 'unknown-label':
      case 'absent-label':
      case 'rare-label':
        return classified;
      case 'overlap':
      case 'near-duplicate':
      case 'similar-text':
        return columns.length === 0 ? 'the sets have no column in common' : undefined;
    }
  };
}
