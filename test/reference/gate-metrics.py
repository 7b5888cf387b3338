"""Reference values for test/evaluation/metrics: weighted rows, ties, missing classes, multilabel, rankings, clusters.
Needs numpy, scipy (1.17.1 was used), scikit-learn (1.9.1), statsmodels (0.15.0).

    python test/reference/gate-metrics.py > test/reference/gate-metrics.json
"""
import json
import warnings

import numpy as np
import statsmodels.api as sm
from scipy import special, stats
from sklearn import metrics as sk

warnings.filterwarnings("ignore")


def ece(claimed, came, weights, bins):
    edges = np.arange(1, bins) / bins
    which = np.searchsorted(edges, claimed, side="left")
    gaps = [abs(np.sum((weights * (came - claimed))[which == b])) for b in range(bins)]
    return sum(gaps) / weights.sum()


def ece_equal_mass(claimed, came, weights, bins):
    """Row i of the sorted claims is in bin i*bins//n, with all that claim the same."""
    which = np.searchsorted(np.sort(claimed), claimed, side="left") * bins // len(claimed)
    gaps = [abs(np.sum((weights * (came - claimed))[which == b])) for b in range(bins)]
    return sum(gaps) / weights.sum()


def top(labels, scores, weights, k):
    """Precision and recall of the k/n of the weight that scores highest; ties count in part."""
    wanted = k / len(labels) * weights.sum()
    found = seen = 0.0
    for s in np.unique(scores)[::-1]:
        tied = scores == s
        part = min(1, max(0, (wanted - seen) / weights[tied].sum()))
        found += part * (weights * labels)[tied].sum()
        seen += part * weights[tied].sum()
    return found / wanted, found / (weights * labels).sum()


def floats(values):
    return {name: float(value) for name, value in values.items()}


def binary(seed):
    rng = np.random.default_rng(seed)
    n = 160
    y = (rng.random(n) < 0.35).astype(int)
    s = np.round(np.clip(0.35 + 0.2 * y + 0.2 * rng.normal(size=n), 0, 1), 2 if seed % 2 else 1)
    hard = (s >= 0.5).astype(int)
    weights = rng.gamma(2, size=n) + 0.05
    cases = []
    for w in [None, weights]:
        kw = {"sample_weight": w}
        ones = np.ones(n) if w is None else w
        precision_at, recall_at = top(y, s, ones, 30)
        cases.append(floats({
            "accuracy": sk.accuracy_score(y, hard, **kw),
            "balanced_accuracy": sk.balanced_accuracy_score(y, hard, **kw),
            "precision": sk.precision_score(y, hard, **kw),
            "recall": sk.recall_score(y, hard, **kw),
            "specificity": sk.recall_score(y, hard, pos_label=0, **kw),
            "f1": sk.f1_score(y, hard, **kw),
            "f2": sk.fbeta_score(y, hard, beta=2, **kw),
            "fbeta@0.5": sk.fbeta_score(y, hard, beta=0.5, **kw),
            "mcc": sk.matthews_corrcoef(y, hard, **kw),
            "roc_auc": sk.roc_auc_score(y, s, **kw),
            "pr_auc": sk.average_precision_score(y, s, **kw),
            "log_loss": sk.log_loss(y, s, **kw),
            "brier": sk.brier_score_loss(y, s, **kw),
            "ece": ece(s, y, ones, 10),
            "ece@4": ece(s, y, ones, 4),
            "ece_equal_mass": ece_equal_mass(s, y, ones, 10),
            "ece_equal_mass@4": ece_equal_mass(s, y, ones, 4),
            "precision@30": precision_at,
            "recall@30": recall_at,
        }))
    return {"labels": y.tolist(), "scores": s.tolist(), "weights": weights.tolist(),
            "plain": cases[0], "weighted": cases[1]}


