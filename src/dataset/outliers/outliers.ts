import { ownValue } from '../../common/own.js';
import type { Engine } from '../../engine/engine.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, OutliersOf } from '../../formats/validation.js';
import type { OutlierSettings } from '../../spec/sections/data.js';
import type { Contract } from '../contract/contract.js';
import { type DataSet, hasColumn } from '../data-set.js';
import { rareCategories } from './categories.js';
import type { OutlierContext } from './context.js';
import { farRows } from './distance.js';
import { farValues } from './values.js';

export interface OutlierOptions {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly set: DataSet;
  /** Of the same set: its counts tell what is usual. */
  readonly profile: Profile;
  readonly settings: OutlierSettings;
  /** Name of the label where it is a class: classes are looked at by the checks of labels. */
  readonly classLabel?: string;
}

/**
 * Values, texts, categories and rows that lie far from the others; a finding where there are more of them than the
 * budget allows. Columns that name or number rows are not looked at.
 */
export async function findOutliers(
  options: OutlierOptions,
): Promise<{ readonly outliers: OutliersOf[]; readonly findings: Finding[] }> {
  const { engine, contract, set, profile, settings, classLabel } = options;
  const profiles = new Map([...profile.columns].reverse().map((own) => [own.name, own]));
  const columns = contract.columns.flatMap((column) => {
    const own = profiles.get(column.name);
    const ignored = ownValue(settings.columns, column.name);
    const named = column.roles.some((role) => role === 'id' || role === 'group');
    if (own === undefined || own.type !== column.type || named || column.name === classLabel) return [];
    if ((ignored !== undefined && 'ignore' in ignored) || !hasColumn(set, column.name)) return [];
    return [{ column, profile: own }];
  });
  const context: OutlierContext = { engine, set, profile, columns, settings };
  const all = [
    ...(await farValues(context)),
    ...(await rareCategories(context)),
    ...(await farRows(context)),
  ];
  return {
    outliers: all.map(({ found }) => found).sort((a, b) => b.share - a.share),
    findings: all.flatMap(({ finding }) => (finding === undefined ? [] : [finding])),
  };
}
