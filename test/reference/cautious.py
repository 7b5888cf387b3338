"""Reference values for the gate's intervals where few rows, few groups or skew decide: from the definitions, with dense
matrices, root finding and numerical maximisation where the code has closed forms.

# pip install numpy scipy
Run: python test/reference/cautious.py > test/reference/cautious.json
"""
import json
from pathlib import Path

import numpy as np
from scipy import optimize, stats

rng = np.random.default_rng(20)
CONFIDENCE = 0.9


def freedom(parts):
    """parts: (variance, degrees of freedom if normal, kurtosis of the errors)"""
    total = sum(v for v, _, _ in parts)
    # The variance of a variance of f + 1 values is V²·(kurtosis − 1)/f.
    return max(1, 2 * total**2 / sum(v**2 * max(2, k - 1) / f for v, f, k in parts))


def interval(value, parts, third):
    variance = sum(v for v, _, _ in parts)
    se, t = np.sqrt(variance), stats.t.ppf((1 + CONFIDENCE) / 2, freedom(parts))
    a = third / variance**1.5

    def hall(x):
        """Where the transformed, studentised sum is x: found by its root."""
        return optimize.brentq(lambda s: s + a * (s * s / 3 + 1 / 6) + a * a * s**3 / 27 - x, -1e4, 1e4, xtol=1e-14)

    return [float(value), float(value - se * max(t, hall(t))), float(value + se * max(t, -hall(-t)))], t


def plain(errors):
    n = len(errors)
    errors = errors - errors.mean()
    variance = n / (n - 1) * (errors**2).sum()
    third = stats.skew(errors) / np.sqrt(n) * variance**1.5
    return (variance, n - 1, stats.kurtosis(errors, fisher=False)), third


def mean(values):
    part, third = plain(values / len(values))
    return interval(values.mean(), [part], third)[0]


def standardised(errors, expected, df):
    variance = (errors**2).sum()
    keep = expected > 0
    e, w = errors[keep] / expected[keep], expected[keep]
    m2, m3, m4 = (np.average(e**k, weights=w) for k in (2, 3, 4))
    third = m3 / m2**1.5 * variance**1.5 * (w**3).sum() / (w**2).sum() ** 1.5
    return (variance, df, m4 / m2**2), third


def factors(shares):
    """So that the expected squares of the residuals, times these, add up to the variance: from the residual matrix."""
    c = len(shares)
    residual = np.eye(c) - np.outer(np.ones(c), shares)
    return 1 / np.diag(residual @ residual.T)


def sums(values, groups):
    return np.array([values[groups == g].sum() for g in np.unique(groups)])


def group_mean(values, weights, groups):
    shares = sums(weights, groups) / weights.sum()
    value = np.average(values, weights=weights)
    k = factors(shares)
    errors = sums(weights * (values - value), groups) / weights.sum() * np.sqrt(k)
    part, third = standardised(errors, shares * np.sqrt(k), 1 / (shares**2).sum() - 1)
    return interval(value, [part], third)[0], part


def tango(b, c, n):
    z = stats.norm.ppf((1 + CONFIDENCE) / 2)

    def score(d):
        def loglik(q):
            terms = [(b, q), (c, q + d), (n - b - c, 1 - 2 * q - d)]
            return -sum(k * np.log(p) for k, p in terms if k > 0) if all(p > 0 for k, p in terms if k > 0) else np.inf

        q = optimize.minimize_scalar(loglik, bounds=(max(0, -d), (1 - d) / 2), method="bounded", options={"xatol": 1e-14}).x
        return (c - b - n * d) / np.sqrt(n * (2 * q + d - d * d))

    value = (c - b) / n
    return [optimize.brentq(lambda d: score(d) - z, -1 + 1e-9, value - 1e-9, xtol=1e-14),
            optimize.brentq(lambda d: score(d) + z, value + 1e-9, 1 - 1e-9, xtol=1e-14)]


