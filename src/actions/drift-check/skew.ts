import type { SkewResult } from '../../formats/drift-skew.js';
import type { Section } from '../../report/model.js';

/** Where training and serving saw different values, for whoever gets the report. */
export function skewSections(_result: SkewResult): Section[] {
  return [];
}
