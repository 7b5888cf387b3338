# pip install numpy scipy==1.17.1 mpmath
"""Reference values for test/statistics: two samples, categories, effects.

    python test/reference/drift.py > test/reference/drift.json
"""
import json

import mpmath
import numpy as np
import scipy
from scipy import optimize, stats
from scipy.stats import _morestats
from scipy.spatial.distance import jensenshannon

rng = np.random.default_rng(7)


def pairs(sample):
    values, counts = np.unique(sample, return_counts=True)
    return {"values": values.tolist(), "counts": counts.tolist()}


def detectable_distance(categories, n, m, alpha):
    df = categories - 1
    critical = stats.chi2.isf(alpha, df)
    noncentrality = optimize.brentq(lambda l: stats.ncx2.sf(critical, df, l) - 0.8, 1e-3, 1e5, xtol=1e-12)
    return float(min(1, np.sqrt(noncentrality * (1 / n + 1 / m) / (8 * np.log(2)))))


def bridge_tail(steps, on_steps, on_points, x):
    """P(Q > x) of the form of src/statistics/bridge.ts, by eigenvalues and 40 digits: another way than its own."""
    if x <= 0:
        return 1.0
    t = np.concatenate([[0], np.cumsum(steps)])
    t[-1] = 1
    cov = np.minimum.outer(t, t) - np.outer(t, t)
    k = len(steps)
    rows = np.zeros((2 * k, k + 1))
    for j in range(k):
        rows[j, j] = rows[j, j + 1] = np.sqrt(on_steps[j]) / 2
        rows[k + j, j + 1] = np.sqrt(on_points[j])
    values = np.linalg.eigvalsh(rows @ cov @ rows.T)
    values = [mpmath.mpf(float(v)) for v in values if v > 1e-13]
    mpmath.mp.dps = 40
    transform = lambda s: (1 - mpmath.exp(-sum(mpmath.log(1 + 2 * s * v) for v in values) / 2)) / s
    return float(mpmath.invertlaplace(transform, x, method="talbot", degree=60))


def anderson_darling(a, b, share):
    """The statistic as it is defined, with loops over the values, and its p value."""
    n, m, both = len(a), len(b), np.sort(np.concatenate([a, b]))
    size = n + m
    values, counts = np.unique(both, return_counts=True)
    steps = counts / size
    diff = np.array([(a <= v).mean() - (b <= v).mean() for v in values])
    before = np.concatenate([[0], diff[:-1]])
    upto = np.cumsum(counts)
    middle = (upto - counts / 2) / size
    widths = np.append(np.diff(values), 0) * (np.minimum(upto, size - upto) * min(n, m) >= 5 * size)
    f = upto / size
    share = share if widths.sum() > 0 else 0
    on_steps = (1 - share) * steps / (middle * (1 - middle) - steps / 4)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_points = np.where(widths > 0, share * widths / widths.sum() / (f * (1 - f)), 0)
    form = (on_steps * ((before + diff) / 2) ** 2 + on_points * diff**2).sum()
    statistic = form * n * m * (size - 1) / size**2
    return statistic, bridge_tail(steps, on_steps, on_points, statistic)


def trimmed(a, b):
    """Mean distance of equal quantiles between 0.5 % and 99.5 %, on a grid that both samples' steps fall on."""
    cells = 2 * np.lcm(200, np.lcm(len(a), len(b)))
    q = (np.arange(cells) + 0.5) / cells
    inner = (q > 0.005) & (q < 0.995)
    at = lambda x: np.sort(x)[np.floor(q[inner] * len(x)).astype(int)]
    return np.abs(at(a) - at(b)).mean()


def winsorised(a):
    low, high = np.quantile(a, [0.005, 0.995], method="inverted_cdf")
    return np.clip(a, low, high).std()


def midranks(a, b):
    """scipy's statistic before it is standardised."""
    samples = [np.sort(a), np.sort(b)]
    both = np.sort(np.concatenate(samples))
    sizes = np.array([len(a), len(b)])
    raw = _morestats._anderson_ksamp_midrank(samples, both, np.unique(both), 2, sizes, len(both))
    return float(raw)


