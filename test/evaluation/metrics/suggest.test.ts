import type { Task } from '../../../src/evaluation/metrics/metric.js';
import { findMetric, metricsOf } from '../../../src/evaluation/metrics/registry.js';
import { suggestMetrics } from '../../../src/evaluation/metrics/suggest.js';
import { metricOf } from './hand.js';

describe('names of metrics', () => {
  it.each<[string, Task, string]>([
    ['brier_score', 'binary-classification', 'brier'],
    ['matthews_corrcoef', 'multiclass-classification', 'mcc'],
    ['sensitivity', 'binary-classification', 'recall'],
    ['bias', 'regression', 'mean_error'],
    ['mean_pinball_loss', 'regression', 'pinball@0.5'],
    ['f1.5', 'binary-classification', 'fbeta@1.5'],
    ['top_2_accuracy', 'multiclass-classification', 'top_k_accuracy@2'],
  ])('%s of %s is %s', (name, task, known) => {
    expect(metricOf(name, task).name).toBe(known);
  });

  it('are suggested: the same words, those that hold all of them, and the nearest', () => {
    const names = ['f1_macro', 'f1_micro', 'roc_auc', 'pr_auc', 'log_loss', 'mean_error', 'ndcg@10'];
    expect(suggestMetrics('macro_f1', names)).toEqual(['f1_macro']);
    expect(suggestMetrics('auc', names)).toEqual(['roc_auc', 'pr_auc']);
    expect(suggestMetrics('logloss', names)).toEqual(['log_loss']);
    expect(suggestMetrics('neg_log_loss', names)).toEqual(['log_loss']);
    expect(suggestMetrics('NDCG', names)).toEqual(['ndcg@10']);
    expect(suggestMetrics('mean_error', names)).toEqual(['mean_error']);
    expect(suggestMetrics('log_lss', names)).toEqual(['log_loss']);
    expect(suggestMetrics('log_lss', names, false)).toEqual([]);
    expect(suggestMetrics('a', ['a_b', 'a_c', 'a_d', 'a_e', 'a_f'])).toHaveLength(4);
    expect(suggestMetrics('___', names)).toEqual([]);
  });

  it('are told of other tasks', () => {
    expect(findMetric('rmse', 'ranking')).toMatchObject({
      wrong: `"rmse" is a metric of regression, and this model's task is ranking`,
    });
    expect(findMetric('pinball@0', 'regression')).toEqual({
      wrong: '"0" in "pinball@0" is no quantile: write a number between 0 and 1',
      remedy: 'write pinball@0.9, for instance',
    });
    expect(findMetric('ece@1', 'binary-classification')).toMatchObject({
      wrong: expect.stringContaining('is no'),
    });
    expect(findMetric('ece@1001', 'binary-classification')).toMatchObject({
      wrong: expect.stringContaining('is no'),
    });
    for (const bins of [2, 1000])
      expect(metricOf(`ece@${bins}`, 'binary-classification').name).toBe(`ece@${bins}`);
    expect(findMetric('fbeta@0', 'binary-classification')).toMatchObject({
      wrong: expect.stringContaining('β'),
    });
    expect(metricsOf('ranking').map(({ name }) => name)).toEqual(['ndcg', 'map', 'mrr']);
  });
});