def multiclass(seed):
    rng = np.random.default_rng(seed)
    n, k = 150, 4
    # With an even seed no row is labelled with the last class.
    y = rng.choice(k, size=n, p=[0.5, 0.3, 0.2, 0.0] if seed % 2 == 0 else [0.4, 0.3, 0.2, 0.1])
    p = special.softmax(rng.normal(size=(n, k)) + 1.2 * np.eye(k)[y], axis=1)
    p[:20] = 0.25
    hard = p.argmax(axis=1)
    weights = rng.gamma(2, size=n) + 0.05
    cases = []
    for w in [None, weights]:
        kw = {"sample_weight": w}
        ones = np.ones(n) if w is None else w
        # Of the class that is predicted (Guo et al. 2017).
        claimed, came = p.max(axis=1), (hard == y).astype(int)
        cases.append(floats({
            "accuracy": sk.accuracy_score(y, hard, **kw),
            "balanced_accuracy": sk.balanced_accuracy_score(y, hard, **kw),
            "mcc": sk.matthews_corrcoef(y, hard, **kw),
            "log_loss": sk.log_loss(y, p, labels=range(k), **kw),
            "brier": sk.brier_score_loss(y, p, labels=range(k), scale_by_half=False, **kw),
            "ece": ece(claimed, came, ones, 10),
            "ece@4": ece(claimed, came, ones, 4),
            "ece_equal_mass": ece_equal_mass(claimed, came, ones, 10),
            "ece_equal_mass@4": ece_equal_mass(claimed, came, ones, 4),
            **{f"{name}_{average}": score(y, hard, average=average, **kw)
               for name, score in [("f1", sk.f1_score), ("precision", sk.precision_score), ("recall", sk.recall_score)]
               for average in ["macro", "weighted"]},
            "f1_micro": sk.f1_score(y, hard, average="micro", **kw),
            "top_2_accuracy": sk.top_k_accuracy_score(y, p, k=2, labels=range(k), **kw),
            "top_k_accuracy@3": sk.top_k_accuracy_score(y, p, k=3, labels=range(k), **kw),
        }))
    return {"classes": k, "labels": y.tolist(), "probabilities": p.ravel().tolist(), "predicted": hard.tolist(),
            "weights": weights.tolist(), "plain": cases[0], "weighted": cases[1]}


def multilabel(seed):
    rng = np.random.default_rng(seed)
    n, k = 120, 5
    y = (rng.random((n, k)) < [0.6, 0.3, 0.2, 0.1, 0.0 if seed % 2 == 0 else 0.3]).astype(int)
    s = np.round(np.clip(0.3 + 0.3 * y + 0.2 * rng.normal(size=(n, k)), 0, 1), 1)
    hard = (s >= 0.5).astype(int)
    weights = rng.gamma(2, size=n) + 0.05
    cases = []
    for w in [None, weights]:
        kw = {"sample_weight": w}
        cases.append(floats({
            **{f"f1_{average}": sk.f1_score(y, hard, average=average, zero_division=0, **kw)
               for average in ["micro", "macro", "weighted", "samples"]},
            "hamming_loss": sk.hamming_loss(y, hard, **kw),
            "subset_accuracy": sk.accuracy_score(y, hard, **kw),
            "label_ranking_average_precision": sk.label_ranking_average_precision_score(y, s, **kw),
        }))
    return {"classes": k, "labels": y.ravel().tolist(), "scores": s.ravel().tolist(), "weights": weights.tolist(),
            "plain": cases[0], "weighted": cases[1]}


def regression(seed):
    rng = np.random.default_rng(seed)
    n = 130
    y = np.round(100 + 20 * rng.normal(size=n))
    p = np.round(y + 2 + 15 * rng.normal(size=n))
    weights = rng.integers(1, 5, size=n)
    cases = []
    for w in [None, weights]:
        kw = {"sample_weight": w}
        times = np.ones(n, int) if w is None else w
        cases.append(floats({
            "mae": sk.mean_absolute_error(y, p, **kw),
            "mse": sk.mean_squared_error(y, p, **kw),
            "rmse": sk.root_mean_squared_error(y, p, **kw),
            "mape": sk.mean_absolute_percentage_error(y, p, **kw),
            "r2": sk.r2_score(y, p, **kw),
            "pinball@0.9": sk.mean_pinball_loss(y, p, alpha=0.9, **kw),
            "pinball@0.05": sk.mean_pinball_loss(y, p, alpha=0.05, **kw),
            "spearman": stats.spearmanr(np.repeat(y, times), np.repeat(p, times)).statistic,
            "mean_error": np.average(p - y, weights=w),
        }))
    return {"targets": y.tolist(), "predicted": p.tolist(), "weights": weights.tolist(),
            "plain": cases[0], "weighted": cases[1]}


def reciprocal_rank(relevance, scores):
    """The worst rank of the first relevant document over all orders that the scores allow, by trying ranks."""
    best = 0.0
    for i in np.flatnonzero(relevance > 0):
        rank = 1 + sum(1 for j in range(len(scores)) if relevance[j] == 0 and scores[j] >= scores[i])
        best = max(best, 1 / rank)
    return best


