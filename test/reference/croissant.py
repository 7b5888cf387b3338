"""Holds test/reference/croissant.json, which test/dataset/identity/croissant.test.ts wants to be made, to mlcroissant:
it is valid, without an error, and its record sets can be loaded from the files that it describes.

    pip install mlcroissant==1.1.1
    python test/reference/croissant.py
"""
import json
import os
import pathlib
import sys
import tempfile

import mlcroissant

here = pathlib.Path(__file__).parent
fixture = json.loads((here / "croissant.json").read_text())
with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    for name, text in fixture["files"].items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "croissant.json").write_text(json.dumps(fixture["croissant"]))
    os.chdir(root)
    dataset = mlcroissant.Dataset(jsonld=root / "croissant.json")
    issues = dataset.metadata.ctx.issues
    assert not issues.errors, issues.report()
    for name, expected in fixture["records"].items():
        found = [
            {key.split("/")[1]: value.decode() if isinstance(value, bytes) else str(value) for key, value in record.items()}
            for record in dataset.records(record_set=name)
        ]
        assert found == expected, (name, found, expected)
print("valid, and loaded:", {name: len(rows) for name, rows in fixture["records"].items()})
sys.exit(0)
