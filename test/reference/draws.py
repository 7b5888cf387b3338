"""Reference draws for test/statistics/random.test.ts, by the published algorithms in whole numbers of any size: splitmix32
(Weyl constant 0x9e3779b9, multipliers 0x21f0aaad and 0x735a2d97), xoshiro128++ (Blackman & Vigna 2021), geometric gaps
(Devroye 1986), BTRS (Hörmann 1993, table 1 of the constants), Box & Muller 1958, Marsaglia & Tsang 2000.
Needs only Python.

    python test/reference/draws.py > test/reference/draws.json
"""
import json
import math

M = 2**32 - 1


class Xoshiro:
    def __init__(self, seed):
        mixed = (seed ^ (seed >> 32)) & M
        self.state = []
        for _ in range(4):
            mixed = (mixed + 0x9E3779B9) & M
            z = mixed ^ (mixed >> 16)
            z = (z * 0x21F0AAAD) & M
            z = ((z ^ (z >> 15)) * 0x735A2D97) & M
            self.state.append(z ^ (z >> 15))

    def next32(self):
        s = self.state
        rotl = lambda x, k: ((x << k) | (x >> (32 - k))) & M
        result = (rotl((s[0] + s[3]) & M, 7) + s[0]) & M
        t = (s[1] << 9) & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)
        return result

    def uniform(self):
        high, low = self.next32() >> 5, self.next32() >> 6
        return (high * 2**26 + low) / 2**53


def btrs(rng, n, p):
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    alpha = (2.83 + 5.1 / b) * spread
    vr = 0.92 - 4.2 / b
    m = math.floor((n + 1) * p)
    while True:
        u, v = rng.uniform() - 0.5, rng.uniform()
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + c)
        if us >= 0.07 and v <= vr:
            return k
        if k < 0 or k > n:
            continue
        v = v * alpha / (a / (us * us) + b)
        # The ratio of the probabilities of k and of the mode.
        choose = lambda i: math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        if math.log(v) <= choose(k) - choose(m) + (k - m) * math.log(p / (1 - p)):
            return k


def gaps(rng, n, p):
    successes, position = 0, 0
    while True:
        position += math.floor(math.log(1 - rng.uniform()) / math.log(1 - p)) + 1
        if position > n:
            return successes
        successes += 1


def binomial(rng, n, p):
    if p > 0.5:
        return n - binomial(rng, n, 1 - p)
    return gaps(rng, n, p) if n * p < 10 else btrs(rng, n, p)


def normal(rng):
    return math.sqrt(-2 * math.log(1 - rng.uniform())) * math.cos(2 * math.pi * rng.uniform())


def gamma(rng, shape):
    if shape < 1:
        larger = gamma(rng, shape + 1)
        return larger * rng.uniform() ** (1 / shape)
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal(rng)
        v = (1 + c * x) ** 3
        if v <= 0:
            continue
        u = 1 - rng.uniform()
        if math.log(u) < x * x / 2 + d - d * v + d * math.log(v):
            return d * v


def many(count, seed, draw):
    rng = Xoshiro(seed)
    return [draw(rng) for _ in range(count)]


def sums(count, seed, n, p):
    """Sums that any other draw would change."""
    draws = many(count, seed, lambda rng: binomial(rng, n, p))
    return [sum(draws), sum(i * k for i, k in enumerate(draws))]


print(
    json.dumps(
        {
            "next32": [[seed, many(8, seed, Xoshiro.next32)] for seed in [0, 1, 42, 2**32 - 1, 2**32, 2**40 + 12345, 2**53 - 1]],
            "uniform": many(40, 5, Xoshiro.uniform),
            "exponential": many(10, 6, lambda rng: -math.log((rng.next32() + 0.5) / 2**32)),
            "normal": many(20, 7, normal),
            "gamma": [[shape, many(40, 8, lambda rng: gamma(rng, shape))] for shape in [0.05, 0.4, 0.99, 1, 2.5, 40]],
            "sums": [[n, p, sums(20000, 10, n, p)] for n, p in [(20, 0.5), (60, 0.17), (300, 0.4)]],
            "binomial": [[n, p, many(300, 9, lambda rng: binomial(rng, n, p))] for n, p in [(5, 0.2), (30, 0.02), (99, 0.1), (20, 0.5), (22, 0.48), (40, 0.26), (100, 0.1), (100, 0.93), (1000, 0.3), (50000, 0.7), (10**6, 0.00002)]],
        },
        separators=(",", ":"),
    )
)
