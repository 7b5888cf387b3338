"""Reference values for test/dataset/identity: what dvc records, and the logical digest by its definition alone.

    pip install dvc==3.67.1
    python test/reference/identity.py > test/reference/identity.json
"""
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

FILES = {
    "2001-01.csv": "day,origin,delay\n2001-01-01,JFK,1\n",
    "2001-02.csv": "day,origin,delay\r\n2001-02-01,LAX,-3\r\n",
    "sub/zürich 1.csv": "day,origin,delay\n2001-03-01,ZRH,\n",
    "sub/\"quoted\".csv": "",
    "sub-a.csv": "x\n1\n",
    "\U0001f6eb.csv": "x\n2\n",
    "\uff21.csv": "x\n3\n",
}


def dvc():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in FILES.items():
            path = root / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        run = lambda *args: subprocess.run([sys.executable, "-m", "dvc", *args], cwd=root, check=True, capture_output=True)
        run("init", "--no-scm")
        run("add", "data")
        (root / "one.csv").write_bytes(FILES["2001-02.csv"].encode())
        run("add", "one.csv")
        md5 = lambda name: re.search(r"md5: (\S+)", (root / name).read_text()).group(1)
        return {"files": FILES, "folder": md5("data.dvc"), "file": {"name": "2001-02.csv", "md5": md5("one.csv.dvc")}}


# None is no value; ("!", text) is one that is not of its column's type.
COLUMNS = {"amount": "number", "day": "date", "at": "timestamp", "name": "string", "ok": "boolean", "size": "integer"}
NUMBERS = [0.0, -0.0, 1.0, 0.1, 1e16, 1.5e-7, 123456789012345680.0, -2.5, 5e-324, 1.7976931348623157e308, 1 / 3, 2.0, None, ("!", "12,5")]
NAMES = ["JFK", "", "a,b", "3:abc", "Zürich", "\U0001f6eb\u200d", "e\u0301", "\u00e9", " x ", "line\nbreak", None, "!1:x", '"', "nan"]


def rows():
    made = []
    for i, (number, name) in enumerate(zip(NUMBERS, NAMES)):
        made.append({
            "amount": number,
            "day": None if i == 3 else (datetime.date(1969, 12, 30) + datetime.timedelta(days=i)).isoformat(),
            "at": None if i == 5 else f"2001-01-{i + 1:02d} 10:00:00.{i:06d}",
            "name": name,
            "ok": [True, False, None, ("!", "yes")][i % 4],
            "size": [i - 5, None, 2**53 + i, ("!", "1.5")][i % 4],
        })
    return made + [made[0], made[1], made[1]]


def canonical(kind, value):
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f"!{len(value[1])}:{value[1]}"
    if kind == "number":
        return repr(value + 0.0)
    if kind == "boolean":
        return "t" if value else "f"
    if kind == "date":
        return str((datetime.date.fromisoformat(value) - datetime.date(1970, 1, 1)).days)
    if kind == "timestamp":
        delta = datetime.datetime.fromisoformat(value) - datetime.datetime(1970, 1, 1)
        return str(delta // datetime.timedelta(microseconds=1))
    if kind == "string":
        return f"{len(value)}:{value}"
    return str(value)


def logical(table):
    names = sorted(COLUMNS, key=lambda name: name.encode())
    total = 0
    for row in table:
        text = ",".join(canonical(COLUMNS[name], row[name]) for name in names)
        total += int.from_bytes(hashlib.md5(text.encode()).digest(), "little")
    total = f"{total % 2**128:032x}"
    header = {"version": 1, "columns": [[name, COLUMNS[name]] for name in names], "rows": len(table), "sum": total}
    digest = hashlib.sha256(json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    return {"digest": f"logical1:{digest}", "sum": total}


table = rows()
print(json.dumps({"dvc": dvc(), "logical": {"columns": COLUMNS, "rows": table, **logical(table)}}, indent=1))
