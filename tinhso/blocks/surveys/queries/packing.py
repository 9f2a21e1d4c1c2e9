"""All answers in one ZIP, as ODK Central names its parts: <form>.csv, <form>-<repeat>.csv, media/<file>."""

import csv
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import IO, Any

from django.db.models import QuerySet

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import lookup, tables
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion
from tinhso.kernel.cells import harmless_cell

IN_MEMORY = 5_000_000  # bytes, before a file on disk takes over


def packed_archive(survey: Survey, rows: QuerySet[FilledIn], *, with_files: bool) -> IO[bytes]:
    """The archive, at its beginning; private answers and the files of private questions are left out."""
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed when it was sent)
    version = lookup.current_version(survey.code)
    form = lookup.form_of(version) if version else None
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{survey.code}.csv", tables.as_csv(survey, rows))
        for repeat in (question for question in form.root.all() if question.kind == "repeat") if form else ():
            names = repeat.path.removeprefix(form.root.path)[1:].split("/") if form else []
            archive.writestr(f"{survey.code}-{'-'.join(names)}.csv", _repeat_csv(survey, rows, repeat, names))
        for row in rows.select_related("version").iterator(chunk_size=500) if with_files else ():
            _add_files(archive, row, frozenset(survey.private))
    out.seek(0)
    return out


def _add_files(archive: zipfile.ZipFile, row: FilledIn, private: frozenset[str]) -> None:
    hidden = tables.private_files(row, private)
    for file in row.files.select_related("file"):
        if file.name not in hidden:
            with archive.open(f"media/{row.ref}-{file.name}", "w") as place:
                for piece in documents.checked_chunks(file.file):
                    place.write(piece)


def _repeat_csv(survey: Survey, rows: QuerySet[FilledIn], repeat: SurveyQuestion, names: list[str]) -> bytes:
    columns = list(tables.table_columns(survey, _as_form(repeat)))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([*(name for name, _question in columns), "PARENT_KEY", "KEY"])
    for row in rows.iterator(chunk_size=500):
        first = row.first_id or row.instance_id
        for values, key in _rows_below(row.values, names, first):
            cells = [harmless_cell(tables.cell_value(values, name)) for name, _question in columns]
            writer.writerow([*cells, key.rpartition("/")[0], key])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _as_form(repeat: SurveyQuestion) -> SurveyForm:
    return SurveyForm("", "", "", repeat, {}, {}, (), "", {}, {})


def _rows_below(kept: Any, names: list[str], key: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    value = kept.get(names[0]) if isinstance(kept, dict) else None
    if isinstance(value, dict) and names[1:]:
        yield from _rows_below(value, names[1:], key)
    for number, values in enumerate(value, 1) if isinstance(value, list) else ():
        own = f"{key}/{names[0]}[{number}]"
        if names[1:]:
            yield from _rows_below(values, names[1:], own)
        else:
            yield values, own


def archive_size(archive: IO[bytes]) -> int:
    """How many bytes it has; it is left at its beginning."""
    total = archive.seek(0, os.SEEK_END)
    archive.seek(0)
    return total


def archive_chunks(archive: IO[bytes]) -> Iterator[bytes]:
    """Its bytes, 64 KB at a time; closed at the end."""
    with archive:
        while piece := archive.read(65_536):
            yield piece
