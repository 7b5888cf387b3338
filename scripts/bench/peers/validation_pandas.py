# The checks of scripts/bench/validation.yaml, written by hand over pandas.
# pip install pandas==2.2.3 pyarrow==17.0.0
import json
import resource
import sys
import time

started = time.time()
import pandas as pd

path = sys.argv[1]
df = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, parse_dates=["date"])
n = len(df)
failed = []


def check(name, bad):
    count = int(bad.sum())
    if count > 0:
        failed.append((name, count, list(df.index[bad][:5])))


for column in ["id", "date", "delay", "distance", "origin", "destination", "fare", "tail"]:
    check(f"{column} required", df[column].isna())
check("id unique", df["id"].duplicated())
check("id, date unique", df.duplicated(["id", "date"]))
for column, low, high in [
    ("id", 0, None),
    ("date", pd.Timestamp("2001-01-01"), pd.Timestamp("2001-12-31 23:59:59")),
    ("delay", -2000, 2000),
    ("distance", 1, 6000),
    ("fare", 0, 10000),
]:
    check(f"{column} minimum", df[column] < low)
    if high is not None:
        check(f"{column} maximum", df[column] > high)
scaled = df["fare"] / 0.01
check("fare multiple", (scaled - scaled.round()).abs() > 1e-9 * scaled.abs().clip(lower=1))
for column in ["origin", "destination"]:
    check(f"{column} pattern", ~df[column].str.fullmatch("[A-Z]{3}").astype(bool))
    check(f"{column} minLength", df[column].str.len() < 3)
    check(f"{column} maxLength", df[column].str.len() > 3)
check("tail pattern", ~df["tail"].str.fullmatch("N[0-9]{3}[A-E]").astype(bool))
check("tail minLength", df["tail"].str.len() < 5)
check("note maxLength", df["note"].str.len() > 100)
nulls = df["note"].isna().mean()
print(
    json.dumps(
        {
            "rows": n,
            "failed": failed,
            "nulls": nulls,
            "seconds": time.time() - started,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        },
        default=str,
    )
)
