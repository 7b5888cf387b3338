import { displayPath } from '../../../common/files.js';
import { checkSkew } from '../../../drift/skew/check-skew.js';
import type { LoadedSpec } from '../../../spec/load.js';
import type { Gathered } from '../gather.js';
import { type SectionOutcome, checked } from './section.js';

/** What serving logged against what training saw, where `drift.skew` says where both are. */
export async function skew(
  { value, folder }: LoadedSpec,
  { data, filesOf, types }: Gathered,
): Promise<SectionOutcome> {
  const settings = value.drift?.skew;
  if (settings === undefined) return { sections: [], part: {} };
  const ignored = Object.entries(value.drift?.columns ?? {}).filter(([, { ignore }]) => ignore);
  const result = await checkSkew({
    engine: data.engine,
    training: filesOf(['drift', 'skew', 'training']),
    serving: filesOf(['drift', 'skew', 'serving']),
    types,
    show: (file) => displayPath(file, folder),
    settings: {
      alpha: value.drift?.alpha ?? 0.05,
      id: settings.id,
      ...(settings.columns !== undefined && { columns: settings.columns }),
      ignore: ignored.map(([name]) => name),
      tolerance: settings.tolerance,
      numbers: settings.numbers,
      minCoverage: settings['min-coverage'],
      pointInTime: settings['point-in-time'].map((rule) => ({
        column: rule.column,
        notAfter: rule['not-after'],
        graceMs: rule.grace,
      })),
    },
  });
  return { sections: [checked('skew', 'skew', result)], part: { skew: result } };
}
