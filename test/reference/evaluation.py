"""Reference values for test/statistics and test/evaluation: special functions, intervals, paired comparisons, metrics.
Needs numpy, scipy (1.17.1 was used), scikit-learn (1.9.1), statsmodels (0.15.0), mpmath (1.3).

    python test/reference/evaluation.py > test/reference/evaluation.json
"""
import json
import warnings

import mpmath
import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

warnings.filterwarnings("ignore")
mpmath.mp.dps = 60
rng = np.random.default_rng(11)


def special_functions():
    rows = []
    for df in [1, 2.5, 5, 30, 1e5]:
        rows += [["tCdf", [t, df], stats.t.cdf(t, df)] for t in [-8, -1.5, -0.001, 0.3, 2, 12]]
        rows += [["tQuantile", [p, df], stats.t.ppf(p, df)] for p in [1e-6, 0.01, 0.4, 0.499, 0.6, 0.975, 0.9999]]
    rows += [["normalQuantile", [p], stats.norm.ppf(p)] for p in [1e-12, 0.001, 0.2, 0.95, 0.999999]]
    rows += [["normalCdf", [z], stats.norm.cdf(z)] for z in [-30, -2, 0.5, 3]]
    rows += [["normalSf", [z], stats.norm.sf(z)] for z in [-2, 0.5, 8, 30]]
    for df in [1, 9, 50]:
        rows += [["chiSquareSf", [x, df], stats.chi2.sf(x, df)] for x in [0.01, 5, 40, 300]]
        rows += [["chiSquareQuantile", [p, df], stats.chi2.ppf(p, df)] for p in [0.01, 0.5, 0.99]]
        rows += [["chiSquareIsf", [p, df], stats.chi2.isf(p, df)] for p in [1e-60, 1e-20, 0.01, 0.9]]
    rows += [["binomialCdf", [k, n, p], stats.binom.cdf(k, n, p)] for k, n, p in [(3, 10, 0.4), (59, 180, 0.5), (0, 5, 0.1)]]
    rows += [["betaInc", [x, a, b], special.betainc(a, b, x)] for x, a, b in [(0.3, 2, 5), (0.01, 500, 3), (0.6, 3000, 2000)]]
    rows += [["gammaInc", [a, x], special.gammainc(a, x)] for a, x in [(0.5, 0.2), (30, 25), (200, 260)]]
    rows += [["lnGamma", [x], special.gammaln(x)] for x in [0.1, 3.7, 1e6]]
    rows += [["lnBeta", [a, b], special.betaln(a, b)] for a, b in [(0.5, 0.5), (10, 2000), (1e5, 3e5)]]

    wide = np.random.default_rng(5)
    for _ in range(60):
        a, b = 10 ** wide.uniform(-1.5, 5.5, size=2)
        p = 10 ** wide.uniform(-12, -0.01)
        x = float(special.betaincinv(a, b, p))
        if 1e-200 < x < 0.999999:
            rows.append(["betaInc", [x, a, b], special.betainc(a, b, x)])
            rows.append(["betaIncInverse", [p, a, b], x])
        y = float(special.gammainccinv(a, p))
        rows.append(["gammaInc", [a, y, True], special.gammaincc(a, y)])
        rows.append(["gammaIncInverse", [p, a, True], y])

    def ln_tail(x, a, b):
        x = mpmath.mpf(x)
        return float(mpmath.log(mpmath.betainc(a, b, 0, x, regularized=True)))

    rows += [["lnBetaInc", [x, a, b], ln_tail(x, a, b)] for x, a, b in [(0.01, 500, 600), (0.1, 900, 300), (0.2, 3, 4)]]
    return rows


def multiplicity():
    p = [0.01, 0.04, 0.03, 0.005, 0.7, 0.04, 1.0, 0.0]
    return {
        "p": p,
        "bh": stats.false_discovery_control(p, method="bh").tolist(),
    }


def tango(b, c, n, confidence):
    """Score interval by maximising the likelihood numerically, not by Tango's closed form."""
    z = stats.norm.ppf((1 + confidence) / 2)

    def score(d):
        # p10 = q is only-first, p01 = q + d only-second.
        def loglik(q):
            terms = [(b, q), (c, q + d), (n - b - c, 1 - 2 * q - d)]
            return -sum(k * np.log(p) for k, p in terms if k > 0) if all(p > 0 for k, p in terms if k > 0) else np.inf

        low, high = max(0, -d), (1 - d) / 2
        gold = optimize.minimize_scalar(loglik, bounds=(low, high), method="bounded", options={"xatol": 1e-14})
        q = gold.x
        return (c - b - n * d) / np.sqrt(n * (2 * q + d - d * d))

    value = (c - b) / n
    lower = optimize.brentq(lambda d: score(d) - z, -1 + 1e-9, value - 1e-9, xtol=1e-14)
    upper = optimize.brentq(lambda d: score(d) + z, value + 1e-9, 1 - 1e-9, xtol=1e-14)
    return [float(lower), float(upper)]


def intervals():
    proportions = []
    for k, n in [(81, 263), (0, 40), (40, 40), (5, 7), (49990, 50000)]:
        proportions.append({
            "k": k, "n": n,
            "wilson": list(map(float, proportion_confint(k, n, 0.05, "wilson"))),
            "clopperPearson": list(map(float, proportion_confint(k, n, 0.05, "beta"))),
        })
    values = rng.gamma(2, size=50)
    mean = stats.t.interval(0.9, 49, values.mean(), stats.sem(values))
    first, second = rng.normal(size=40), rng.normal(0.2, size=40)
    difference = stats.ttest_rel(first, second).confidence_interval(0.95)
    return {
        "proportions": proportions,
        "mean": {"values": values.tolist(), "confidence": 0.9, "interval": list(map(float, mean))},
        "paired": {"first": first.tolist(), "second": second.tolist(), "confidence": 0.95,
                   "interval": [float(difference.low), float(difference.high)]},
        "mcnemar": [{"b": b, "c": c, "p": float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)}
                    for b, c in [(121, 59), (3, 9), (0, 4), (5, 5)]],
        "tango": [{"b": b, "c": c, "n": n, "confidence": conf, "interval": tango(b, c, n, conf)}
                  for b, c, n, conf in [(3, 7, 100, 0.9), (12, 1, 60, 0.95), (5, 5, 1000, 0.9)]],
    }


