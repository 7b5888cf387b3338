import { formatInteger, formatNumber, formatPercent } from '../../common/text.js';
import type { Reconstruction } from '../../formats/drift-multivariate.js';
import type { Feature } from '../../statistics/binning.js';
import { aucComponents, aucCovariance } from '../../statistics/delong.js';
import { principalComponents, reconstructionErrors } from '../../statistics/pca.js';
import { normalQuantile } from '../../statistics/special.js';
import { areaOf, detectableArea, judgeArea, showArea } from './areas.js';

const mostDrivers = 10;
/** Work that the correlations of the columns may take: a second or two. */
const budget = 1e9;

export interface RebuildSettings {
  readonly alpha: number;
  readonly least: number;
  readonly explained: number;
}

/**
 * Judges whether current rows fit the principal components of the reference as its own rows do. One half of the
 * reference makes the components, the other half and the current rows are both new to them; so nothing that the
 * components learned by chance looks like a change.
 * @param reference values by column, rows in random order
 * @returns undefined where fewer than two columns vary
 */
export function judgeRebuilding(
  reference: readonly Feature[],
  current: readonly Feature[],
  names: readonly string[],
  { alpha, least, explained }: RebuildSettings,
): Reconstruction | undefined {
  const most = Math.max(1000, Math.floor(budget / names.length ** 2));
  const rows = Math.min(reference[0]!.values.length, 2 * most);
  const half = Math.floor(rows / 2);
  const pca = principalComponents(
    reference.map((feature) => part(feature, 0, half)),
    explained,
  );
  if (pca === undefined) return undefined;
  const held = reconstructionErrors(
    reference.map((feature) => part(feature, half, rows)),
    pca,
  );
  const now = reconstructionErrors(
    current.map((feature) => part(feature, 0, most)),
    pca,
  );
  const [n, m] = [held.rows.length, now.rows.length];
  const scores = new Float64Array(n + m);
  scores.set(held.rows);
  scores.set(now.rows, n);
  const components = aucComponents(
    Uint8Array.from(scores, (_, i) => (i < n ? 0 : 1)),
    scores,
  );
  const unchanged = Math.sqrt((n + m + 1) / (12 * n * m));
  const standardError = Math.max(unchanged, Math.sqrt(aucCovariance(components, components)));
  // Errors may grow or shrink, so each bound has half of alpha.
  const z = -normalQuantile(alpha / 2);
  const area = areaOf(components.auc, standardError, z);
  const bar = { least, z, unchanged, bothWays: true };
  const verdict = judgeArea(area, bar);
  const needed = Math.ceil(((z + normalQuantile(0.9)) / (least - 0.5)) ** 2 / 4);
  const drivers = pca.columns
    .map((index, i) => ({ column: names[index]!, reference: held.columns[i]!, current: now.columns[i]! }))
    .sort((a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference))
    .slice(0, mostDrivers);
  const worse = area.auc > 0.5 ? 'worse' : 'better';
  const matters = `from ${formatNumber(least)} on, or ${formatNumber(1 - least)} and less, it matters`;
  const by = drivers
    .slice(0, 3)
    .map(({ column }) => column)
    .join(', ');
  const basis = `${pca.components.length} principal components with ${formatPercent(pca.explained)} of the variance`;
  const reason =
    verdict === 'fail'
      ? `current rows fit the reference's ${basis} ${worse} than its own rows do (${showArea(area)} of the error; ${matters}): columns no longer go together as they did, most of all ${by}`
      : verdict === 'pass'
        ? `current rows fit the reference's ${basis} as its own rows do (${showArea(area)} of the error)`
        : `${formatInteger(m)} current rows and ${formatInteger(n)} of the reference cannot tell whether columns still go together as they did (${showArea(area)} of the error; ${matters}); about ${formatInteger(needed)} of each would be enough where nothing has changed`;
  return {
    verdict,
    reason,
    ...area,
    detectable: detectableArea(bar),
    rowsNeeded: needed,
    components: pca.components.length,
    explained: pca.explained,
    reference: describe(held.rows),
    current: describe(now.rows),
    shares: deciles(held.rows, now.rows),
    drivers,
  };
}

function part(feature: Feature, from: number, to: number): Feature {
  return feature.kind === 'numeric'
    ? { kind: 'numeric', values: feature.values.subarray(from, to) }
    : { kind: 'categorical', values: feature.values.slice(from, to) };
}

function describe(errors: Float64Array): Reconstruction['reference'] {
  const sorted = Float64Array.from(errors).sort();
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
  return {
    rows: sorted.length,
    mean: sorted.reduce((sum, x) => sum + x, 0) / sorted.length,
    p5: at(0.05),
    median: at(0.5),
    p95: at(0.95),
  };
}

function deciles(reference: Float64Array, current: Float64Array): Reconstruction['shares'] {
  const sorted = Float64Array.from(reference).sort();
  const all = Array.from({ length: 9 }, (_, i) => sorted[Math.ceil((sorted.length * (i + 1)) / 10) - 1]!);
  // Errors that are mostly alike share their deciles.
  const edges = [...new Set(all)].filter((edge) => edge < sorted[sorted.length - 1]!);
  const sharesOf = (errors: Float64Array): number[] => {
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const error of errors) counts[edges.filter((edge) => error > edge).length]!++;
    return counts.map((count) => count / errors.length);
  };
  const [before, now] = [sharesOf(reference), sharesOf(current)];
  return before.map((share, i) => ({
    label:
      edges.length === 0
        ? 'all'
        : i < edges.length
          ? `≤ ${formatNumber(edges[i]!, 3)}`
          : `over ${formatNumber(edges.at(-1)!, 3)}`,
    reference: share,
    current: now[i]!,
  }));
}
