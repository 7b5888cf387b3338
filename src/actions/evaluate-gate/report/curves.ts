import { formatNumber } from '../../../common/text.js';
import { predictedAndActual, residualBands } from '../../../evaluation/curves/residuals.js';
import { type Point, operatingPoint, thresholdCurves } from '../../../evaluation/curves/thresholds.js';
import { reliability } from '../../../evaluation/metrics/calibration.js';
import { findMetric } from '../../../evaluation/metrics/registry.js';
import type { BinaryRows, EvaluationRows, RankingRows, RegressionRows } from '../../../evaluation/rows.js';
import type { Block, Section, XyChart, XySeries } from '../../../report/model.js';
import { confusionBlocks } from './confusion.js';
import { distributionBlocks } from './distribution.js';

interface Named<R extends EvaluationRows> {
  readonly name: string;
  readonly rows: R;
}

const titles: Readonly<Partial<Record<EvaluationRows['task'], string>>> = {
  'multilabel-classification': 'Classes',
  'example-scores': 'Scores',
};

/** The pictures that people know their task by; open in HTML, folded where it is short. */
export function curvesSection(challenger: EvaluationRows, champion: EvaluationRows | undefined): Section[] {
  const both = <R extends EvaluationRows>(own: R): Named<R>[] => [
    { name: 'challenger', rows: own },
    ...(champion?.task === own.task ? [{ name: 'champion', rows: champion as R }] : []),
  ];
  const blocks = ((): Block[] => {
    switch (challenger.task) {
      case 'binary-classification':
        return [
          ...thresholdBlocks(both(challenger)),
          ...calibrationBlocks(both(challenger)),
          ...confusionBlocks(challenger, champion),
        ];
      case 'multiclass-classification':
        return [...calibrationBlocks(both(challenger)), ...confusionBlocks(challenger, champion)];
      case 'regression':
        return regressionBlocks(both(challenger));
      case 'ranking':
        return rankingBlocks(both(challenger));
      case 'multilabel-classification':
      case 'example-scores':
        return distributionBlocks(challenger, champion);
    }
  })();
  const title = titles[challenger.task] ?? 'Curves';
  return blocks.length === 0 ? [] : [{ title, folded: 'short', blocks }];
}

const unit = { min: 0, max: 1 };
const diagonal: readonly Point[] = [
  [0, 0],
  [1, 1],
];

function thresholdBlocks(models: readonly Named<BinaryRows>[]): XyChart[] {
  const { labels } = models[0]!.rows;
  if (!labels.includes(1) || !labels.includes(0)) return [];
  const curves = models.map(({ name, rows }) => ({ name, curves: thresholdCurves(rows) }));
  const at = operatingPoint(models[0]!.rows);
  const here = (point: Point | undefined): XySeries[] =>
    point === undefined ? [] : [{ name: 'challenger', points: [point], shape: 'dots' }];
  return [
    {
      kind: 'xy-chart',
      title: 'ROC curve',
      x: { label: 'False positive rate', ...unit },
      y: { label: 'True positive rate', ...unit },
      series: [
        ...curves.map(({ name, curves: { roc } }) => ({ name, points: roc })),
        { name: 'chance', points: diagonal, shape: 'guide' },
        ...here(at?.roc),
      ],
      ...(at !== undefined && { note: 'The dot is the threshold in use.' }),
    },
    {
      kind: 'xy-chart',
      title: 'Precision and recall',
      x: { label: 'Recall', ...unit },
      y: { label: 'Precision', ...unit },
      series: [
        ...curves.map(({ name, curves: { precisionRecall } }) => ({ name, points: precisionRecall })),
        ...here(at?.precisionRecall),
      ],
    },
  ];
}

function calibrationBlocks(models: readonly Named<EvaluationRows>[]): XyChart[] {
  const probable = models.filter(
    ({ rows }) => rows.task !== 'multiclass-classification' || rows.probabilities !== undefined,
  );
  if (probable.length === 0) return [];
  return [
    {
      kind: 'xy-chart',
      title: 'Calibration',
      x: { label: 'Claimed probability', ...unit },
      y: { label: 'Share that came true', ...unit },
      series: [
        ...probable.flatMap(({ name, rows }): XySeries[] => {
          const points = reliability(rows).map(({ claimed, came }): Point => [claimed, came]);
          return [
            { name, points },
            { name, points, shape: 'dots' },
          ];
        }),
        { name: 'as claimed', points: diagonal, shape: 'guide' },
      ],
      note: 'Ten bins of equally many rows.',
    },
  ];
}

function regressionBlocks(models: readonly Named<RegressionRows>[]): XyChart[] {
  const [own] = models as [Named<RegressionRows>];
  const dots = predictedAndActual(own.rows);
  let [low, high] = [Infinity, -Infinity];
  for (const [x, y] of dots) [low, high] = [Math.min(low, x, y), Math.max(high, x, y)];
  const bands = models.map(({ name, rows }) => ({ name, bands: residualBands(rows) }));
  return [
    {
      kind: 'xy-chart',
      title: 'Predicted and actual',
      x: { label: 'Predicted by the challenger' },
      y: { label: 'Actual' },
      series: [
        { name: 'rows', points: dots, shape: 'dots' },
        { name: 'exact', points: [[low, low], [high, high]], shape: 'guide' }, // prettier-ignore
      ],
      ...(dots.length < own.rows.predicted.length && {
        note: `${formatNumber(dots.length)} rows, evenly picked.`,
      }),
    },
    {
      kind: 'xy-chart',
      title: 'What is left of the target',
      x: { label: 'Predicted' },
      y: { label: 'Actual less predicted' },
      series: [
        ...bands.map(({ name, bands: of }): XySeries => ({
          name: `${name} median`,
          points: of.map(({ predicted, middle }): Point => [predicted, middle]),
        })),
        ...(['low', 'high'] as const).map((side): XySeries => ({
          name: 'challenger middle 80 %',
          points: bands[0]!.bands.map((band): Point => [band.predicted, band[side]]),
          shape: 'guide',
        })),
      ],
      note: 'A median away from 0 is a bias there.',
    },
  ];
}

const depths = [1, 2, 3, 5, 10, 20];

function rankingBlocks(models: readonly Named<RankingRows>[]): XyChart[] {
  const series = models.flatMap(({ name, rows }): XySeries[] => {
    const points = depths.flatMap((k): Point[] => {
      const found = findMetric(`ndcg@${k}`, 'ranking');
      if (!('metric' in found) || found.metric.missing(rows) !== undefined) return [];
      return [[k, found.metric.value(rows)]];
    });
    return points.length === 0
      ? []
      : [
          { name, points },
          { name, points, shape: 'dots' },
        ];
  });
  if (series.length === 0) return [];
  return [
    {
      kind: 'xy-chart',
      title: 'NDCG by depth',
      x: { label: 'Documents from the top' },
      y: { label: 'NDCG' },
      series,
    },
  ];
}
