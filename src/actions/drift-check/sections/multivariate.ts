import { compareRows, notCompared } from '../../../drift/multivariate/compare-rows.js';
import type { LoadedSpec } from '../../../spec/load.js';
import type { Gathered } from '../gather.js';
import { type SectionOutcome, checked, notRun } from './section.js';

/** All columns together; it needs rows of both sides. */
export async function multivariate({ value }: LoadedSpec, gathered: Gathered): Promise<SectionOutcome> {
  const { drift } = value;
  const settings = drift?.multivariate ?? { rows: 10_000, auc: 0.55, explained: 0.65 };
  if (settings === false) return { sections: [], part: {} };
  const alpha = drift?.alpha ?? 0.05;
  const { data, referenceTables, currentTables, types, known } = gathered;
  if (referenceTables === undefined) {
    const result = notCompared('the reference is a profile, which holds no rows', { alpha, ...settings });
    return {
      sections: [notRun('multivariate', 'inputs', result.reasons[0]!)],
      part: { multivariate: result },
    };
  }
  const ignored = Object.entries(drift?.columns ?? {}).filter(([, { ignore }]) => ignore);
  const result = await compareRows({
    engine: data.engine,
    reference: referenceTables,
    current: currentTables,
    types,
    settings: {
      alpha,
      ...settings,
      ignore: [...ignored.map(([name]) => name), ...known.optional, ...known.untested.keys()],
    },
    seed: 1,
  });
  const section =
    result.notRun === undefined
      ? checked('multivariate', 'inputs', result)
      : notRun('multivariate', 'inputs', result.notRun);
  return { sections: [section], part: { multivariate: result } };
}
