"""What is to be paid, batches as they stand, and batches as files."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.cells import harmless_row
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Application, Batch, BatchLine, Programme
from tinhso.society.support.rights import MANAGE_SUPPORT, SEE_SUPPORT


def unpaid_applications(programme: Programme) -> QuerySet[Application]:
    """What was delivered, costs something and is in no batch (or came back from all), the oldest first."""
    return Application.objects.filter(is_unpaid(), programme=programme).order_by("delivered_at", "pk")


def is_unpaid() -> Q:
    """Which applications these are, of all programmes."""
    lines = BatchLine.objects.filter(application=OuterRef("pk")).exclude(state=BatchLine.State.RETURNED)
    return Q(state=ApplicationState.DELIVERED, amount__gt=0) & Q(~Exists(lines))


def visible_batches(by: Actor, code: str = "") -> QuerySet[Batch]:
    """Batches of programmes that ``by`` may see, the newest first, with what is settled of each."""
    batches = Batch.objects.select_related("programme").order_by("-at", "-pk")
    if SEE_SUPPORT not in by.everywhere and MANAGE_SUPPORT not in by.everywhere:
        batches = batches.filter(programme__unit__in=by.places(MANAGE_SUPPORT))
    batches = batches.filter(programme__code=code) if code else batches
    paid, back = Q(lines__state=BatchLine.State.PAID), Q(lines__state=BatchLine.State.RETURNED)
    return batches.annotate(
        paid=Count("lines", filter=paid),
        returned=Count("lines", filter=back),
        money_paid=Sum("lines__amount", filter=paid, default=0),
    )


def visible_batch(ref: str, by: Actor) -> Batch:
    """One of them; refuses an unknown one and others'."""
    if not Batch.objects.filter(ref=ref[:24]).exists():
        raise Refused("unknown_batch", _("Không có đợt thanh toán “%(ref)s”."), ref=ref[:24])
    batch = visible_batches(by).filter(ref=ref[:24]).first()
    if batch is None:
        raise Forbidden("not_your_batch", _("Đợt thanh toán này không thuộc nơi bạn làm việc."))
    return batch


def batch_lines(batch: Batch) -> QuerySet[BatchLine]:
    """Its lines in order."""
    return batch.lines.select_related("application__origin_unit", "application__delivery").order_by("number")


@dataclass(frozen=True)
class BatchTable:
    """A batch as rows: what heads them, each line, and the sums at the end."""

    head: Sequence[str]
    rows: Iterator[Sequence[Any]]
    foot: Sequence[Sequence[Any]]


def batch_table(batch: Batch) -> BatchTable:
    """A batch for its giver; people stand in it by their masked numbers only."""
    head = [
        _("STT"),
        _("Mã hồ sơ"),
        _("Người nhận"),
        _("Số định danh"),
        _("Xã, phường"),
        _("Ngày trao"),
        _("IMEI máy trao"),
        _("Số tiền (đồng)"),
    ]
    foot: list[Sequence[Any]] = [
        [_("Đợt"), batch.ref],
        [_("Số suất"), batch.count],
        [_("Tổng tiền (đồng)"), batch.total],
        [_("Mã kiểm tra SHA-256"), batch.control],
    ]
    return BatchTable(
        head, (_batch_row(batch_line) for batch_line in batch_lines(batch).iterator(chunk_size=2000)), foot
    )


def _batch_row(line: BatchLine) -> Sequence[Any]:
    application = line.application
    return (
        line.number,
        application.ref,
        application.shown_name,
        application.shown_number,
        application.origin_unit.name,
        application.delivery.on.isoformat(),
        application.delivery.shown_imei,
        line.amount,
    )


def as_csv(batch: Batch) -> Iterator[str]:
    """Rows of a CSV file; no cell can be taken for a formula."""
    table = batch_table(batch)
    yield "\ufeff" + _csv_line(table.head)
    yield from map(_csv_line, table.rows)
    yield from map(_csv_line, table.foot)


def _csv_line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(harmless_row(cells))
    return out.getvalue()


def as_xlsx(batch: Batch) -> bytes:
    """The same as a workbook."""
    table, out = batch_table(batch), io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet(batch.ref), book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0"})
    sheet.set_column(0, 7, 18)
    sheet.write_row(0, 0, table.head, bold)
    at = 1
    for row in table.rows:
        sheet.write_row(at, 0, row[:-1])
        sheet.write_number(at, 7, row[-1], money)
        at += 1
    for label, value in table.foot:
        at += 1
        sheet.write_string(at, 0, str(label), bold)
        sheet.write(at, 1, value, money if isinstance(value, int) else None)
    book.close()
    return out.getvalue()


def file_name(batch: Batch, ending: str) -> str:
    """What a batch's file is called."""
    return f"{batch.programme.code}-{clock.local(batch.at):%Y%m%d}-{batch.ref}.{ending}"
