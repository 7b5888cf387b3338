"""Reference values for test/statistics: special functions, Kolmogorov's and Smirnov's statistic, noncentral chi-square.
Computed to 50 digits by their definitions, except Pelz & Good's expansion, which is scipy's.
Needs mpmath (1.3 was used), scipy (1.17.1).

    python test/reference/distributions.py > test/reference/distributions.json
"""
import json

import mpmath as mp
from scipy.stats import _ksstats

mp.mp.dps = 50


def gamma():
    rows = [["lnGamma", [x], mp.loggamma(x)] for x in [0.01, 0.1, 0.3, 0.49, 0.5, 0.51, 0.8, 1.5, 3.7, 7.25, 9.5, 9.999, 10, 10.001, 25.5, 1e3, 1e6]]
    rest = lambda x: mp.loggamma(x) - ((x - mp.mpf(0.5)) * mp.log(x) - x + mp.log(2 * mp.pi) / 2)
    rows += [["stirlingRest", [x], rest(mp.mpf(x))] for x in [10, 11.5, 20, 150, 1e4]]
    beta = lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(mp.mpf(a) + b)
    pairs = [(0.5, 0.5), (2, 3), (9.9, 3), (3, 9.9), (9.9, 10), (10, 9.9), (4, 15), (15, 4), (0.3, 2e3), (10, 10), (10, 2e3), (250, 12), (1e5, 3e5)]
    rows += [["lnBeta", [a, b], beta(a, b)] for a, b in pairs]
    minus = lambda t: mp.log1p(t) - t
    rows += [["log1pMinus", [t], minus(mp.mpf(t))] for t in [-0.95, -0.41, -0.4, -0.39, -0.1, -1e-5, 1e-9, 1e-3, 0.2, 0.45, 0.59, 0.6, 0.61, 4]]
    return rows


def beta_inc(x, a, b, upper):
    x, a, b = mp.mpf(x), mp.mpf(a), mp.mpf(b)
    return mp.betainc(b, a, 0, 1 - x, regularized=True) if upper else mp.betainc(a, b, 0, x, regularized=True)


def incomplete():
    rows = []
    for x, a, b in [(0.3, 2, 5), (0.6, 2, 5), (0.05, 0.4, 0.7), (0.97, 0.4, 0.7), (0.4, 12, 15), (0.45, 12, 15), (0.7, 12, 15), (0.5, 10, 10), (0.2, 9.5, 30), (0.25, 30, 9.5), (0.9, 3, 0.5), (0.501, 400, 399)]:
        rows += [["betaInc", [x, a, b, upper], beta_inc(x, a, b, upper)] for upper in (False, True)]
        rows += [["lnBetaInc", [x, a, b, upper], mp.log(beta_inc(x, a, b, upper))] for upper in (False, True)]
    rows += [["lnBetaInc", [1e-3, 200, 300, False], mp.log(beta_inc(1e-3, 200, 300, False))]]
    rows += [["lnBetaInc", [0.9, 20, 700, True], mp.log(beta_inc(0.9, 20, 700, True))]]
    for a, x in [(0.5, 0.2), (0.5, 3), (3, 2), (3, 3.9), (3, 4.1), (9.5, 14), (10, 10.9), (10, 11.1), (30, 25), (30, 60), (200, 260), (1e4, 1e4)]:
        rows.append(["gammaInc", [a, x, False], mp.gammainc(a, 0, x, regularized=True)])
        rows.append(["gammaInc", [a, x, True], mp.gammainc(a, x, mp.inf, regularized=True)])
    for p in [1e-20, 0.003, 0.4, 0.5, 0.6, 0.98]:
        for a, b in [(0.5, 0.5), (2, 7), (12, 40)]:
            x = bisect(lambda u: beta_inc(1 / (1 + mp.exp(-u)), a, b, False), p, -120, 120)
            rows.append(["betaIncInverse", [p, a, b, False], 1 / (1 + mp.exp(-x))])
        for a in [0.5, 3, 25]:
            x = bisect(lambda u: mp.gammainc(a, 0, mp.exp(u), regularized=True), p, -120, 12)
            rows.append(["gammaIncInverse", [p, a, False], mp.exp(x)])
            x = bisect(lambda u: -mp.gammainc(a, mp.exp(u), mp.inf, regularized=True), -p, -120, 12)
            rows.append(["gammaIncInverse", [p, a, True], mp.exp(x)])
    return rows


