import type { Feature } from './binning.js';
import { symmetricEigen } from './eigen.js';

export interface PrincipalComponents {
  /** Columns of `features` that vary; the others are left out. */
  readonly columns: readonly number[];
  readonly means: Float64Array;
  /** ddof 0, as sklearn's StandardScaler. */
  readonly deviations: Float64Array;
  /** All eigenvalues of the correlation matrix. */
  readonly variances: Float64Array;
  /** The first components that together hold the wanted share; never all of them. */
  readonly components: readonly Float64Array[];
  /** Their share. */
  readonly explained: number;
  /** Share of each category of a categorical column; missing is one. */
  readonly frequencies: readonly (ReadonlyMap<string | null, number> | undefined)[];
}

export interface ReconstructionErrors {
  /** Root of the mean, over columns, of each row's squared error; in standard deviations. */
  readonly rows: Float64Array;
  /** Mean squared error of each column of `columns`. */
  readonly columns: Float64Array;
}

/** Beyond this, a value is an absurd one, and its square would be all that a mean shows. */
const mostDeviations = 1000;

/**
 * Principal components of standardised columns: numbers with the mean where missing, categories as their share of
 * the rows (0 where unseen). As sklearn: make_pipeline(StandardScaler(), PCA(explained)).
 * @param features the rows that the components are made from
 * @param explained least share of the variance that the components hold, in (0, 1)
 * @returns undefined where fewer than two columns vary
 */
export function principalComponents(
  features: readonly Feature[],
  explained: number,
): PrincipalComponents | undefined {
  const frequencies = features.map((feature) =>
    feature.kind === 'categorical' ? sharesOf(feature.values) : undefined,
  );
  const numbers = features.map((feature, i) => encode(feature, frequencies[i]));
  const moments = numbers.map(momentsOf);
  const columns = moments.flatMap(({ mean, deviation }, i) =>
    Number.isFinite(mean) && deviation > 1e-12 * Math.abs(mean) && Number.isFinite(deviation) ? [i] : [],
  );
  if (columns.length < 2) return undefined;
  const fitted = {
    columns,
    means: Float64Array.from(columns, (i) => moments[i]!.mean),
    deviations: Float64Array.from(columns, (i) => moments[i]!.deviation),
    frequencies,
  };
  const z = standardise(features, fitted);
  const rows = z[0]!.length;
  const correlations = z.map(() => new Float64Array(columns.length));
  for (let i = 0; i < z.length; i++) {
    for (let j = i; j < z.length; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += z[i]![r]! * z[j]![r]!;
      correlations[i]![j] = correlations[j]![i] = sum / rows;
    }
  }
  const { values, vectors } = symmetricEigen(correlations);
  const total = values.reduce((sum, x) => sum + x, 0);
  let [kept, held] = [0, 0];
  while (kept < columns.length - 1 && held < explained * total * (1 - 1e-12)) held += values[kept++]!;
  return { ...fitted, variances: values, components: vectors.slice(0, kept), explained: held / total };
}

/** How far each row is from what the components can say of it. */
export function reconstructionErrors(
  features: readonly Feature[],
  pca: PrincipalComponents,
): ReconstructionErrors {
  const z = standardise(features, pca);
  const [width, count] = [z.length, z[0]!.length];
  const rows = new Float64Array(count);
  const columns = new Float64Array(width);
  const rest = new Float64Array(width);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < width; i++) rest[i] = z[i]![r]!;
    for (const component of pca.components) {
      let score = 0;
      for (let i = 0; i < width; i++) score += component[i]! * z[i]![r]!;
      for (let i = 0; i < width; i++) rest[i]! -= score * component[i]!;
    }
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const square = rest[i]! ** 2;
      columns[i]! += square / count;
      sum += square;
    }
    rows[r] = Math.sqrt(sum / width);
  }
  return { rows, columns };
}

function standardise(
  features: readonly Feature[],
  {
    columns,
    means,
    deviations,
    frequencies,
  }: Omit<PrincipalComponents, 'variances' | 'components' | 'explained'>,
): Float64Array[] {
  return columns.map((index, i) =>
    encode(features[index]!, frequencies[index]).map((x) => {
      if (Number.isNaN(x)) return 0;
      const z = (x - means[i]!) / deviations[i]!;
      return Math.max(-mostDeviations, Math.min(mostDeviations, z));
    }),
  );
}

function encode(feature: Feature, frequencies: ReadonlyMap<string | null, number> | undefined): Float64Array {
  if (feature.kind === 'numeric') return feature.values;
  return Float64Array.from(feature.values, (value) => frequencies!.get(value) ?? 0);
}

function sharesOf(values: readonly (string | null)[]): Map<string | null, number> {
  const shares = new Map<string | null, number>();
  for (const value of values) shares.set(value, (shares.get(value) ?? 0) + 1 / values.length);
  return shares;
}

/** Mean and standard deviation of the values that there are, after the mean has taken the place of the missing. */
function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  let [sum, present] = [0, 0];
  for (const x of values) {
    if (Number.isNaN(x)) continue;
    sum += x;
    present++;
  }
  const mean = sum / present;
  let squares = 0;
  for (const x of values) if (!Number.isNaN(x)) squares += (x - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
