"""Reference values for test/statistics/{robust,covariance,one-rule}.test.ts.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 statsmodels==0.15.0
    python test/reference/outliers.py > test/reference/outliers.json
"""
import itertools
import json
import warnings

import numpy as np
from scipy import stats
from sklearn.covariance import MinCovDet
from statsmodels.stats.stattools import medcouple

warnings.filterwarnings("ignore")
rng = np.random.default_rng(5)


def sample(name, values):
    x = np.sort(np.asarray(values, float))
    q1, median, q3 = np.quantile(x, [0.25, 0.5, 0.75])
    mc = float(medcouple(x))
    up, down = (3, -4) if mc >= 0 else (4, -3)
    side = lambda d: float(stats.norm.ppf(0.75) ** -1 * np.median(d)) if len(d) else 0.0
    return {
        "name": name, "values": x.tolist(),
        "q1": q1, "median": median, "q3": q3, "medcouple": mc,
        "below": side(median - x[x < median]), "above": side(x[x > median] - median),
        "lower": q1 - 1.5 * np.exp(down * mc) * (q3 - q1), "upper": q3 + 1.5 * np.exp(up * mc) * (q3 - q1),
    }


def described(name, points, half):
    """scikit-learn's own steps after its search, for the half of the points that it is given."""
    location, covariance = points[half].mean(0), np.cov(points[half].T, bias=True)
    found = MinCovDet()
    found.raw_location_, found.raw_covariance_ = location, covariance
    found.support_ = np.zeros(len(points), bool)
    found.support_[half] = True
    found.location_, found._nonrobust_covariance = location, lambda X, assume_centered: np.cov(X.T, bias=True)
    found.dist_ = np.einsum("ij,jk,ik->i", points - location, np.linalg.inv(covariance), points - location)
    found.correct_covariance(points)
    found.reweight_covariance(points)
    return {
        "name": name, "points": points.tolist(), "logDeterminant": np.linalg.slogdet(covariance)[1],
        "rawLocation": location.tolist(), "rawCovariance": covariance.tolist(),
        "location": found.location_.tolist(), "covariance": found.covariance_.tolist(),
        "distances": found.dist_[:20].tolist(),
    }


def searched(name, points):
    """FAST-MCD finds a local minimum: the lowest of many runs."""
    runs = [MinCovDet(random_state=seed).fit(points) for seed in range(100)]
    best = min(runs, key=lambda run: np.linalg.slogdet(run.raw_covariance_)[1])
    distances = ((points - best.raw_location_) @ np.linalg.inv(best.raw_covariance_) * (points - best.raw_location_)).sum(1)
    h = -(-(len(points) + points.shape[1] + 1) // 2)
    return described(name, points, np.argsort(distances)[:h])


def exhausted(name, points):
    """The global minimum, by trying every half."""
    h = -(-(len(points) + points.shape[1] + 1) // 2)
    halves = (list(half) for half in itertools.combinations(range(len(points)), h))
    return described(name, points, min(halves, key=lambda half: np.linalg.slogdet(np.cov(points[half].T, bias=True))[1]))


mixing = np.array([[2.0, 0, 0], [1.2, 0.7, 0], [-0.5, 0.3, 1.5]])
clean = rng.normal(size=(150, 3)) @ mixing.T + [5, -2, 100]
dirty = clean.copy()
dirty[::6] = rng.normal(size=(25, 3)) * 0.2 + [12, -9, 90]
heavy = rng.standard_t(2, size=(200, 2)) @ np.array([[1, 0.8], [0, 1]])
print(json.dumps({
    "samples": [
        sample("normal", rng.normal(size=101)),
        sample("even number", rng.normal(3, 2, size=100)),
        sample("log-normal", rng.lognormal(size=200)),
        sample("skewed to the left", -rng.gamma(1.5, size=151)),
        sample("ties at the median", rng.poisson(1.2, size=90)),
        sample("mostly zero", np.where(rng.random(120) < 0.7, 0, rng.exponential(size=120))),
        sample("three", [1, 2, 9]),
    ],
    "clouds": [
        exhausted("two columns, every half tried", rng.standard_t(2, size=(16, 2))),
        exhausted("three columns, every half tried", np.vstack([clean[:13], dirty[:13:6]])),
        searched("heavy tails", heavy),
    ],
    "searched": [searched("clean", clean), searched("a sixth elsewhere", dirty)],
}, indent=None))
