/** The second half of the script: what is counted of the rows, and the answer. */
export const measuring = String.raw`
# --- measures

FINITE = "CAST('Infinity' AS DOUBLE)"
REGISTER_BITS = (1 << 50) - 1
MOMENTS = {"min": "lo", "max": "hi", "mean": "avg", "variance": "var"}


def rounding(kind, lo, hi):
    """How numbers with many values are made fewer; src/statistics/rounding.ts says the same."""
    close = lo * hi > 0 and hi - lo <= min(abs(lo), abs(hi))
    if kind not in ("date", "timestamp") and not close:
        return {"bits": 12}
    parts = (hi - lo) / 4096
    return {"step": 2.0 ** math.ceil(math.log2(parts)) if 0 < parts < math.inf else 1.0}


def is_text(column):
    return column["type"] in ("string", "boolean")


def totals(data):
    """Of every column and every check, in one scan."""
    wanted = ["count(*) AS rows"]
    for i, column in enumerate(data["columns"]):
        x = f"x{i}"
        wanted += [f"count({x}) AS n{i}", f"approx_count_distinct({x}, 0.02) AS d{i}"]
        if not is_text(column):
            finite = f"FILTER (WHERE abs({x}) < {FINITE})"
            wanted += [f"count({x}) {finite} AS fin{i}", f"min({x}) {finite} AS lo{i}", f"max({x}) {finite} AS hi{i}",
                       f"avg({x}) {finite} AS avg{i}", f"var_pop({x}) {finite} AS var{i}"]
    wanted += [f"count_if({check['sql']}) AS k{k}" for k, check in enumerate(data["checks"])]
    return spark.sql(f"SELECT {', '.join(wanted)} FROM {data['view']}").collect()[0].asDict()


def rounded(x, how):
    if how is None:
        return x
    if "step" in how:
        return f"floor({x} / {how['step']!r}D) * {how['step']!r}D"
    product = f"{x} * {float(2 ** (53 - how['bits']) + 1)!r}D"
    return f"CASE WHEN abs({x}) > 1e290D THEN {x} ELSE {product} - ({product} - {x}) END"


def grouped(data, plans):
    """Counts of many columns in one scan; part 3i holds values, 3i+1 lengths, 3i+2 registers."""
    rows = []
    for i, how in plans.items():
        text = is_text(data["columns"][i])
        x = f"x{i}" if text else f"CASE WHEN abs(x{i}) < {FINITE} THEN x{i} END"
        if text:
            rows += [f"{3 * i}, CAST(NULL AS DOUBLE), {x}, 0L", f"{3 * i + 1}, CAST(length({x}) AS DOUBLE), CAST(NULL AS STRING), 0L"]
        else:
            rows.append(f"{3 * i}, {rounded(f'({x})', how)}, CAST(NULL AS STRING), 0L")
        h = f"xxhash64({x})"
        register = f"CASE WHEN {x} IS NOT NULL THEN CAST(shiftrightunsigned({h}, 50) AS DOUBLE) END"
        rows.append(f"{3 * i + 2}, {register}, CAST(NULL AS STRING), {h} & {REGISTER_BITS}L")
    stack = f"SELECT stack({len(rows)}, {', '.join(rows)}) AS (part, num, txt, w) FROM {data['view']}"
    frame = spark.sql(f"SELECT part, num, txt, count(*) AS n, min(w) AS w FROM ({stack}) WHERE num IS NOT NULL OR txt IS NOT NULL GROUP BY part, num, txt")
    return frame.persist(StorageLevel.MEMORY_AND_DISK)


def count_values(data, found, limit):
    columns, out = data["columns"], {}
    # The estimate is within a few percent; what is few by it and many all the same is grouped once more.
    many = {i for i in range(len(columns)) if found[f"d{i}"] > limit * 1.2}
    plans = {i: plan(columns[i], found, i) if i in many else None for i in range(len(columns))}
    while plans:
        frame = grouped(data, plans)
        sizes = {row.part: row.n for row in frame.groupBy("part").count().withColumnRenamed("count", "n").collect()}
        texts = [i for i in plans if is_text(columns[i]) and sizes.get(3 * i, 0) > limit]
        again = {i for i in plans if i not in many and i not in texts and sizes.get(3 * i, 0) > limit}
        for i in plans:
            out[i] = {"how": plans[i], "values": [], "lengths": [], "registers": []}
        skip = [3 * i for i in texts] + [3 * i + k for i in again for k in range(3)]
        parts = frame if not skip else frame.filter(~frame.part.isin(skip))
        for row in parts.toLocalIterator():
            i, part = divmod(row.part, 3)
            if part == 0:
                out[i]["values"].append([row.txt if is_text(columns[i]) else row.num, row.n])
            elif part == 1:
                out[i]["lengths"].append([int(row.num), row.n])
            else:
                out[i]["registers"].append([int(row.num), 51 - row.w.bit_length()])
        for i in texts:
            own = frame.filter(f"part = {3 * i}")
            rows = own.filter("n > 1").orderBy("n", "txt", ascending=[False, True]).limit(limit + 1).collect()
            out[i]["values"], out[i]["top"] = [[row.txt, row.n] for row in rows], True
            rest = found[f"n{i}"] - sum(row.n for row in rows[:limit])
            out[i]["drawn"] = drawn(own, rest, columns[i])
        frame.unpersist()
        many |= again
        plans = {i: plan(columns[i], found, i) for i in again}
    return out


def drawn(texts, rest, column):
    """Some texts, with how many each stands for: the same ones each time, by their hash."""
    if column["type"] != "string":
        return None
    times = 2 ** max(0, math.ceil(math.log2(max(1, rest) / job["wordRows"])))
    rows = (texts.filter(f"pmod(xxhash64(txt), {times}) = 0").selectExpr(f"left(txt, {job['wordCharacters']}) AS txt", "n")
            .limit(2 * job["wordRows"]).collect())
    return {"times": times, "texts": [[row.txt, row.n] for row in rows]}


def plan(column, found, i):
    lo = None if is_text(column) else found[f"lo{i}"]
    return None if lo is None else rounding(column["type"], lo, found[f"hi{i}"])


def first_rows(data, source, limit, starts):
    """The first rows of each part of a source (part, f, n, shown), in one scan."""
    numbered = f"SELECT *, row_number() OVER (PARTITION BY part ORDER BY f, n, shown) AS nth FROM ({source})"
    found = {}
    for row in spark.sql(f"SELECT * FROM ({numbered}) WHERE nth <= {limit} ORDER BY part, nth").collect():
        example = {"file": data["at"][row.f], "value": row.shown}
        if row.n is not None:
            example["row"] = row.n - starts.get(row.f, 0) + 1
        found.setdefault(row.part, []).append(example)
    return found


def starts_of(data, number):
    """Number that the first record of each file has; the broken ones count too, as in the file."""
    if data["format"] != "csv":
        return {}
    return {row.f: row.n for row in spark.sql(f"SELECT f, min(n) AS n FROM all{number} GROUP BY f").collect()}


def examine(data, found, number, limit):
    """Count and first rows of what fails each check and each key."""
    failed = [k for k in range(len(data["checks"])) if found[f"k{k}"] > 0]
    doubled = [duplicates(data, check) for check in data["keys"]]
    starts = starts_of(data, number) if failed or any(count for count, _ in doubled) else {}
    rows = {}
    if failed:
        parts = [f"CASE WHEN {data['checks'][k]['sql']} THEN {k} END, left(CAST({data['checks'][k]['shown']} AS STRING), 200)" for k in failed]
        source = f"SELECT f, n, stack({len(parts)}, {', '.join(parts)}) AS (part, shown) FROM {data['view']}"
        rows = first_rows(data, f"SELECT * FROM ({source}) WHERE part IS NOT NULL", limit, starts)
    checks = [{"count": found[f"k{k}"], "examples": rows.get(k, [])} for k in range(len(data["checks"]))]
    keys = [{"count": count, "examples": first_rows(data, source, limit, starts).get(0, []) if count else []}
            for count, source in doubled]
    return checks, keys


def duplicates(data, check):
    """Rows beyond the first of each key; a key with a part missing is none."""
    keys = [f"v{i}" for i in check["columns"]]
    whole = " AND ".join([f"{key} IS NOT NULL" for key in keys] + [f"h{i}" for i in check["columns"]])
    listed = ", ".join(keys)
    groups = f"SELECT {listed}, count(*) AS times FROM {data['view']} WHERE {whole} GROUP BY {listed} HAVING count(*) > 1"
    count = spark.sql(f"SELECT coalesce(sum(times - 1), 0) AS n FROM ({groups})").collect()[0].n
    shown = f"left(concat_ws(', ', {', '.join([f'CAST({key} AS STRING)' for key in keys])}), 200)"
    same = " AND ".join([f"a.{key} <=> b.{key}" for key in keys])
    candidates = f"SELECT a.* FROM {data['view']} a LEFT SEMI JOIN ({groups}) b ON {same}"
    numbered = f"SELECT f, n, {shown} AS shown, row_number() OVER (PARTITION BY {listed} ORDER BY f, n) AS nth FROM ({candidates})"
    return int(count), f"SELECT 0 AS part, f, n, shown FROM ({numbered}) WHERE nth > 1"


def overlap(first, second):
    """Rows of the second set that are also in the first, equal in every column."""
    columns = range(len(first["columns"]))
    same = " AND ".join([f"a.v{i} <=> b.v{i}" for i in columns])
    there = " AND ".join([f"h{i}" for i in columns])
    sides = [f"(SELECT * FROM {data['view']} WHERE {there})" for data in (second, first)]
    return spark.sql(f"SELECT count(*) AS n FROM {sides[0]} a LEFT SEMI JOIN {sides[1]} b ON {same}").collect()[0].n


# --- answer

def answer_of(data, number):
    view(data, number)
    result = {"name": data["name"], "missing": data["missing"], "rows": 0,
              "files": [{key: value for key, value in file.items() if key not in ("uri", "line")} for file in data["files"]]}
    if "view" not in data:
        return result
    found = totals(data)
    checks, keys = examine(data, found, number, job["keptRows"])
    values = count_values(data, found, job["exactLimit"]) if job["profile"] else {}
    result.update({"rows": found["rows"], "checks": checks, "keys": keys})
    result["columns"] = [
        {"count": found[f"n{i}"], "nonFinite": 0 if is_text(column) else found[f"n{i}"] - found[f"fin{i}"],
         **{key: found.get(f"{short}{i}") for key, short in MOMENTS.items()}, **values.get(i, {})}
        for i, column in enumerate(data["columns"])
    ]
    return result


sets = [answer_of(data, number) for number, data in enumerate(job["sets"])]
answer = {"spark": spark.version, "sets": sets}
pair = [job["sets"][i] for i in job.get("overlap", [])]
if pair and all("view" in data for data in pair):
    answer["overlap"] = overlap(*pair)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(answer, file, allow_nan=False)
spark.stop()
`;
