import { compareProfiles } from '../../../drift/compare.js';
import { compareWindows } from '../../../drift/windows/compare.js';
import type { LoadedSpec } from '../../../spec/load.js';
import type { Gathered } from '../gather.js';
import { type SectionOutcome, checked, notRun } from './section.js';
import { comparisonSettings } from './univariate.js';

/** Windows of time in the current data, where `drift.windows` says what they are; it needs the reference's rows. */
export async function windows(
  spec: LoadedSpec,
  { data, referenceTables, currentTables, types, known }: Gathered,
): Promise<SectionOutcome> {
  const settings = spec.value.drift?.windows;
  if (settings === undefined) return { sections: [], part: {} };
  if (referenceTables === undefined) {
    const reason = 'the reference is a profile, which holds no rows: windows need data as the reference';
    return { sections: [notRun('windows', 'inputs', reason)], part: {} };
  }
  const { result, points } = await compareWindows({
    engine: data.engine,
    reference: referenceTables,
    current: currentTables,
    types,
    settings,
    profile: data.profileSource,
    compare: (reference, current) => compareProfiles(reference, current, comparisonSettings(spec, known)),
    at: (path) => spec.at(['drift', 'windows', ...path]),
    seed: 1,
  });
  return { sections: [checked('windows', 'inputs', result)], part: { windows: result }, points };
}