def bisect(f, target, low, high):
    low, high = mp.mpf(low), mp.mpf(high)
    for _ in range(90):
        middle = (low + high) / 2
        if f(middle) < mp.mpf(target):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def durbin(n, d):
    """P(D_n < d), Marsaglia, Tsang & Wang 2003, in 50 digits."""
    d = mp.mpf(d)
    k = int(mp.ceil(n * d))
    h = k - n * d
    m = 2 * k - 1
    a = mp.matrix(m, m)
    for i in range(m):
        for j in range(m):
            a[i, j] = 1 if i - j + 1 >= 0 else 0
    for i in range(m):
        a[i, 0] -= h ** (i + 1)
        a[m - 1, i] -= h ** (m - i)
    a[m - 1, 0] += (2 * h - 1) ** m if 2 * h > 1 else 0
    for i in range(m):
        for j in range(min(i + 2, m)):
            a[i, j] /= mp.factorial(i - j + 1)
    return (a**n)[k - 1, k - 1] * mp.factorial(n) / mp.mpf(n) ** n


def smirnov(n, d):
    """P(D_n+ >= d), Birnbaum & Tingey 1951."""
    d = mp.mpf(d)
    return d * sum(mp.binomial(n, j) * (d + mp.mpf(j) / n) ** (j - 1) * (1 - d - mp.mpf(j) / n) ** (n - j) for j in range(int(mp.floor(n * (1 - d))) + 1))


def kolmogorov():
    exact = [(1, 0.7), (2, 0.6), (3, 0.4), (5, 0.11), (5, 0.15), (5, 0.19), (5, 0.35), (5, 0.85), (10, 0.274), (10, 0.45), (10, 0.6), (30, 0.1), (30, 0.25), (30, 0.36), (140, 0.05), (140, 0.11), (140, 0.125), (140, 0.15), (160, 0.04), (500, 0.012), (1000, 0.0115)]
    return {
        "exact": [[n, d, 1 - durbin(n, d)] for n, d in exact],
        "smirnov": [[n, d, smirnov(n, d)] for n, d in [(1, 0.3), (7, 0.2), (20, 0.5), (141, 0.15), (300, 0.12)]],
        "pelzGood": [[n, d, _ksstats._kolmogn_PelzGood(n, d, cdf=False)] for n, d in [(200, 0.06), (200, 0.1), (1000, 0.03), (5000, 0.015), (100000, 0.004), (100001, 0.003), (1000000, 0.001)]],
    }


def noncentral(x, df, lam):
    """P of the noncentral chi-square, a Poisson mixture of all terms that count."""
    x, lam = mp.mpf(x), mp.mpf(lam)
    term = lambda j: mp.exp(-lam / 2 + j * mp.log(lam / 2) - mp.loggamma(j + 1)) if lam > 0 else mp.mpf(j == 0)
    middle = int(lam / 2)
    return sum(term(j) * mp.gammainc(mp.mpf(df) / 2 + j, x / 2, mp.inf, regularized=True) for j in range(max(0, middle - 900), middle + 900) if term(j) > mp.mpf(10) ** -30)


def numbers(rows):
    return [[*row[:-1], float(row[-1])] for row in rows]


print(
    json.dumps(
        {
            "gamma": numbers(gamma()),
            "incomplete": numbers(incomplete()),
            "kolmogorov": {name: numbers(rows) for name, rows in kolmogorov().items()},
            "noncentral": numbers([[x, df, lam, noncentral(x, df, lam)] for x, df, lam in [(3.84, 1, 0.5), (3.84, 1, 7.85), (16.9, 9, 15), (30, 20, 2), (130, 100, 900), (4000, 5, 4000), (20, 4, 600)]]),
        },
        separators=(",", ":"),
    )
)