def two_sample(name, a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    auto = stats.ks_2samp(a, b)
    m, n = len(a), len(b)
    return {
        "name": name,
        "a": pairs(a),
        "b": pairs(b),
        "statistic": auto.statistic,
        "p": auto.pvalue,
        "asymptotic": stats.ks_2samp(a, b, method="asymp").pvalue,
        "effective": int(np.round(m * n / (m + n))),
        "wasserstein": stats.wasserstein_distance(a, b),
        "mean": a.mean(),
        "deviation": a.std(),
        **quadratic(a, b),
    }


def quadratic(a, b):
    if len(a) * len(b) > 10**6:
        return {}
    statistic, p = anderson_darling(a, b, 2 / 3)
    ranks, _ = anderson_darling(a, b, 0)
    assert np.isclose(ranks, midranks(a, b), rtol=1e-12)
    return {
        "andersonDarling": midranks(a, b), "mixed": statistic, "mixedP": p,
        "trimmed": trimmed(a, b), "winsorised": winsorised(a),
    }


def table(a, b):
    both = np.array([a, b])
    chi = stats.chi2_contingency(both, correction=False)
    g = stats.chi2_contingency(both, correction=False, lambda_="log-likelihood")
    p, q = np.array(a) / sum(a), np.array(b) / sum(b)
    out = {
        "a": a, "b": b,
        "chiSquare": chi.statistic, "p": chi.pvalue, "df": chi.dof, "g": g.statistic,
        "v": stats.contingency.association(both, method="cramer"),
        "js2": jensenshannon(p, q, 2), "hellinger": np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2),
        "largest": np.abs(p - q).max(),
    }
    if (p > 0).all() and (q > 0).all():
        out["psi"] = ((p - q) * np.log(p / q)).sum()
    return out


def permutation(a, b):
    """Exact distribution of chi-square over all splits, by scipy's own resampling of the labels."""
    labels = np.repeat(np.arange(len(a)), np.array(a) + np.array(b))
    first = sum(a)

    def statistic(x, y):
        both = np.array([np.bincount(x, minlength=len(a)), np.bincount(y, minlength=len(a))])
        return stats.chi2_contingency(both, correction=False).statistic

    x = np.repeat(np.arange(len(a)), a)
    y = np.repeat(np.arange(len(a)), b)
    assert len(x) == first and len(labels) == len(x) + len(y)
    found = stats.permutation_test((x, y), statistic, permutation_type="independent", alternative="greater",
                                   n_resamples=np.inf, vectorized=False)
    return {"a": a, "b": b, "p": found.pvalue}


