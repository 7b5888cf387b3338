import { failOn } from '../../../common/errors.js';
import { nearest } from '../../../common/text.js';
import { estimateDistinct, mergeRegisters, registersError } from '../../../dataset/profile/registers.js';
import { type Comparison, type DriftSettings, compareProfiles } from '../../../drift/compare.js';
import { overlapsOf } from '../../../drift/overlap.js';
import type { Profile } from '../../../formats/profile.js';
import type { LoadedSpec } from '../../../spec/load.js';
import { seededRandom } from '../../../statistics/random.js';
import type { KnownColumns } from '../contract.js';
import type { Gathered } from '../gather.js';
import { type SectionOutcome, checked } from './section.js';

/** Every column by itself: the section that always runs, and whose columns an incident names. */
export async function univariate(
  spec: LoadedSpec,
  { data, reference, referenceTables, current, currentTables, known }: Gathered,
): Promise<{ readonly outcome: SectionOutcome; readonly compared: Comparison }> {
  checkColumns(spec, reference.profile, current);
  const overlaps = await overlapsOf({
    engine: data.engine,
    reference: reference.profile,
    current,
    tables: referenceTables && { reference: referenceTables, current: currentTables },
    distinct: (registers) => ({
      value: estimateDistinct(registers.reduce(mergeRegisters)),
      error: registersError,
    }),
  });
  const compared = compareProfiles(reference.profile, current, {
    ...comparisonSettings(spec, known),
    overlaps,
  });
  return { compared, outcome: { sections: [checked('univariate', 'inputs', compared)], part: {} } };
}

/** How columns are compared, wherever they are. */
export function comparisonSettings(
  { value: { drift } }: LoadedSpec,
  { untested, optional }: Pick<KnownColumns, 'untested' | 'optional'>,
): DriftSettings {
  return {
    alpha: drift?.alpha ?? 0.05,
    columns: new Map(Object.entries(drift?.columns ?? {})),
    untested,
    optional,
    random: seededRandom(1).uniform,
  };
}

/** A setting for a column that neither side has, and no prediction is in, is a misspelling. */
function checkColumns({ value, at }: LoadedSpec, reference: Profile, current: Profile): void {
  const { drift, evaluate } = value;
  const score = drift?.performance?.score ?? evaluate.score;
  const predicted = [
    drift?.performance?.prediction ?? evaluate.prediction,
    ...(typeof score === 'object' ? Object.values(score) : [score]),
  ].filter((name) => name !== undefined);
  const names = new Set([...reference.columns, ...current.columns].map(({ name }) => name).concat(predicted));
  failOn(
    Object.keys(drift?.columns ?? {})
      .filter((column) => !names.has(column))
      .map((column) => {
        const near = nearest(column, names);
        return {
          message: `neither the reference nor the current data has a column "${column}"`,
          where: at(['drift', 'columns', column]),
          remedy: near === undefined ? `there are ${[...names].join(', ')}` : `did you mean "${near}"?`,
        };
      }),
  );
}
