import { nearest } from '../../common/text.js';

/** Words that people use for parts of our names. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['acc', 'accuracy'],
  ['auroc', 'roc_auc'],
  ['auprc', 'pr_auc'],
  ['ap', 'pr_auc'],
  ['cross_entropy', 'log_loss'],
  ['logloss', 'log_loss'],
  ['nll', 'log_loss'],
  ['tpr', 'recall'],
  ['hit_rate', 'recall'],
  ['tnr', 'specificity'],
  ['ppv', 'precision'],
  ['jaccard', 'f1'],
  ['r_squared', 'r2'],
  ['rsquared', 'r2'],
  ['l1', 'mae'],
  ['l2', 'mse'],
]);

/**
 * Names that a metric's unknown name may stand for, the likeliest first: the same words in another order
 * (`macro_f1`), names that hold all of its words (`auc`), and else the nearest spelling.
 * @param misspelt whether the name may be a misspelt one
 */
export function suggestMetrics(name: string, names: readonly string[], misspelt = true): string[] {
  const wanted = wordsOf(name);
  const key = (words: readonly string[]): string => [...words].sort().join(' ');
  const same = names.filter((candidate) => key(wordsOf(candidate)) === key(wanted));
  if (same.length > 0) return same;
  const holding = names.filter((candidate) => {
    const words = wordsOf(candidate);
    return wanted.length > 0 && wanted.every((word) => words.includes(word));
  });
  if (holding.length > 0) return holding.slice(0, 4);
  const near = misspelt ? nearest(name, names) : undefined;
  return near === undefined ? [] : [near];
}

/** `neg_log_loss` and `f1_score` of scikit-learn are log_loss and f1; numbers after @ are no words. */
function wordsOf(name: string): string[] {
  const plain = name
    .toLowerCase()
    .replace(/@.*$/, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^neg_/, '')
    .replace(/_(score|error)$/, (end) => (name.includes('mean') ? end : ''));
  return (synonyms.get(plain) ?? plain).split('_').filter((word) => word !== '');
}