def delong(labels, scores):
    """Covariance matrix by the definition of DeLong et al. (1988), every pair of rows."""
    aucs, v10, v01 = [], [], []
    for score in scores:
        x, y = score[labels == 1], score[labels == 0]
        psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
        aucs.append(float(psi.mean()))
        v10.append(psi.mean(axis=1))
        v01.append(psi.mean(axis=0))
    covariance = np.cov(v10) / len(v10[0]) + np.cov(v01) / len(v01[0])
    return {"aucs": aucs, "covariance": covariance.tolist()}


def bootstraps():
    first, second = rng.exponential(size=30), rng.exponential(1.3, size=30)

    def ratio(a, b, axis=-1):
        return np.mean(a, axis=axis) / np.mean(b, axis=axis)

    done = stats.bootstrap((first, second), ratio, paired=True, vectorized=True, n_resamples=499,
                           method="BCa", confidence_level=0.9, rng=np.random.default_rng(3))
    left = [ratio(np.delete(first, i), np.delete(second, i)) for i in range(30)]
    deviation = np.mean(left) - np.array(left)
    many = stats.bootstrap((first, second), ratio, paired=True, vectorized=True, n_resamples=200_000,
                           method="BCa", confidence_level=0.9, rng=np.random.default_rng(4))
    return {
        "first": first.tolist(), "second": second.tolist(), "confidence": 0.9,
        "value": float(ratio(first, second)),
        "replicates": done.bootstrap_distribution.tolist(),
        "acceleration": float((deviation**3).sum() / (deviation**2).sum() ** 1.5 / 6),
        "interval": [float(done.confidence_interval.low), float(done.confidence_interval.high)],
        "manyReplicates": [float(many.confidence_interval.low), float(many.confidence_interval.high)],
        "standardError": float(many.standard_error),
    }


def binary():
    n = 400
    labels = (rng.random(n) < 0.3).astype(int)
    score = lambda: np.round(np.clip(0.3 + 0.25 * labels + 0.2 * rng.normal(size=n), 0.0, 1.0), 2)
    a, b = score(), score()
    threshold = 0.45
    values = []
    for s in [a, b]:
        hard = (s >= threshold).astype(int)
        values.append({
            "roc_auc": metrics.roc_auc_score(labels, s),
            "pr_auc": metrics.average_precision_score(labels, s),
            "log_loss": metrics.log_loss(labels, s),
            "brier": metrics.brier_score_loss(labels, s),
            "accuracy": metrics.accuracy_score(labels, hard),
            "recall": metrics.recall_score(labels, hard),
            "specificity": metrics.recall_score(labels, hard, pos_label=0),
            "precision": metrics.precision_score(labels, hard),
            "f1": metrics.f1_score(labels, hard),
            "balanced_accuracy": metrics.balanced_accuracy_score(labels, hard),
            "mcc": metrics.matthews_corrcoef(labels, hard),
        })
    return {"labels": labels.tolist(), "scores": [a.tolist(), b.tolist()], "threshold": threshold,
            "values": [{k: float(v) for k, v in d.items()} for d in values], "delong": delong(labels, [a, b])}


def multiclass():
    n, k = 300, 4
    labels = rng.choice(k, size=n, p=[0.5, 0.3, 0.15, 0.05])
    raw = rng.normal(size=(n, k)) + 1.2 * np.eye(k)[labels]
    p = special.softmax(raw, axis=1)
    hard = p.argmax(axis=1)
    values = {
        "accuracy": metrics.accuracy_score(labels, hard),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, hard),
        "f1_macro": metrics.f1_score(labels, hard, average="macro"),
        "f1_micro": metrics.f1_score(labels, hard, average="micro"),
        "f1_weighted": metrics.f1_score(labels, hard, average="weighted"),
        "mcc": metrics.matthews_corrcoef(labels, hard),
        "log_loss": metrics.log_loss(labels, p),
        "brier": metrics.brier_score_loss(labels, p),
    }
    return {"classes": k, "labels": labels.tolist(), "probabilities": p.ravel().tolist(),
            "predicted": hard.tolist(), "values": {k: float(v) for k, v in values.items()}}


def regression():
    n = 250
    y = 1000 + 50 * rng.normal(size=n)
    y[0] = 0
    p = y + 2 + 20 * rng.normal(size=n)
    values = {
        "mae": metrics.mean_absolute_error(y, p),
        "mse": metrics.mean_squared_error(y, p),
        "rmse": metrics.root_mean_squared_error(y, p),
        "mape": metrics.mean_absolute_percentage_error(y, p),
        "r2": metrics.r2_score(y, p),
        "mean_error": float(np.mean(p - y)),
    }
    return {"targets": y.tolist(), "predicted": p.tolist(), "values": {k: float(v) for k, v in values.items()}}


print(json.dumps({
    "special": [[name, args, float(value)] for name, args, value in special_functions()],
    "multiplicity": multiplicity(),
    "intervals": intervals(),
    "bootstrap": bootstraps(),
    "binary": binary(),
    "multiclass": multiclass(),
    "regression": regression(),
}, indent=1))
