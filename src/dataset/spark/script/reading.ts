/**
 * What `spark-submit` runs: job.json in, answer.json out. All SQL of columns and checks comes in the job; here it is
 * decided by what the data turns out to be. Needs Spark 3.4 or newer, and nothing beside it.
 * Column i of a set is, in every query: r{i} as the file has it, v{i} as its type, x{i} as the profile counts it,
 * h{i} whether the file has it at all, m{i} whether the file's type can stand for it.
 */
export const reading = String.raw`
import csv, json, math, re, sys
from multiprocessing.pool import ThreadPool
from pyspark import StorageLevel
from pyspark.sql import SparkSession

TICK = chr(96)
EMPTY = "\u0001empty\u0001"
LARGE = 256 * 2**20

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
spark = SparkSession.builder.appName("mlops validate-data").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
spark.conf.set("spark.sql.ansi.enabled", "false")
spark.conf.set("spark.sql.parser.escapedStringLiterals", "false")
spark.conf.set("spark.sql.mapKeyDedupPolicy", "LAST_WIN")
# Else a row of which few columns are asked for is not seen to be ragged.
spark.conf.set("spark.sql.csv.parser.columnPruning.enabled", "false")
jvm, hadoop = spark.sparkContext._jvm, spark.sparkContext._jsc.hadoopConfiguration()
Path = jvm.org.apache.hadoop.fs.Path


def name(text):
    return TICK + text.replace(TICK, TICK + TICK) + TICK


def in_threads(work, items):
    with ThreadPool(16) as pool:
        return pool.map(work, items)


def literal(paths):
    """Paths for a reader that takes them for globs."""
    return [re.sub(r"([\\*?\[\]{}])", r"\\\1", path) for path in paths]


# --- files

def walk(fs, status):
    leaf = status.getPath().getName()
    if leaf.startswith((".", "_")):
        return []
    if status.isDirectory():
        return [found for inner in fs.listStatus(status.getPath()) for found in walk(fs, inner)]
    path = status.getPath()
    return [{"path": path.toString(), "uri": path.toUri().toString(), "bytes": status.getLen()}]


def files_of(patterns):
    found, missing = {}, []
    for pattern in patterns:
        path = Path(pattern)
        fs = path.getFileSystem(hadoop)
        files = [file for status in fs.globStatus(path) or [] for file in walk(fs, status)]
        if not files:
            missing.append(pattern)
        for file in sorted(files, key=lambda file: file["path"]):
            found.setdefault(file["path"], file)
    return list(found.values()), missing


def digest(files):
    small = [file["path"] for file in files if file["bytes"] <= LARGE]
    known = {}
    if small:
        rows = spark.read.format("binaryFile").load(literal(small)).selectExpr("path", "sha2(content, 256) AS h").collect()
        known = {row.path: row.h for row in rows}

    def one(file):
        if file["path"] in known:
            return known[file["path"]]
        path = Path(file["path"])
        stream = path.getFileSystem(hadoop).open(path)
        try:
            return jvm.org.apache.commons.codec.digest.DigestUtils.sha256Hex(stream)
        finally:
            stream.close()

    for file, found in zip(files, in_threads(one, files)):
        file["sha256"] = found


def look(file, kind):
    """What is wrong with a file as such; of CSV also its header line."""
    if file["bytes"] == 0:
        return "empty-file"
    path = Path(file["path"])
    stream = path.getFileSystem(hadoop).open(path)
    try:
        head = bytes(stream.read() & 255 for _ in range(4))
        if kind == "parquet":
            if head != b"PAR1":
                return "unreadable"
            stream.seek(file["bytes"] - 4)
            return None if bytes(stream.read() & 255 for _ in range(4)) == b"PAR1" else "truncated"
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "encoding"
        if kind != "csv":
            return None
        stream.seek(0)
        codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(hadoop).getCodec(path)
        plain = stream if codec is None else codec.createInputStream(stream)
        reader = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(plain, "UTF-8"))
        line = reader.readLine()
        while line is not None and (line.strip("\ufeff") == "" or line.count('"') % 2 == 1):
            more = reader.readLine()
            line = more if more is None or line.strip("\ufeff") == "" else line + "\n" + more
        if line is None:
            return "empty-file"
        file["line"] = line.lstrip("\ufeff")
        return None
    finally:
        stream.close()


def header_of(line, columns):
    wanted = {column["name"] for column in columns}
    best = None
    for delimiter in [",", ";", "\t", "|"]:
        names = [field.strip() for field in next(csv.reader([line], delimiter=delimiter))]
        score = len([field for field in names if field in wanted])
        if best is None or score > best[0]:
            best = (score, delimiter, names)
    return best[1], tuple(best[2])


# --- frames

WORDS = {"tinyint": "integer", "smallint": "integer", "int": "integer", "bigint": "integer", "float": "number",
         "double": "number", "string": "string", "boolean": "boolean", "date": "date", "timestamp": "timestamp",
         "timestamp_ntz": "timestamp"}


def word(dtype):
    return "number" if dtype.startswith("decimal") else WORDS.get(dtype)


def fill(template, column):
    return template.replace("{c}", column)


def valued(frame, first, columns, raws, templates):
    """The rows with r, h, m and v of every column."""
    there, typed = [raw is not None for raw in raws], [template is not None for template in templates]
    frame = frame.selectExpr(*first, *[f"{raw or 'CAST(NULL AS STRING)'} AS r{i}" for i, raw in enumerate(raws)])
    selected = []
    for i, column in enumerate(columns):
        value = fill(templates[i] or column["parsed"], f"r{i}" if typed[i] else f"CAST(r{i} AS STRING)")
        selected += [f"r{i}", f"{value} AS v{i}", f"{str(there[i]).lower()} AS h{i}",
                     f"{str(there[i] and not typed[i]).lower()} AS m{i}"]
    return frame.selectExpr("f", "n", "bad", "any", *selected)


def of_texts(frame, first, columns, text_of):
    raws = []
    for column in columns:
        text = text_of(column["name"])
        raws.append(None if text is None else fill(column["rawText"], text))
    return valued(frame, first, columns, raws, [column["parsed"] for column in columns])


def csv_frames(files, columns):
    groups = {}
    for file in files:
        groups.setdefault(header_of(file["line"], columns), []).append(file)
    for (delimiter, header), members in groups.items():
        for file in members:
            file["columns"] = list(header)
        schema = ", ".join([f"c{i} STRING" for i in range(len(header))] + ["bad STRING"])
        frame = (spark.read.schema(schema)
                 .options(header=True, multiLine=True, sep=delimiter, quote='"', escape='"', emptyValue=EMPTY,
                          maxCharsPerColumn=-1, maxColumns=100000, mode="PERMISSIVE", columnNameOfCorruptRecord="bad")
                 .csv(literal([file["path"] for file in members])))

        def text_of(wanted):
            if wanted not in header:
                return None
            c = f"c{header.index(wanted)}"
            return f"(CASE WHEN {c} = '{EMPTY}' THEN '' ELSE {c} END)"

        # A file that may hold a line break in quotes is read by one task, so that its records can be counted off.
        first = ["_metadata.file_path AS f", "monotonically_increasing_id() AS n", "bad IS NOT NULL AS bad", "c0 AS any"]
        yield of_texts(frame, first, columns, text_of)


def json_frames(files, columns):
    for file in files:
        file["columns"] = [column["name"] for column in columns]
    schema = ", ".join([f"{name(column['name'])} STRING" for column in columns] + ["__bad STRING"])
    frame = (spark.read.schema(schema).options(mode="PERMISSIVE", columnNameOfCorruptRecord="__bad")
             .json(literal([file["path"] for file in files])))
    first = ["_metadata.file_path AS f", "CAST(NULL AS BIGINT) AS n", "__bad IS NOT NULL AS bad",
             f"{name(columns[0]['name'])} AS any"]
    yield of_texts(frame, first, columns, name)


def parquet_frames(files, columns):
    roots = {file["path"].split("=")[0].rpartition("/")[0] for file in files if re.search(r"/[^/]+=[^/]*/", file["path"])}
    reader = spark.read.option("mergeSchema", "true")
    if len(roots) == 1:
        reader = reader.option("basePath", roots.pop())
    frame = reader.parquet(*literal([file["path"] for file in files]))
    found = dict(frame.dtypes)
    for file in files:
        file["columns"], file["types"] = list(found), found
    raws = [fill(column["rawTyped"], name(column["name"])) if column["name"] in found else None for column in columns]
    templates = [column["converted"].get(word(found.get(column["name"], "")) or "") for column in columns]
    yield valued(frame, ["_metadata.file_path AS f", "_metadata.row_index AS n", "false AS bad", "1 AS any"], columns, raws, templates)


FRAMES = {"csv": csv_frames, "jsonl": json_frames, "parquet": parquet_frames}


def view(data, number):
    """Registers the rows of a set as views: all{number} with the broken records, set{number} without."""
    files, data["missing"] = files_of(data["patterns"])
    data["files"] = files
    if data["missing"]:
        return
    digest(files)
    for file, problem in zip(files, in_threads(lambda file: look(file, data["format"]), files)):
        if problem is not None:
            file["defect"] = problem
    whole = [file for file in files if "defect" not in file]
    if not whole:
        return
    columns = data["columns"]
    frames = list(FRAMES[data["format"]](whole, columns))
    union = frames[0]
    for frame in frames[1:]:
        union = union.union(frame)
    union.createOrReplaceTempView(f"all{number}")
    values = ", ".join([f"r{i}, v{i}, h{i}, m{i}, {column['profiled']} AS x{i}" for i, column in enumerate(columns)])
    spark.sql(f"CREATE OR REPLACE TEMP VIEW set{number} AS SELECT f, n, any, {values} FROM all{number} WHERE NOT bad")
    data["at"] = {file[key]: k for k, file in enumerate(files) for key in ("path", "uri")}
    for file in files:
        file["rows"], file["rejected"] = 0, 0
    for row in spark.sql(f"SELECT f, count_if(NOT bad) AS n, count_if(bad) AS b, count(any) AS any FROM all{number} GROUP BY f").collect():
        file = files[data["at"][row.f]]
        file["rows"], file["rejected"] = row.n, row.b
    data["view"] = f"set{number}"
`;
