# pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
"""Intervals that the gate's rules stand on: relative changes, unpaired differences, reused hold-out rows."""

import json
from pathlib import Path

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint


def fieller(first, second, confidence):
    """Relative changes rho that the paired test of mean(first - (1 + rho) second) = 0 does not reject."""
    z = stats.norm.ppf(confidence)
    n = len(first)

    def statistic(rho):
        rest = first - (1 + rho) * second
        return rest.mean() / np.sqrt(rest.var(ddof=1) / n)

    value = first.mean() / second.mean() - 1
    return {
        "value": value,
        "lower": optimize.brentq(lambda rho: statistic(rho) - z, value - 0.9, value, xtol=1e-15, rtol=1e-14),
        "upper": optimize.brentq(lambda rho: statistic(rho) + z, value, value + 3, xtol=1e-15, rtol=1e-14),
        "first": {"mean": first.mean(), "variance": first.var(ddof=1) / n},
        "second": {"mean": second.mean(), "variance": second.var(ddof=1) / n},
        "differenceVariance": (first - second).var(ddof=1) / n,
        "z": z,
    }


def newcombe(k1, n1, k2, n2, confidence):
    """statsmodels' name for the square-and-add interval of two Wilson intervals."""
    wilson = [proportion_confint(k, n, alpha=1 - confidence, method="wilson") for k, n in ((k1, n1), (k2, n2))]
    both = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff", alpha=1 - confidence)
    return {"counts": [k1, n1, k2, n2], "intervals": [[float(x) for x in w] for w in wilson], "difference": [float(x) for x in both]}


def reused(use, alpha):
    """Where half of chi-square(use - 1) and half of chi-square(use) exceed the square with probability alpha."""

    def exceeds(c):
        below = stats.chi2.sf(c * c, use - 1) if use > 1 else 0.0
        return (below + stats.chi2.sf(c * c, use)) / 2

    return {"use": use, "alpha": alpha, "critical": optimize.brentq(lambda c: exceeds(c) - alpha, 1e-9, 60, xtol=1e-13, rtol=1e-14)}


i = np.arange(60)
base = 0.4 + ((i * 37) % 101) / 101
shift = ((i * 53) % 89) / 890
reference = {
    "fieller": [
        fieller(base + shift, base, 0.95),
        fieller(base - shift * 2, base + 0.1, 0.9),
        fieller(base - shift, base, 0.995),
    ],
    "newcombe": [newcombe(70, 100, 60, 90, 0.9), newcombe(9, 10, 3, 10, 0.95), newcombe(497, 500, 450, 500, 0.99)],
    "reused": [reused(use, alpha) for use in (1, 2, 3, 10, 40) for alpha in (0.05, 0.01, 1e-5)],
}
path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps(reference, indent=1) + "\n")
