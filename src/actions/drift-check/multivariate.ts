import type { MultivariateDrift } from '../../formats/drift-multivariate.js';
import type { Section } from '../../report/model.js';

/** What the columns show together, for whoever gets the report. */
export function multivariateSections(_result: MultivariateDrift): Section[] {
  return [];
}