def ranking(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 12, size=40)
    queries = np.repeat(np.arange(40), sizes)
    relevance = rng.choice([0, 0, 0, 1, 2, 3], size=len(queries))
    scores = np.round(0.3 * relevance + rng.normal(size=len(queries)), 1)
    values = {"ndcg": [], "ndcg@5": [], "map": [], "mrr": []}
    for q in range(40):
        r, s = relevance[queries == q], scores[queries == q]
        values["ndcg"].append(sk.ndcg_score([r], [s]))
        values["ndcg@5"].append(sk.ndcg_score([r], [s], k=5))
        values["map"].append(sk.average_precision_score(r > 0, s) if r.any() else 0)
        values["mrr"].append(reciprocal_rank(r, s))
    intervals = {}
    for name, each in values.items():
        interval = stats.t.interval(0.9, 39, np.mean(each), stats.sem(each))
        intervals[name] = [float(np.mean(each)), float(interval[0]), float(interval[1])]
    mixed = rng.permutation(len(queries))
    return {"queries": queries[mixed].tolist(), "relevance": relevance[mixed].tolist(),
            "scores": scores[mixed].tolist(), "intervals": intervals}


def clusters(seed):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(45), rng.integers(1, 9, size=45))
    n = len(groups)
    shift = rng.normal(size=45)[groups]
    y = (rng.random(n) < special.expit(shift)).astype(int)
    weights = rng.gamma(3, size=n) + 0.1
    a = np.round(special.expit(0.8 * y + 0.5 * shift + rng.normal(size=n)), 2)
    b = np.round(special.expit(0.6 * y + 0.5 * shift + rng.normal(size=n)), 2)
    result = {"labels": y.tolist(), "groups": groups.tolist(), "weights": weights.tolist(),
              "scores": [a.tolist(), b.tolist()]}
    for name, w in [("plain", np.ones(n)), ("weighted", weights)]:
        losses = [(s - y) ** 2 for s in (a, b)]
        means = {}
        for of, values in [("brier", losses[0]), ("brierDifference", losses[0] - losses[1])]:
            fit = sm.WLS(values, np.ones(n), weights=w).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
            low, high = fit.conf_int(0.1)[0]
            means[of] = [float(fit.params[0]), float(low), float(high)]

        def influences(s):
            """Pair by pair, by the definition."""
            pos, neg = y == 1, y == 0
            wins = (s[pos][:, None] > s[neg][None, :]) + 0.5 * (s[pos][:, None] == s[neg][None, :])
            auc = (w[pos][:, None] * w[neg][None, :] * wins).sum() / w[pos].sum() / w[neg].sum()
            each = np.zeros(n)
            each[pos] = w[pos] * ((wins * w[neg]).sum(axis=1) / w[neg].sum() - auc) / w[pos].sum()
            each[neg] = w[neg] * ((wins * w[pos][:, None]).sum(axis=0) / w[pos].sum() - auc) / w[neg].sum()
            return auc, each

        (auc_a, i_a), (auc_b, i_b) = influences(a), influences(b)

        def interval(value, each):
            sums = np.array([each[groups == g].sum() for g in range(45)])
            half = stats.t.ppf(0.95, 44) * np.sqrt(45 / 44 * (sums**2).sum())
            return [float(value), float(value - half), float(value + half)]

        hard = [(s >= 0.5).astype(int) for s in (a, b)]
        # tp, and labelled plus predicted, of each cluster and model.
        parts = np.array([[[(w * y * h)[groups == g].sum(), (w * (y + h))[groups == g].sum()] for g in range(45)]
                          for h in hard])

        def f1_difference(index, axis=-1):
            sums = parts[:, index].sum(axis=-2)
            return 2 * sums[0, ..., 0] / sums[0, ..., 1] - 2 * sums[1, ..., 0] / sums[1, ..., 1]

        boot = stats.bootstrap((np.arange(45),), f1_difference, vectorized=True, n_resamples=50_000, method="BCa",
                               confidence_level=0.9, rng=np.random.default_rng(seed), batch=5000)
        means["aucInterval"] = interval(auc_a, i_a)
        means["aucDifference"] = interval(auc_a - auc_b, i_a - i_b)
        means["f1Difference"] = [float(f1_difference(np.arange(45))), float(boot.confidence_interval.low),
                                 float(boot.confidence_interval.high), float(boot.standard_error)]
        result[name] = means
    return result


print(json.dumps({
    "binary": [binary(seed) for seed in range(1, 5)],
    "multiclass": [multiclass(seed) for seed in range(1, 5)],
    "multilabel": [multilabel(seed) for seed in range(1, 5)],
    "regression": [regression(seed) for seed in range(1, 4)],
    "ranking": [ranking(seed) for seed in range(1, 4)],
    "clusters": clusters(7),
}))
