# A profile by whylogs: counts, missing, distinct (HyperLogLog), moments, quantiles (KLL), frequent items.
# pip install whylogs==1.6.4 numpy==1.26.4 pandas==2.2.3 pyarrow==17.0.0 (it needs numpy below 2)
import json
import resource
import sys

import pandas as pd
import whylogs as why

path = sys.argv[1]
df = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, parse_dates=["date"])
why.log(pandas=df).view().serialize()
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"processor": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024}))
