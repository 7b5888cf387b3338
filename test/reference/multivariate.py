"""Reference values for test/statistics: eigenvectors, principal components, reconstruction errors.

Needs numpy and scikit-learn (2.4.6 and 1.9.1 were used): pip install numpy scikit-learn

    python test/reference/multivariate.py > test/reference/multivariate.json
"""
import json

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(32)


def signed(vectors):
    """Each row with its largest component (the first of equals) positive."""
    largest = np.argmax(np.abs(vectors).round(12), axis=1)
    return vectors * np.sign(vectors[np.arange(len(vectors)), largest])[:, None]


def eigen(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return {
        "matrix": matrix.tolist(),
        "values": values[::-1].tolist(),
        "vectors": signed(vectors.T[::-1]).tolist(),
    }


def table(rows, mixing, noise, offset):
    return rng.normal(size=(rows, mixing.shape[0])) @ mixing + noise * rng.normal(size=(rows, mixing.shape[1])) + offset


def components(share):
    mixing = rng.normal(size=(3, 7))
    made = table(120, mixing, 0.3, np.arange(7) * 10).round(6)
    held = table(60, mixing, 0.3, np.arange(7) * 10).round(6)
    # The same columns, but the first two no longer go together.
    now = table(90, mixing, 0.3, np.arange(7) * 10).round(6)
    now[:, 0] = rng.permutation(now[:, 0])
    pipe = make_pipeline(StandardScaler(), PCA(share, svd_solver="full")).fit(made)
    scaler, pca = pipe[0], pipe[1]

    def errors(rows):
        z = scaler.transform(rows)
        rest = z - pca.inverse_transform(pca.transform(z))
        return np.sqrt((rest**2).mean(axis=1)), (rest**2).mean(axis=0)

    (before, before_columns), (after, after_columns) = errors(held), errors(now)
    n = len(made)
    return {
        "explained": share,
        "made": made.T.tolist(), "held": held.T.tolist(), "now": now.T.tolist(),
        "components": signed(pca.components_).tolist(),
        # sklearn divides by n − 1; the correlation matrix by n.
        "variances": (pca.explained_variance_ * (n - 1) / n).tolist(),
        "share": float(pca.explained_variance_ratio_.sum()),
        "heldErrors": before.tolist(), "nowErrors": after.tolist(),
        "heldColumns": before_columns.tolist(), "nowColumns": after_columns.tolist(),
        "auc": roc_auc_score(np.r_[np.zeros(len(before)), np.ones(len(after))], np.r_[before, after]),
    }


def matrix(p, rows):
    x = rng.normal(size=(rows, p))
    return np.corrcoef(x.T) if p > 1 else np.ones((1, 1))


json.dump(
    {
        "versions": {"numpy": np.__version__, "sklearn": sklearn.__version__},
        "eigen": [eigen(matrix(p, rows)) for p, rows in [(1, 5), (2, 9), (3, 50), (8, 30), (25, 60)]],
        "components": [components(0.5), components(0.65), components(0.9)],
    },
    __import__("sys").stdout,
)
