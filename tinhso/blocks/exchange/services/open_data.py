"""Letting public figures go: files are written once for each publication, and every taking is recorded."""

import csv
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from tinhso.blocks.audit import services as audit
from tinhso.blocks.exchange.queries import dcat
from tinhso.blocks.exchange.queries import open_data as queries
from tinhso.blocks.exchange.queries.open_data import COLUMNS, OpenSet, Shelf
from tinhso.kernel.actor import Actor

LOCK = 0x6F70_656E  # "open": one file is being written at a time, so that strangers cannot make the machine toil
AT_ONCE = 2_000  # rows


def file_of(*, found: OpenSet, form: str, shelf: Shelf, by: Actor) -> Path | None:
    """The compressed file of a data set; None while another is being written. Records that ``by`` took it."""
    folder = Path(settings.VAR) / "open-data"
    path = folder / f"{shelf.number:08d}-{found.code}.{form}.gz"
    if not path.exists():
        with _alone() as mine:
            if not mine:
                return None
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _write(path, found, form, shelf)
                _sweep(folder, shelf.number)
    audit.record(
        by=by, did="exported", to=("exchange.OpenSet", found.code), after={"form": form, "snapshot": shelf.number}
    )
    return path


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _write(path: Path, found: OpenSet, form: str, shelf: Shelf) -> None:
    """Under another name first: a file that is there is whole."""
    half = path.with_suffix(f".{os.getpid()}.half")
    try:
        with gzip.open(half, "wt", encoding="utf-8", newline="", compresslevel=5) as out:
            (_write_csv if form == "csv" else _write_json)(out, found, shelf)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _write_csv(out: IO[str], found: OpenSet, shelf: Shelf) -> None:
    out.write("\ufeff")  # spreadsheets take UTF-8 for what it is only with this mark
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    rows = queries.rows(found, shelf.number)
    while batch := list(islice(rows, AT_ONCE)):
        writer.writerows(batch)


def _write_json(out: IO[str], found: OpenSet, shelf: Shelf) -> None:
    head = {
        "title": dcat.title(found),
        "publisher": shelf.publisher.name,
        "license": shelf.publisher.licence or None,
        "snapshot": shelf.number,
        "at": shelf.at.isoformat() if shelf.at else None,
        "columns": COLUMNS,
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "figures": [')
    for number, row in enumerate(queries.rows(found, shelf.number)):
        figure = {name: value or None for name, value in zip(COLUMNS, row, strict=True)}
        out.write((",\n" if number else "\n") + json.dumps(figure, ensure_ascii=False))
    out.write("\n]}\n")


def _sweep(folder: Path, number: int) -> None:
    """Files of former publications go."""
    for path in folder.glob("*.gz"):
        if not path.name.startswith(f"{number:08d}-"):
            path.unlink(missing_ok=True)
