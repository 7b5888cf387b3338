"""Reference values of the detectors of concept drift, step by step, and of the betting test.

pip install river==0.26.1 numpy==2.4.6
python test/reference/concept.py > test/reference/concept.json
"""
import json
import math
import sys
from importlib.metadata import version

from river import drift

# Streams are made by integer arithmetic, so that the tests make the same ones.
def stream(kind, n):
    state = 12345
    out = []
    for i in range(n):
        state = (1103515245 * state + 12345) % 2147483648
        u = state / 2147483648
        if kind == "errors":
            p = 0.1 if i < n // 2 else 0.25
            out.append(1 if u < p else 0)
        elif kind == "steady":
            out.append(1 if u < 0.15 else 0)
        else:
            out.append(round(u + (0 if i < n // 3 else 0.4 if i < 2 * n // 3 else -0.3), 6))
    return out


streams = {"errors": stream("errors", 4000), "steady": stream("steady", 4000), "values": stream("values", 3000)}
out = {"river": version("river"), "sums": {k: sum(v) for k, v in streams.items()}, "detectors": []}


def run(method, make, settings, names):
    for name in names:
        detector = make()
        alarms, warnings, trail = [], 0, []
        for i, x in enumerate(streams[name]):
            detector.update(x)
            if detector.drift_detected:
                alarms.append(i)
            if method == "ddm" and detector.warning_detected:
                warnings += 1
            if method == "adwin" and i % 250 == 249:
                trail.append([detector.width, detector.total, detector.variance])
            if method == "page-hinkley" and i % 250 == 249:
                trail.append([detector._x_mean.get(), detector._sum_increase, detector._sum_decrease])
            if method == "ddm" and i % 250 == 249:
                trail.append([detector._p.get(), detector._p_min or 0, detector._s_min or 0])
        out["detectors"].append({
            "method": method, "stream": name, "settings": settings, "alarms": alarms, "warnings": warnings, "trail": trail,
        })


both = ["errors", "steady", "values"]
run("page-hinkley", drift.PageHinkley, {}, both)
run("page-hinkley", lambda: drift.PageHinkley(min_instances=50, delta=0.01, threshold=20, alpha=0.999),
    {"minimum": 50, "delta": 0.01, "threshold": 20, "forgetting": 0.999}, both)
run("adwin", drift.ADWIN, {}, both)
run("adwin", lambda: drift.ADWIN(delta=0.3, clock=8, max_buckets=3, min_window_length=2, grace_period=30),
    {"delta": 0.3, "clock": 8, "maxBuckets": 3, "minimum": 2, "grace": 30}, both)
run("ddm", drift.binary.DDM, {}, ["errors", "steady"])
run("ddm", lambda: drift.binary.DDM(warm_start=100, warning_threshold=1.5, drift_threshold=2.5),
    {"minimum": 100, "warning": 1.5, "drift": 2.5}, ["errors", "steady"])


# Waudby-Smith & Ramdas 2024: running mean and variance as in their section 3, from 1/2 and 1/4 on.
def bets(xs, m, fraction):
    log = 0.0
    mean_sum, square_sum = 0.5, 0.25
    for t, x in enumerate(xs, start=1):
        log += math.log(1 + fraction(t, mean_sum / t, square_sum / t) * (x - m))
        mean_sum += x
        square_sum += (x - mean_sum / (t + 1)) ** 2
    return log


# Known values of the hedged capital with predictable plug-in bets hold the running moments above to the paper.
facts, m, alpha = [0, 1, 1, 0, 1, 1, 1, 0, 1, 1] * 10, 0.5, 0.05
for n, known in [(10, 1.06787109), (50, 15.26220793), (100, 208.56105476)]:
    plug_in = lambda t, _, v: min(math.sqrt(2 * math.log(2 / alpha) / (t * math.log(1 + t) * v)), 0.5 / m)
    assert abs(0.5 * math.exp(bets(facts[:n], m, plug_in)) - known) < 1e-7 * known


# The approximate GRAPA bet for "the mean is at most m" (section B.2): never against, at most half of what could be lost.
def grapa(m):
    return lambda t, mean, variance: min(max((mean - m) / (variance + (mean - m) ** 2), 0), 0.5 / m)


out["betting"] = [
    {"stream": name, "n": n, "m": m, "logWealth": bets(streams[name][:n], m, grapa(m))}
    for name, n, m in [("errors", 1000, 0.12), ("errors", 4000, 0.12), ("steady", 2000, 0.1), ("steady", 500, 0.5)]
]
json.dump(out, sys.stdout, indent=1)
print()