def effective(spread, part, n):
    z, t = stats.norm.ppf((1 + CONFIDENCE) / 2), stats.t.ppf((1 + CONFIDENCE) / 2, freedom([part]))
    return (z / t) ** 2 * min(n, spread / part[0])


def share(hits, weights, groups):
    (value, *_), part = group_mean(hits, weights, groups)
    n = effective(value * (1 - value), part, len(hits))
    tail = (1 - CONFIDENCE) / 2
    return [value, float(stats.beta.ppf(tail, value * n, n - value * n + 1)),
            float(stats.beta.ppf(1 - tail, value * n + 1, n - value * n))]


def share_difference(differences, weights, groups):
    found, part = group_mean(differences, weights, groups)
    lost, won = (np.average(differences == s, weights=weights) for s in (-1, 1))
    n = effective(lost + won - (won - lost) ** 2, part, len(differences))
    low, high = tango(lost * n, won * n, n)
    return [found[0], min(found[1], float(low)), max(found[2], float(high))]


def auc(labels, scores):
    x, y = scores[labels == 1], scores[labels == 0]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return psi.mean(), psi.mean(axis=1), psi.mean(axis=0)


def newcombe(area, m, n, t, variance, least):
    def hanley(a):
        return a * (1 - a) * (1 + ((m + n) / 2 - 1) * ((1 - a) / (2 - a) + a / (1 + a))) / (m * n)

    share = min(1, max(least, variance / hanley(area)))

    def beyond(a):
        return abs(a - area) - t * np.sqrt(share * hanley(a))

    return [optimize.brentq(beyond, 1e-12, area - 1e-9, xtol=1e-15), optimize.brentq(beyond, area + 1e-9, 1 - 1e-12, xtol=1e-15)]


def of_classes(positives, negatives):
    parts, thirds = zip(*(plain(c / len(c)) for c in (positives, negatives)))
    return list(parts), sum(thirds)


def auc_case(labels, a, b):
    m, n = int(labels.sum()), int((1 - labels).sum())
    one, other = auc(labels, a), auc(labels, b)
    parts, third = of_classes(*one[1:])
    found, t = interval(one[0], parts, third)
    if min(m, n) * min(one[0], 1 - one[0]) < 10:
        low, high = newcombe(one[0], m, n, t, 1, 1)
        found = [found[0], min(found[1], low), max(found[2], high)]
    found = [found[0], max(0, found[1]), min(1, found[2])]
    parts_d, third_d = of_classes(one[1] - other[1], one[2] - other[2])
    difference, t = interval(one[0] - other[0], parts_d, third_d)
    if any(min(m, n) * min(z[0], 1 - z[0]) < 10 for z in (one, other)):
        va, vb, vd = (sum(p[0] for p in ps) for ps in (parts, of_classes(*other[1:])[0], parts_d))
        r = (va + vb - vd) / (2 * np.sqrt(va * vb))
        (la, ua), (lb, ub) = newcombe(one[0], m, n, t, va, 0.3), newcombe(other[0], m, n, t, vb, 0.3)
        low = difference[0] - np.sqrt((one[0] - la) ** 2 + (ub - other[0]) ** 2 - 2 * r * (one[0] - la) * (ub - other[0]))
        high = difference[0] + np.sqrt((ua - one[0]) ** 2 + (other[0] - lb) ** 2 - 2 * r * (ua - one[0]) * (other[0] - lb))
        difference = [difference[0], float(min(difference[1], low)), float(max(difference[2], high))]
    return {"labels": labels.tolist(), "scores": [a.tolist(), b.tolist()], "one": list(map(float, found)),
            "difference": list(map(float, difference))}


def auc_cases():
    cases = []
    for m, n, apart in [(6, 200, 1.5), (40, 60, 3.2), (150, 150, 1.0)]:
        labels = rng.permutation(np.r_[np.ones(m), np.zeros(n)]).astype(int)
        common = rng.normal(size=m + n)
        a, b = (np.round(apart * labels + 0.8 * common + 0.6 * rng.normal(size=m + n), 2) for _ in range(2))
        cases.append(auc_case(labels, a, b))
    return cases


