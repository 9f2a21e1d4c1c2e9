"""Files to take away: the register as a workbook or CSV, and what a batch hands over, with its hashes."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import search, wording
from tinhso.government.certificates.queries.rules import rules
from tinhso.kernel import clock
from tinhso.kernel.cells import harmless_row

LONG_AGO = datetime(2000, 1, 1)


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that a spreadsheet opens in Vietnamese; no cell of it can be taken for a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(harmless_row(row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook whose cells are text, the same bytes for the same rows."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": LONG_AGO})
    bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF0", "border": 1})
    text = book.add_format({"num_format": "@"})
    page = book.add_worksheet(name)
    page.freeze_panes(1, 1)
    page.set_column(0, len(head) - 1, 20, text)
    for at, heading in enumerate(head):
        page.write_string(0, at, heading, bold)
    for number, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            page.write_string(number, at, cell, text)
    book.close()
    return out.getvalue()


def register_head() -> list[str]:
    """The columns of the exported register, named so that the file can be brought back."""
    columns = rules().columns
    keys = (
        "serial",
        "issuer",
        "kind",
        "unit",
        "subject",
        "holder",
        "post_title",
        "first_day",
        "last_day",
        "device",
        "device_serial",
        "state",
        "reason",
        "decision",
    )
    named = [columns[key][0] if key in columns else key for key in keys]
    return [*named, _("Tên đơn vị hiện nay"), _("Tình trạng hôm nay"), _("Mã trong sổ")]


def register_rows(versions: QuerySet[Version], day: date) -> Iterator[list[str]]:
    """The certificates of a list; numbers of people are not in it."""
    for version in versions.iterator(chunk_size=1000):
        yield [
            version.certificate.serial,
            version.certificate.issuer,
            str(version.get_kind_display()),
            version.unit.ref,
            version.subject,
            version.holder,
            version.post_title,
            _day_text(version.first_day),
            _day_text(version.last_day),
            _device_text(version),
            version.device_serial,
            str(version.get_state_display()),
            rules().reason(version.reason) if version.reason else "",
            version.decision,
            version.unit.name,
            wording.state_words(search.shown_state(version, day)),
            version.certificate.ref,
        ]


def _device_text(version: Version) -> str:
    return "" if version.device == Version.Device.NONE else str(version.get_device_display())


def _day_text(day: date) -> str:
    return day.strftime("%d/%m/%Y")


BATCH_HEAD = (
    "Mã đề nghị",
    "Đề nghị",
    "Loại chứng thư",
    "Mã đơn vị",
    "Đơn vị",
    "Số sê-ri hiện có",
    "Nơi cấp",
    "Tên trên chứng thư hiện có",
    "Cho ai",
    "Nội dung",
    "Giấy tờ kèm theo (SHA-256)",
)


def batch_rows(requests: Sequence[Request], versions_by_key: Mapping[int, Version]) -> list[list[str]]:
    """What is handed over of each request: with the numbers of people, as the cipher agency needs them."""
    rows = []
    for request in requests:
        now = versions_by_key.get(request.certificate_id or 0)
        text = "; ".join(
            f"{field.name}: {request.values[field.code]}"
            for field in rules().of(request.ask, request.kind)
            if request.values.get(field.code)
        )
        papers = "; ".join(f"{paper.name} {paper.file.sha256}" for paper in request.papers.all())
        rows.append(
            [
                request.ref,
                str(Request.Ask(request.ask).label),
                str(Version.Kind(request.kind).label),
                request.unit.ref,
                request.unit.name,
                request.certificate.serial if request.certificate else "",
                request.certificate.issuer if request.certificate else "",
                now.subject if now else "",
                request.title,
                text,
                papers,
            ]
        )
    return rows


def batch_manifest(
    number: str, at: datetime, by: str, refs: Sequence[str], files: Mapping[str, bytes]
) -> dict[str, Any]:
    """The list of what a batch holds: its requests, and each file with its size and SHA-256."""
    return {
        "batch": number,
        "handed_over_at": clock.local(at).isoformat(timespec="seconds"),
        "by": by,
        "requests": list(refs),
        "files": [
            {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        ],
    }


def answer_form(requests: Sequence[Request], head: Sequence[str]) -> bytes:
    """A workbook to be filled in by the cipher agency: one line for each request that waits."""
    rows = [[request.ref, "", "", "", "", "", "", "", ""] for request in requests]
    return as_workbook("Kết quả", head, rows)
