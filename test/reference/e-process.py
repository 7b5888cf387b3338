"""Reference values for src/statistics/e-process.ts, by scipy: python e-process.py > e-process.json

Needs scipy 1.17. The one-sided values come from numerical integration of the cut prior,
not from the closed form that the module uses.
"""
import json
import math
import sys

import scipy
from scipy.integrate import quad
from scipy.special import betainc, betaincc, betaln


def two_sided(k, n, theta, concentration):
    a, b = concentration * theta, concentration * (1 - theta)
    return betaln(a + k, b + n - k) - betaln(a, b) - k * math.log(theta) - (n - k) * math.log1p(-theta)


def one_sided(k, n, theta, concentration, above):
    a, b = concentration * theta, concentration * (1 - theta)
    tail = betaincc if above else betainc
    return two_sided(k, n, theta, concentration) + math.log(tail(a + k, b + n - k, theta)) - math.log(tail(a, b, theta))


def by_integration(k, n, theta, concentration, above):
    a, b = concentration * theta, concentration * (1 - theta)

    def likelihood_ratio(x):
        return math.exp(
            k * math.log(x / theta) + (n - k) * (math.log1p(-x) - math.log1p(-theta))
            + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - betaln(a, b)
        )

    low, high = (theta, 1 - 1e-15) if above else (1e-300, theta)
    value, _ = quad(likelihood_ratio, low, high, epsabs=0, epsrel=1e-12, limit=2000)
    tail = betaincc if above else betainc
    return math.log(value) - math.log(tail(a, b, theta))


cases = [
    (8, 20, 0.1, 10), (3, 60, 0.18181818, 10), (550, 1000, 0.5, 100), (80, 100, 0.9, 100), (0, 1, 0.5, 10),
    (0, 0, 0.3, 10), (120, 400, 0.25, 10), (11, 130, 2 / 11, 10), (1500, 60000, 0.02, 10), (0, 3000, 0.001, 10),
    (5, 5, 0.05, 10), (900, 1000, 0.5, 10), (40, 1000, 0.5, 10), (30, 40, 0.6, 25), (2, 4000, 0.001, 10),
]
out = {"scipy": scipy.__version__, "cases": []}
for k, n, theta, concentration in cases:
    above = one_sided(k, n, theta, concentration, True)
    below = one_sided(k, n, theta, concentration, False)
    # The integral is an independent way to the same number where the integrand is tame.
    if concentration * theta >= 1 and 0 < k < n and n <= 1000:
        assert abs(by_integration(k, n, theta, concentration, True) - above) < 1e-8, (k, n)
        assert abs(by_integration(k, n, theta, concentration, False) - below) < 1e-8, (k, n)
    out["cases"].append({
        "k": k, "n": n, "theta": theta, "concentration": concentration,
        "twoSided": two_sided(k, n, theta, concentration), "above": above, "below": below,
    })
json.dump(out, sys.stdout, indent=1)
print()