def group_auc(labels, weights, groups, scores):
    """Errors of groups: sums of what each row adds, positives and negatives corrected by themselves."""
    def influences(s):
        pos, neg = labels == 1, labels == 0
        wins = (s[pos][:, None] > s[neg][None, :]) + 0.5 * (s[pos][:, None] == s[neg][None, :])
        area = (weights[pos][:, None] * weights[neg][None, :] * wins).sum() / weights[pos].sum() / weights[neg].sum()
        each = np.zeros(len(labels))
        each[pos] = weights[pos] * ((wins * weights[neg]).sum(axis=1) / weights[neg].sum() - area) / weights[pos].sum()
        each[neg] = weights[neg] * ((wins * weights[pos][:, None]).sum(axis=0) / weights[pos].sum() - area) / weights[neg].sum()
        return area, each

    (a, ia), (b, ib) = map(influences, scores)
    errors, expected, variances, freedoms = [], [], [], []
    for label in (0, 1):
        shares = sums(weights * (labels == label), groups) / weights[labels == label].sum()
        own = sums((ia - ib) * (labels == label), groups) * np.sqrt(factors(shares))
        variances.append((own**2).sum())
        errors.append(own)
        expected.append(shares * np.sqrt(variances[-1] / (shares**2).sum()))
        freedoms.append(1 / (shares**2).sum() - 1)
    df = sum(variances) ** 2 / sum(v**2 / f for v, f in zip(variances, freedoms))
    part, third = standardised(sum(errors), np.hypot(*expected), df)
    return interval(a - b, [part], third)[0]


def groups():
    fixture = json.loads((Path(__file__).parent / "gate-metrics.json").read_text())["clusters"]
    labels, ids = np.array(fixture["labels"]), np.array(fixture["groups"])
    scores = [np.array(s) for s in fixture["scores"]]
    result = {}
    for name, weights in [("plain", np.ones(len(labels))), ("weighted", np.array(fixture["weights"]))]:
        losses = [(s - labels) ** 2 for s in scores]
        right = [((s >= 0.5) == labels).astype(float) for s in scores]
        result[name] = {
            "brier": group_mean(losses[0], weights, ids)[0],
            "brierDifference": group_mean(losses[0] - losses[1], weights, ids)[0],
            "accuracy": share(right[0], weights, ids),
            "accuracyDifference": share_difference(right[0] - right[1], weights, ids),
            "aucDifference": group_auc(labels, weights, ids, scores),
        }
    return result


def jackknife():
    """F1 of two models, rows left out one at a time."""
    n = 60
    labels = (rng.random(n) < 0.3).astype(int)
    models = [np.where(rng.random(n) < 0.2, 1 - labels, labels) for _ in range(2)]

    def difference(keep):
        return np.subtract(*(2 * (labels * p)[keep].sum() / (labels + p)[keep].sum() for p in models))

    left = np.array([difference(np.delete(np.arange(n), i)) for i in range(n)])
    errors = (left.mean() - left) * np.sqrt((n - 1) / n)
    part = ((errors**2).sum(), n - 1, stats.kurtosis(errors, fisher=False))
    found, _ = interval(difference(np.arange(n)), [part], 0)
    return {"labels": labels.tolist(), "predicted": [p.tolist() for p in models], "interval": found}


means = [rng.exponential(size=12), rng.lognormal(0, 1.2, size=80), np.r_[np.zeros(95), rng.gamma(9, size=5)], -rng.exponential(size=30)]
print(json.dumps({
    "confidence": CONFIDENCE,
    "means": [{"values": v.tolist(), "interval": mean(v)} for v in means],
    "aucs": auc_cases(),
    "groups": groups(),
    "jackknife": jackknife(),
}))
