"""Reference values for src/evaluation/fairness and src/statistics/studentized-range.
Needs numpy, scipy (1.17.1 was used), scikit-learn (1.9.1), fairlearn (0.15.0).

    python test/reference/fairness.py > test/reference/fairness.json
"""
import json
import warnings

import fairlearn.metrics as fm
import numpy as np
from scipy import stats
from sklearn import metrics

warnings.filterwarnings("ignore")


def ranges():
    rows = [["cdf", [q, k], stats.studentized_range.cdf(q, k, np.inf)] for q, k in [(1, 2), (3.3, 3), (4.5, 10), (6, 50), (0.1, 4)]]
    rows += [["quantile", [p, k], stats.studentized_range.ppf(p, k, np.inf)] for p in [0.5, 0.95, 0.995] for k in [2, 3, 10, 60]]
    return rows


def exact(hits, n, confidence):
    """Clopper & Pearson, each bound by itself."""
    lower = 0 if hits == 0 else stats.beta.ppf(1 - confidence, hits, n - hits + 1)
    upper = 1 if hits == n else stats.beta.ppf(confidence, hits + 1, n - hits)
    return hits / n, lower, upper


def minus(a, b):
    """Zou & Donner 2008, from the bounds of two independent estimates."""
    value = a[0] - b[0]
    return value, value - np.hypot(a[0] - a[1], b[2] - b[0]), value + np.hypot(a[2] - a[0], b[0] - b[1])


def bounds(group, y, pred, groups, confidence=0.95):
    selected = [(pred[group == g].sum(), (group == g).sum()) for g in range(groups)]
    hit = [(pred[(group == g) & (y == 1)].sum(), ((group == g) & (y == 1)).sum()) for g in range(groups)]
    false = [(pred[(group == g) & (y == 0)].sum(), ((group == g) & (y == 0)).sum()) for g in range(groups)]
    pairs = [(i, j) for i in range(groups) for j in range(groups) if i != j]
    logs = lambda estimate: tuple(np.log(estimate))

    def together(families):
        return stats.norm.cdf(stats.studentized_range.ppf(1 - (1 - confidence) / families, groups, np.inf) / np.sqrt(2))

    def widest(counts, level, scale=lambda estimate: estimate):
        each = [scale(exact(k, n, level)) for k, n in counts]
        return np.max([minus(each[i], each[j]) for i, j in pairs], axis=0)

    low, high = widest(selected, together(1)), widest(selected, confidence)
    ratio_low, ratio_high = widest(selected, together(1), logs), widest(selected, confidence, logs)
    odds = [[widest(counts, level)[at] for counts in (hit, false)] for level, at in ((together(2), 1), (confidence, 2))]
    each, joint = [[exact(k, n, level) for k, n in selected] for level in (confidence, 1 - (1 - confidence) / groups)]
    return {
        "demographic_parity_difference": [max(0, low[1]), high[2]],
        "demographic_parity_ratio": [np.exp(-ratio_high[2]), np.exp(-max(0, ratio_low[1]))],
        "equalized_odds_difference": [max(0, *odds[0]), max(odds[1])],
        "selection_rate_group_min": [min(e[1] for e in each), min(e[2] for e in joint)],
        "selection_rate_group_max": [max(e[1] for e in joint), max(e[2] for e in each)],
    }


def case(seed, n, groups, weighted):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, n)
    y = (rng.random(n) < 0.3 + 0.08 * group).astype(int)
    score = np.round(np.clip(0.3 + 0.25 * y + 0.05 * group + rng.normal(0, 0.25, n), 0, 1), 3)
    pred = (score >= 0.5).astype(int)
    weights = np.round(rng.uniform(0.2, 3, n), 2) if weighted else None
    one = {"sensitive_features": group, "sample_weight": weights}

    def frame(metric):
        params = {} if weights is None else {"sample_weight": weights}
        return fm.MetricFrame(metrics=metric, y_true=y, y_pred=pred, sensitive_features=group, sample_params=params)

    values = {
        name: getattr(fm, name)(y, pred, **one)
        for name in [
            "demographic_parity_difference", "demographic_parity_ratio",
            "equalized_odds_difference", "equalized_odds_ratio",
            "equal_opportunity_difference", "equal_opportunity_ratio",
            "selection_rate_difference", "selection_rate_ratio",
            "true_positive_rate_difference", "true_positive_rate_ratio",
            "true_negative_rate_difference", "true_negative_rate_ratio",
            "false_positive_rate_difference", "false_positive_rate_ratio",
            "false_negative_rate_difference", "false_negative_rate_ratio",
            "accuracy_score_difference", "accuracy_score_ratio", "accuracy_score_group_min",
            "precision_score_group_min", "recall_score_group_min", "f1_score_group_min",
            "balanced_accuracy_score_group_min",
        ]
    }
    values["predictive_parity_difference"] = frame(metrics.precision_score).difference()
    values["predictive_parity_ratio"] = frame(metrics.precision_score).ratio()
    w = np.ones(n) if weights is None else weights
    params = {"sample_params": {} if weights is None else {"sample_weight": weights}}
    scored = lambda metric: fm.MetricFrame(metrics=metric, y_true=y, y_pred=score, sensitive_features=group, **params)
    values["roc_auc_score_group_min"] = scored(metrics.roc_auc_score).group_min()
    values["log_loss_group_max"] = scored(metrics.log_loss).group_max()
    gaps = [np.average((score - y)[group == g], weights=w[group == g]) for g in range(groups)]
    values["mean_calibration_error_difference"] = max(gaps) - min(gaps)

    def ece(g):
        inside = group == g
        bins = np.clip(np.ceil(score[inside] * 10).astype(int) - 1, 0, 9)
        gap = np.bincount(bins, w[inside] * (y - score)[inside], 10)
        return np.abs(gap).sum() / w[inside].sum()

    values["ece_group_max"] = max(ece(g) for g in range(groups))
    return {
        "groups": group.tolist(), "labels": y.tolist(), "scores": score.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "values": {name: float(value) for name, value in values.items()},
        "bounds": None if weighted else {
            name: [float(end) for end in ends] for name, ends in bounds(group, y, pred, groups).items()
        },
    }


def regression(seed, n):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, n)
    y = np.round(rng.normal(5, 2, n), 3)
    pred = np.round(y + rng.normal(0.1 * group, 0.5 + 0.1 * group, n), 3)
    names = ["mean_absolute_error_group_max", "mean_squared_error_group_max", "r2_score_group_min"]
    values = {name: float(getattr(fm, name)(y, pred, sensitive_features=group)) for name in names}
    values["mean_prediction_difference"] = float(
        fm.MetricFrame(metrics=fm.mean_prediction, y_true=y, y_pred=pred, sensitive_features=group).difference()
    )
    return {"groups": group.tolist(), "targets": y.tolist(), "predicted": pred.tolist(), "values": values}


print(json.dumps({
    "ranges": ranges(),
    "binary": [case(seed, 200, groups, weighted) for seed, groups, weighted in [(1, 2, False), (2, 4, False), (3, 3, True)]],
    "regression": regression(4, 300),
}, separators=(",", ":")))
