"""What gate.mjs does, by resampling with numpy and scoring with scikit-learn: seconds of processor time.

# pip install numpy pyarrow scikit-learn==1.9.1
"""
import json
import sys
import time
import warnings

import numpy as np
import pyarrow.parquet as parquet
from sklearn import metrics

warnings.filterwarnings("ignore")
folder = sys.argv[1]
started = time.process_time()
table = parquet.read_table(f"{folder}/labels.parquet")
y = table["y"].to_numpy()
slices = np.unique(table["slice"].to_numpy(zero_copy_only=False), return_inverse=True)[1]
models = [parquet.read_table(f"{folder}/{name}.parquet")["p"].to_numpy() for name in ("challenger", "champion")]
reading = time.process_time() - started


def ece(y, p):
    which = np.clip(np.ceil(p * 10).astype(int) - 1, 0, 9)
    return np.abs(np.bincount(which, y - p, 10)).sum() / len(y)


def score(y, p):
    hard = p >= 0.5
    return np.array([
        metrics.accuracy_score(y, hard), metrics.roc_auc_score(y, p), metrics.average_precision_score(y, p),
        metrics.log_loss(y, p), metrics.brier_score_loss(y, p), ece(y, p), metrics.f1_score(y, hard),
    ])


def resample(rows, rng):
    drawn = rows[rng.integers(0, len(rows), len(rows))]
    return score(y[drawn], models[0][drawn]) - score(y[drawn], models[1][drawn])


rng = np.random.default_rng(1)
parts = [np.arange(len(y)), *(np.flatnonzero(slices == s) for s in range(slices.max() + 1))]
times = []
for _ in range(3):
    started = time.process_time()
    for rows in parts:
        resample(rows, rng)
    times.append(time.process_time() - started)
print(json.dumps({"reading": reading, "each": float(np.median(times)), "times": len(times)}))
