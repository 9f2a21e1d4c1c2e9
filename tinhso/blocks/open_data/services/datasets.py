"""Letting public figures go: files are written once for each publication, and every taking is recorded."""

import contextlib
import csv
import gzip
import json
import os
import threading
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.audit import services as audit
from tinhso.blocks.open_data.queries import datasets as queries
from tinhso.blocks.open_data.queries import dcat
from tinhso.blocks.open_data.queries.datasets import COLUMNS, OpenDataShelf, OpenSet
from tinhso.kernel.actor import Actor
from tinhso.kernel.cells import harmless_row

AT_ONCE = 2_000  # rows
SMALL = 20_000  # cells of a data set that is written while its reader waits


def file_of(*, found: OpenSet, form: str, shelf: OpenDataShelf, by: Actor) -> Path | None:
    """The compressed file of a data set, and a record that ``by`` took it; None while a worker writes it.

    Meanwhile a file of an earlier publication serves, provided that the same was public then.
    """
    path = queries.kept_file(found, form, shelf)
    if path is None or queries.number_of(path) < shelf.number:
        if queries.size_of(found, shelf.number) <= SMALL:
            path = write_file(found=found, form=form, shelf=shelf)
        else:
            _ask_for(found.code, form)
    if path is not None:
        after = {"form": form, "snapshot": queries.number_of(path)}
        audit.record(by=by, did="exported", to=("open_data.OpenSet", found.code), after=after)
    return path


def _ask_for(code: str, form: str) -> None:
    """Let a worker write the file; asking twice is asking once, so that strangers cannot make the machine toil."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = queue.configure_task("open_data.write_dataset", queueing_lock=f"open_data.write_dataset:{code}:{form}")
        task.defer(code=code, form=form)


def write_file(*, found: OpenSet, form: str, shelf: OpenDataShelf) -> Path:
    """Write the file of a data set for the newest publication; those of earlier ones go."""
    path = queries.file_path(found, form, shelf.number)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_set_file(path, found, form, shelf)
    for former in queries.files_of_set(found, form):
        if queries.number_of(former) < shelf.number:
            former.unlink(missing_ok=True)
    return path


def _write_set_file(path: Path, open_set: OpenSet, form: str, shelf: OpenDataShelf) -> None:
    """Under another name first: a file that is there is whole."""
    half = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.half")
    try:
        with gzip.open(half, "wt", encoding="utf-8", newline="", compresslevel=5) as out:
            (_write_csv if form == "csv" else _write_json)(out, open_set, shelf)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _write_csv(out: IO[str], open_set: OpenSet, shelf: OpenDataShelf) -> None:
    out.write("\ufeff")  # spreadsheets take UTF-8 for what it is only with this mark
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    rows = queries.figure_rows(open_set, shelf.number)
    while batch := list(islice(rows, AT_ONCE)):
        writer.writerows(map(harmless_row, batch))


def _write_json(out: IO[str], open_set: OpenSet, shelf: OpenDataShelf) -> None:
    head = {
        "title": dcat.set_title(open_set),
        "publisher": shelf.publisher.name,
        "license": shelf.publisher.licence or None,
        "snapshot": shelf.number,
        "at": shelf.at.isoformat() if shelf.at else None,
        "columns": COLUMNS,
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "figures": [')
    for number, row in enumerate(queries.figure_rows(open_set, shelf.number)):
        figure = {name: value or None for name, value in zip(COLUMNS, row, strict=True)}
        out.write((",\n" if number else "\n") + json.dumps(figure, ensure_ascii=False))
    out.write("\n]}\n")
