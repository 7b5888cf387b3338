# pip install scipy==1.17.1
"""Reference values for test/statistics/unseen.test.ts: new values, and how many of them chance brings.

    python test/reference/unseen.py > test/reference/unseen.json
"""
import itertools
import json
import math

from scipy import optimize, stats


def exact_tail(before, now):
    """P(as many unseen rows or more) over every split of the rows, by enumeration."""
    n, m = sum(before), sum(now)
    sums = [a + b for a, b in zip(before, now)]
    rows = [k for k, s in enumerate(sums) for _ in range(s)]
    unseen = sum(b for a, b in zip(before, now) if a == 0)
    reached = total = 0
    for chosen in itertools.combinations(range(n + m), m):
        drawn = [0] * len(sums)
        for i in chosen:
            drawn[rows[i]] += 1
        total += 1
        reached += sum(s for s, d in zip(sums, drawn) if s == d) >= unseen
    return reached / total


def chernoff(before, now):
    n, m = sum(before), sum(now)
    sums = [a + b for a, b in zip(before, now)]
    unseen = sum(b for a, b in zip(before, now) if a == 0)
    wholly = [math.comb(n + m - s, m - s) / math.comb(n + m, m) if s <= m else 0 for s in sums]
    if sum(s * h for s, h in zip(sums, wholly)) >= unseen:
        return 1.0
    log = lambda t: sum(math.log1p(h * math.expm1(t * s)) for s, h in zip(sums, wholly)) - t * unseen
    found = optimize.minimize_scalar(log, bounds=(0, 60), method="bounded", options={"xatol": 1e-12})
    return math.exp(found.fun)


def good_turing(n, once, twice, confidence=0.95):
    z = stats.norm.ppf((1 + confidence) / 2)
    value = once / n
    se = math.sqrt(once * (1 - value) + 2 * twice) / n
    poisson = stats.chi2.ppf((1 + confidence) / 2, 2 * once + 2) / 2 / n
    return {
        "n": n, "once": once, "twice": twice, "value": value, "standardError": se,
        "lower": max(0, value - z * se), "upper": min(1, max(value + z * se, poisson)),
    }


tables = [
    {"before": [3, 2, 1, 1, 0, 0], "now": [1, 1, 0, 0, 2, 3]},
    {"before": [5, 3, 1, 0, 0], "now": [2, 2, 1, 1, 1]},
    {"before": [1, 1, 1, 1, 1, 0, 0, 0, 0], "now": [0, 0, 0, 0, 1, 1, 1, 1, 1]},
    {"before": [4, 4, 0, 0, 0, 0], "now": [0, 1, 2, 2, 2, 1]},
]
print(json.dumps({
    "tails": [{**t, "exact": exact_tail(**t), "bound": chernoff(**t)} for t in tables],
    "goodTuring": [good_turing(*args) for args in [(1000, 130, 60), (500, 0, 0), (50, 3, 1), (20, 20, 0)]],
}, separators=(",", ":")))
