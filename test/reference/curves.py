"""Reference values for test/evaluation/curves: curves over all thresholds, and quantiles of residuals.
Needs numpy (2.4.6 was used), scikit-learn (1.9.1).

    python test/reference/curves.py > test/reference/curves.json
"""
import json

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

rng = np.random.default_rng(11)
n = 120
labels = (rng.random(n) < 0.35).astype(int)
# Scores of one decimal tie often.
scores = np.round(np.clip(0.35 + 0.3 * (labels - 0.35) + 0.2 * rng.standard_normal(n), 0, 1), 1)
weights = np.round(rng.uniform(0.2, 3, n), 3)


def curves(sample_weight):
    fpr, tpr, _ = roc_curve(labels, scores, sample_weight=sample_weight, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(labels, scores, sample_weight=sample_weight)
    # scikit-learn begins with the lowest threshold and ends with a point that no threshold has.
    points = list(zip(recall.tolist(), precision.tolist()))[:-1][::-1]
    return {"roc": list(zip(fpr.tolist(), tpr.tolist())), "precisionRecall": points}


targets = rng.standard_normal(300) * 4 + 10
predicted = np.round(targets + rng.standard_normal(300) * 2, 2)
order = np.argsort(predicted, kind="stable")
bands = []
for b in range(12):
    rows = order[b * 300 // 12 : (b + 1) * 300 // 12]
    low, middle, high = np.quantile((targets - predicted)[rows], [0.1, 0.5, 0.9])
    bands.append({"predicted": predicted[rows].mean(), "low": low, "middle": middle, "high": high})

out = {
    "labels": labels.tolist(),
    "scores": scores.tolist(),
    "weights": weights.tolist(),
    "plain": curves(None),
    "weighted": curves(weights),
    "targets": targets.tolist(),
    "predicted": predicted.tolist(),
    "bands": bands,
}
print(json.dumps(out))
