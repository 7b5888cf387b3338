# pip install scipy==1.17.1 numpy
"""Reference values for test/statistics/platt.test.ts: logistic recalibration by maximum likelihood.

    python test/reference/platt.py > test/reference/platt.json
"""
import json

import numpy as np
from scipy import optimize
from scipy.special import expit, logit


def case(seed, n, intercept, slope):
    rng = np.random.default_rng(seed)
    p = np.round(rng.uniform(0.02, 0.98, n), 4)
    came = (rng.uniform(size=n) < expit(intercept + slope * logit(p))).astype(int)
    weights = rng.integers(0, 4, n)
    x = logit(p)
    loss = lambda t: -np.sum(weights * (came * (t[0] + t[1] * x) - np.logaddexp(0, t[0] + t[1] * x)))
    found = optimize.minimize(loss, [0, 1], method="BFGS", options={"gtol": 1e-10})
    return {"p": p.tolist(), "came": came.tolist(), "weights": weights.tolist(), "fit": found.x.tolist()}


print(json.dumps([case(1, 60, 0, 1), case(2, 200, -0.7, 1.6), case(3, 200, 0.3, 0.5)], separators=(",", ":")))
