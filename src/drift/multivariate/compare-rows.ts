import type { Engine } from '../../engine/engine.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { MultivariateDrift } from '../../formats/drift-multivariate.js';

export interface MultivariateSettings {
  /** Share of runs that may alarm although nothing changed. */
  readonly alpha: number;
  /** Most rows that are drawn from each side. */
  readonly rows: number;
  /** Smallest AUC that matters, above 0.5. */
  readonly auc: number;
  /** Share of the variance that the principal components must hold. */
  readonly explained: number;
  /** Columns to leave out: those that the spec ignores, and the label. */
  readonly ignore: readonly string[];
}

export interface CompareRowsOptions {
  /** Its allowed folders must hold every file. */
  readonly engine: Engine;
  /** Data files, or tables of the same engine that are open already. */
  readonly reference: readonly (string | Table)[];
  readonly current: readonly (string | Table)[];
  /** Types of columns by name; others are found out from the values. */
  readonly types: WantedTypes;
  readonly settings: MultivariateSettings;
  readonly seed: number;
}

export async function compareRows(_options: CompareRowsOptions): Promise<MultivariateDrift> {
  throw new Error('being built');
}

/** The section of a run that has no rows to look at: said, never silently missing. */
export function notCompared(
  reason: string,
  { alpha, auc }: Pick<MultivariateSettings, 'alpha' | 'auc'>,
): MultivariateDrift {
  return {
    notRun: reason,
    verdict: 'inconclusive',
    reasons: [`Columns were not looked at together: ${reason}`],
    alpha,
    threshold: auc,
    reference: null,
    current: null,
    columns: [],
    excluded: [],
    classifier: null,
    reconstruction: null,
  };
}
