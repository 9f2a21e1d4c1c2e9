"""Writing records of apps as open data: once a day, under another name first, so that a file that is there is whole."""

import csv
import gzip
import json
import os
import threading
from datetime import date
from pathlib import Path
from typing import IO

from tinhso.blocks.audit import services as audit
from tinhso.blocks.open_data.contract import OpenRecords
from tinhso.blocks.open_data.queries import datasets
from tinhso.blocks.open_data.queries import records as queries
from tinhso.kernel.actor import Actor
from tinhso.kernel.cells import harmless_row


def write_all(*, day: date) -> int:
    """Write every file of a day and let those of other days go; says how many were written."""
    written = 0
    for open_records in queries.all_records():
        for form in queries.FORMS:
            path = write_records_file(found=open_records, form=form, day=day)
            written += 1
            for former in path.parent.glob(f"records-{open_records.code}-[0-9]*.{form}.gz"):
                if former != path:
                    former.unlink(missing_ok=True)
    return written


def write_records_file(*, found: OpenRecords, form: str, day: date) -> Path:
    """Write one file."""
    path = queries.path_of(found, form, day)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.half")
    try:
        with gzip.open(half, "wt", encoding="utf-8", newline="", compresslevel=5) as out:
            (_write_csv if form == "csv" else _write_json)(out, found, day)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return path


def _write_csv(out: IO[str], open_records: OpenRecords, day: date) -> None:
    out.write("\ufeff")  # spreadsheets take UTF-8 for what it is only with this mark
    writer = csv.writer(out)
    writer.writerow(open_records.columns)
    writer.writerows(map(harmless_row, open_records.rows()))


def _write_json(out: IO[str], open_records: OpenRecords, day: date) -> None:
    who = datasets.data_publisher()
    head = {
        "title": open_records.name,
        "description": open_records.description,
        "publisher": who.name,
        "license": who.licence or None,
        "day": f"{day}",
        "columns": dict(open_records.columns),
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "records": [')
    for number, row in enumerate(open_records.rows()):
        values = {name: value or None for name, value in zip(open_records.columns, row, strict=True)}
        out.write((",\n" if number else "\n") + json.dumps(values, ensure_ascii=False))
    out.write("\n]}\n")


def record_download(*, found: OpenRecords, form: str, by: Actor, day: str) -> None:
    """Record that ``by`` took a file."""
    audit.record(by=by, did="exported", to=("open_data.Records", found.code), after={"form": form, "day": day})
