"""Run lengths of control charts by Markov chains (Brook & Evans 1972), and Q statistics: another way than src/statistics/charts.ts takes.

pip install scipy==1.17.1 numpy==2.4.6
python test/reference/charts.py > test/reference/charts.json
"""
import json
import sys

import numpy as np
import scipy
from scipy.stats import norm, t


def chain(transition, start):
    n = transition.shape[0]
    return float(np.linalg.solve(np.eye(n) - transition, np.ones(n))[start])


def cusum_side(h, k, shift, states):
    # States are intervals of width 2w around 0, 2w, 4w, …; everything at or below 0 is the first.
    w = h / (2 * states - 1)
    centres = 2 * w * np.arange(states)
    upper = norm.cdf(centres[None, :] + w - centres[:, None] + k - shift)
    lower = norm.cdf(centres[None, :] - w - centres[:, None] + k - shift)
    lower[:, 0] = 0
    return chain(upper - lower, 0)


def ewma_chain(lam, limit, shift, states):
    h = limit * np.sqrt(lam / (2 - lam))
    w = h / states
    centres = -h + w * (2 * np.arange(states) + 1)
    at = lambda edge: norm.cdf((edge[None, :] - (1 - lam) * centres[:, None]) / lam - shift)
    return chain(at(centres + w) - at(centres - w), states // 2)


def extrapolated(of):
    # The error of the chain falls with the square of the states: two steps of Richardson's extrapolation.
    a, b, c = of(201), of(403), of(807)
    ratio = 4.0
    one, two = b + (b - a) / (ratio - 1), c + (c - b) / (ratio - 1)
    return two + (two - one) / (ratio ** 2 - 1)


out = {"scipy": scipy.__version__, "cusum": [], "ewma": [], "shewhart": [], "q": [], "factor": []}
for h, k in [(4, 0.5), (4.7749, 0.5), (5, 0.5), (8, 0.25), (2.5, 1)]:
    for shift in [0, 0.5, 1, 2]:
        one = extrapolated(lambda s: cusum_side(h, k, shift, s))
        other = extrapolated(lambda s: cusum_side(h, k, -shift, s))
        out["cusum"].append({"h": h, "k": k, "shift": shift, "arl": 1 / (1 / one + 1 / other)})
for lam, limit in [(0.1, 2.814), (0.2, 2.962), (0.05, 2.615), (0.4, 3.054)]:
    for shift in [0, 0.5, 1, 2]:
        out["ewma"].append({"lambda": lam, "limit": limit, "shift": shift,
                            "arl": extrapolated(lambda s: ewma_chain(lam, limit, shift, s))})
for limit, shift in [(3, 0), (3, 1), (2.5, 0.5)]:
    out["shewhart"].append({"limit": limit, "shift": shift, "arl": 1 / (norm.sf(limit - shift) + norm.cdf(-limit - shift))})
values = [3.1, 2.7, 3.4, 2.9, 3.05, 3.6, 2.4, 5.2, 3.0, 1.1]
for i in range(2, len(values)):
    before = np.array(values[:i])
    score = (values[i] - before.mean()) / (before.std(ddof=1) * np.sqrt(1 + 1 / i))
    out["q"].append({"before": values[:i], "x": values[i], "z": float(np.sign(score) * norm.isf(t.sf(abs(score), i - 1)))})
for n, p in [(10, 0.0027), (5, 0.0027), (30, 0.01), (3, 0.05)]:
    out["factor"].append({"n": n, "p": p, "factor": float(t.isf(p / 2, n - 1) * np.sqrt(1 + 1 / n))})
json.dump(out, sys.stdout, indent=1)
print()