ref = [37 * i % 101 for i in range(100)]
cur = [53 * i % 101 + 8 for i in range(80)]
result = {
    "scipy": scipy.__version__,
    "twoSample": [
        two_sample("fixture", ref, cur),
        two_sample("ties", [1, 2, 2, 3, 5, 8, 13], [2, 3, 3, 4, 7, 9]),
        two_sample("equal", [1, 2, 3, 3], [1, 2, 3, 3]),
        two_sample("apart", [1, 2, 3], [10, 11, 12, 13]),
        two_sample("one against many", [0.5], rng.normal(size=300).round(2)),
        two_sample("same size", rng.normal(size=500).round(3), rng.normal(0.2, 1, size=500).round(3)),
        two_sample("coprime", rng.normal(size=997).round(2), rng.normal(0.05, 1.1, size=1013).round(2)),
        two_sample("few against many", rng.exponential(size=40).round(3), rng.exponential(size=9000).round(2)),
        two_sample("large", rng.normal(size=30000).round(1), rng.normal(0.03, 1, size=12000).round(1)),
        two_sample("large against few", rng.normal(size=30000).round(1), rng.normal(0.3, 1, size=50).round(1)),
        two_sample("zeros", np.where(rng.random(300) < 0.8, 0, rng.exponential(size=300).round(2)),
                   np.where(rng.random(200) < 0.7, 0, rng.exponential(size=200).round(2))),
        two_sample("heavy tails", (rng.random(400) ** -0.9).round(3), (1.2 * rng.random(250) ** -0.9).round(3)),
        two_sample("three values", rng.integers(0, 3, 50), rng.integers(0, 3, 70)),
        two_sample("integers", rng.poisson(3, size=15000), rng.poisson(3.05, size=15000)),
    ],
    "kstwo": [
        {"n": n, "d": d, "sf": float(stats.kstwo.sf(d, n))}
        for n in (1, 2, 5, 10, 50, 100, 140, 141, 500, 2000, 50_000, 100_000, 150_000, 1_000_000, 3_000_000)
        for d in sorted({0.3 / n, 0.7 / n, 1 / n, 1.3 / n, 0.2, 0.45, 0.5, 0.7, 0.95, 1.0,
                         *(z / np.sqrt(n) for z in (0.3, 0.5, 0.8, 1.0, 1.2, 1.36, 1.48, 1.6, 2.0, 2.5, 4.0))})
        if d <= 1
    ],
    "tables": [
        table([50, 30, 20], [30, 40, 30]),
        table([500, 300, 200], [300, 400, 300]),
        table([120, 0, 30, 7], [90, 12, 25, 9]),
        table([10_000, 5000, 2500, 1250], [1000, 520, 230, 140]),
    ],
    "fisher": [
        {"table": t, "p": float(stats.fisher_exact([t[:2], t[2:]]).pvalue)}
        for t in ([9, 1, 4, 8], [0, 30, 5, 25], [3, 0, 0, 3], [1, 999, 9, 991], [20, 5, 20, 5], [0, 10, 0, 12])
    ],
    "permutation": [permutation([4, 1, 0, 2], [1, 3, 2, 0]), permutation([5, 2, 0], [1, 3, 4])],
    "oneCategory": [
        {"x": x, "s": s, "n": n, "m": m,
         "p": float(min(1, 2 * min(stats.hypergeom.sf(x - 1, n + m, s, m), stats.hypergeom.cdf(x, n + m, s, m))))}
        for x, s, n, m in ((15, 15, 1000, 500), (0, 12, 400, 300), (3, 10, 40, 30), (61, 400, 9000, 1000),
                           (5300, 100_000, 1_000_000, 50_000), (7, 7, 20, 10), (2, 4, 30, 30))
    ],
    "bridge": [
        {"steps": steps, "onSteps": on_steps, "onPoints": on_points, "x": x,
         "tail": bridge_tail(steps, on_steps, on_points, x)}
        for steps, on_steps, on_points in (
            ([0.5, 0.5], [0, 0], [4, 0]),
            ([0.25] * 4, [0, 0, 0, 0], [2 / 3, 2, 2 / 3, 0]),
            ([0.1, 0.2, 0.3, 0.05, 0.35], [1, 0.5, 0.8, 0.1, 0.9], [0.3, 0.9, 1.2, 0.4, 0]),
        )
        for x in (0.05, 0.5, 1, 2.5, 6, 12, 20)
    ],
    "noncentral": [
        {"x": x, "df": df, "lambda": l, "sf": float(stats.ncx2.sf(x, df, l))}
        for x, df, l in ((3.84, 1, 7.85), (30.0, 20, 15.0), (200.0, 150, 40.0), (10.0, 2, 0.5))
    ],
    # The noncentrality at which a chi-square test has a power of 0.8, also at levels whose 1 - level is 1.
    "detectable": [
        {"categories": k, "n": n, "m": m, "alpha": alpha, "distance": detectable_distance(k, n, m, alpha)}
        for k, n, m, alpha in ((2, 500, 500, 0.05), (20, 3000, 400, 0.001), (300, 100_000, 20_000, 1e-6),
                               (3, 5000, 5000, 1e-20), (40, 90_000, 10_000, 1e-60))
    ],
    # Of a z test with the efficiency of the mixed Anderson-Darling test: detectableShift.
    "detectableShift": [
        {"n": n, "m": m, "alpha": alpha,
         "shift": float((stats.norm.isf(alpha / 2) + stats.norm.isf(0.2)) / np.sqrt(0.92) * np.sqrt(1 / n + 1 / m))}
        for n, m, alpha in ((100, 100, 0.05), (5000, 300, 1e-6), (10_000, 10_000, 1e-30))
    ],
}
print(json.dumps(result, separators=(",", ":")))
