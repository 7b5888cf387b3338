import { formatInteger, formatNumber } from '../../common/text.js';
import type { DomainClassifier } from '../../formats/drift-multivariate.js';
import type { Feature } from '../../statistics/binning.js';
import { classifyDomain, domainRowsNeeded, domainStandardError } from '../../statistics/domain-classifier.js';
import { normalQuantile } from '../../statistics/special.js';
import { areaOf, detectableArea, judgeArea, showArea } from './areas.js';

const mostDrivers = 10;
const mostPairs = 5;
/** A smaller loss, or one far within the error of the AUC itself, names no driver. */
const leastLoss = 0.002;
/** Share of what was learned from which a pair is worth naming. */
const leastShare = 0.1;

/**
 * Judges whether a classifier tells reference rows from current rows.
 * @param features the reference's n rows, then the m current rows
 * @param names of the features
 * @param least smallest AUC that matters
 */
export function judgeDomain(
  features: readonly Feature[],
  names: readonly string[],
  n: number,
  m: number,
  { alpha, least, seed }: { readonly alpha: number; readonly least: number; readonly seed: number },
): DomainClassifier {
  const found = classifyDomain(features, n, m, seed);
  const z = -normalQuantile(alpha);
  const area = areaOf(found.auc, found.standardError, z);
  const bar = { least, z, unchanged: domainStandardError(n, m) };
  const verdict = judgeArea(area, bar);
  const drivers = names
    .map((column, i) => ({ column, loss: found.losses[i]! }))
    .filter(({ loss }) => area.lower > 0.5 && loss > Math.max(leastLoss, bar.unchanged / 4))
    .sort((a, b) => b.loss - a.loss)
    .slice(0, mostDrivers);
  const pairs = found.pairs
    .filter(({ share }) => area.lower > 0.5 && share >= leastShare)
    .slice(0, mostPairs)
    .map(({ a, b, share }) => ({ columns: [names[a]!, names[b]!] as [string, string], share }));
  const rowsNeeded = domainRowsNeeded(least, alpha);
  const matters = `from ${formatNumber(least)} on it matters`;
  const by = drivers.slice(0, 3).map(({ column }) => column);
  const led = by.length === 0 ? '' : `; most by ${by.join(', ')}`;
  const reason =
    verdict === 'fail'
      ? `a classifier tells current rows from the reference (${showArea(area)}; ${matters})${led}`
      : verdict === 'inconclusive'
        ? `${formatInteger(m)} current rows and ${formatInteger(n)} of the reference cannot tell whether a classifier would find a change (${showArea(area)}; ${matters}); about ${formatInteger(rowsNeeded)} of each would be enough where nothing has changed`
        : area.lower > 0.5
          ? `a classifier tells current rows from the reference, but too little to matter (${showArea(area)}; ${matters})${led}`
          : `a classifier cannot tell current rows from the reference (${showArea(area)}; ${matters})`;
  return {
    verdict,
    reason,
    ...area,
    detectable: detectableArea(bar),
    rowsNeeded,
    blocks: [...found.blocks],
    drivers,
    pairs,
  };
}
