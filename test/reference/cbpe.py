"""Performance estimated from scores, by NannyML's own functions and by numpy, and isotonic regression by scikit-learn.

pip install nannyml==0.13.1 scikit-learn numpy
python test/reference/cbpe.py > test/reference/cbpe.json
"""
import json
import sys
from importlib.metadata import version

import numpy as np
from nannyml.performance_estimation.confidence_based import metrics as nannyml
from sklearn.isotonic import IsotonicRegression


def uniform(n, seed):
    state, out = seed, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2147483648
        out.append(state / 2147483648)
    return np.array(out)


out = {"nannyml": version("nannyml"), "binary": [], "multiclass": [], "isotonic": []}
for seed, n, threshold in [(1, 400, 0.5), (2, 1000, 0.3), (3, 50, 0.6)]:
    score = uniform(n, seed)
    likely = np.clip(score ** 1.4 * 0.9 + 0.03, 0, 1)
    predicted = (score >= threshold).astype(int)
    tp, fp = likely[predicted == 1].sum(), (1 - likely[predicted == 1]).sum()
    fn, tn = likely[predicted == 0].sum(), (1 - likely[predicted == 0]).sum()
    out["binary"].append({
        "seed": seed, "n": n, "threshold": threshold,
        # NannyML rounds the counts behind these two to five decimals.
        "roc_auc": nannyml.estimate_roc_auc(likely, score),
        "pr_auc": nannyml.estimate_ap(likely, score),
        "accuracy": nannyml.estimate_accuracy(predicted, likely),
        "precision": nannyml.estimate_precision(predicted, likely),
        "recall": nannyml.estimate_recall(predicted, likely),
        "specificity": nannyml.estimate_specificity(predicted, likely),
        "f1": nannyml.estimate_f1(predicted, likely),
        "mcc": (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
        "balanced_accuracy": (tp / (tp + fn) + tn / (tn + fp)) / 2,
        "log_loss": -np.mean(likely * np.log(score) + (1 - likely) * np.log(1 - score)),
        "brier": np.mean(likely * (1 - score) ** 2 + (1 - likely) * score ** 2),
    })

for seed, n, k in [(5, 300, 3), (6, 200, 5)]:
    claimed = uniform(n * k, seed).reshape(n, k) + 0.05
    claimed /= claimed.sum(axis=1, keepdims=True)
    likely = claimed ** 1.2
    likely /= likely.sum(axis=1, keepdims=True)
    predicted = claimed.argmax(axis=1)
    matrix = np.zeros((k, k))
    for i in range(n):
        matrix[:, predicted[i]] += likely[i]
    hits, labelled, named = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    f1 = 2 * hits / (labelled + named)
    c, s = hits.sum(), matrix.sum()
    out["multiclass"].append({
        "seed": seed, "n": n, "k": k, "accuracy": c / s, "f1_micro": c / s, "f1_macro": f1.mean(),
        "f1_weighted": (f1 * labelled).sum() / s, "balanced_accuracy": (hits / labelled).mean(),
        "mcc": (c * s - (labelled * named).sum()) / np.sqrt((s ** 2 - (named ** 2).sum()) * (s ** 2 - (labelled ** 2).sum())),
        "log_loss": -(likely * np.log(claimed)).sum() / n,
        "brier": sum(likely[i, j] * ((claimed[i] - np.eye(k)[j]) ** 2).sum() for i in range(n) for j in range(k)) / n,
    })

for seed, n, digits in [(7, 60, 6), (8, 300, 1), (9, 2, 6)]:
    x = np.round(uniform(n, seed), digits)
    y = (uniform(n, seed + 100) < x ** 2).astype(float)
    model = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    at = np.linspace(-0.1, 1.1, 25)
    out["isotonic"].append({"seed": seed, "n": n, "digits": digits, "at": at.tolist(), "fitted": model.predict(at).tolist()})


json.dump(out, sys.stdout, indent=1, default=float)
print()
