"""The parts of a report's page that are lists of plain data, so that all of them are read in one round trip."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.society.field_reports.models import Attachment, Entry, Report

MOST = 100
WORDS = {
    "told": _lazy("Đã gửi"),
    "received": _lazy("Đã tiếp nhận"),
    "classified": _lazy("Đã phân loại"),
    "assigned": _lazy("Giao người xử lý"),
    "begun": _lazy("Bắt đầu xử lý"),
    "photo": _lazy("Thêm ảnh"),
    "resolved": _lazy("Đã xử lý xong"),
    "presented": _lazy("Báo kết quả cho người gửi"),
    "sent_back": _lazy("Yêu cầu làm lại"),
    "declined": _lazy("Không tiếp nhận"),
    "reconsidered": _lazy("Xem xét lại"),
    "escalated": _lazy("Chuyển cấp trên"),
    "handed_over": _lazy("Chuyển nơi xử lý"),
    "disputed": _lazy("Chuyển qua lại: chờ cấp trên phân định"),
    "decided": _lazy("Cấp trên phân định"),
    "inherited": _lazy("Đơn vị kế thừa tiếp tục"),
    "unit_in_doubt": _lazy("Chưa rõ đơn vị kế thừa"),
    "merged": _lazy("Gộp vào phản ánh khác"),
    "joined": _lazy("Nhận một phản ánh gộp vào"),
    "unmerged": _lazy("Tách trở lại"),
    "parted": _lazy("Một phản ánh đã tách ra lại"),
    "split": _lazy("Tách một phần thành phản ánh khác"),
    "split_off": _lazy("Tách ra từ phản ánh khác"),
    "put_right": _lazy("Sửa vị trí"),
    "noted": _lazy("Ghi chú nội bộ"),
    "warned": _lazy("Nhắc hạn"),
    "confirmed": _lazy("Người gửi xác nhận đã xong"),
    "reopened": _lazy("Người gửi nói chưa xong"),
    "closed_silent": _lazy("Tự đóng: hết thời gian chờ xác nhận"),
    "expired": _lazy("Hết hạn xác nhận"),
    "released": _lazy("Cho công khai"),
    "hidden": _lazy("Ẩn với người ngoài"),
    "covered": _lazy("Che trên ảnh"),
    "uncovered": _lazy("Bỏ che trên ảnh"),
}


@dataclass(frozen=True)
class UnitName:
    """A unit as lists show it."""

    ref: str
    name: str
    name_en: str


@dataclass(frozen=True)
class HistoryLine:
    """An entry of the history. ``unit`` is where it happened; ``more`` says from where to where, or which report."""

    at: datetime
    by_name: str
    unit: UnitName | None
    did: str
    words: str
    more: str
    note: str
    is_public: bool


@dataclass(frozen=True)
class Photos:
    """Public references of the files of a report by kind, the oldest first."""

    before: list[Row] = field(default_factory=list)
    after: list[Row] = field(default_factory=list)
    voice: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Related:
    """References of the reports that were merged into one, and of those that were split from it."""

    merged: list[Row] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)


def history_read(report: Report, *, public_only: bool = False) -> DeferredRead[list[HistoryLine]]:
    """What happened to a report, the oldest first; ``public_only``: what its reporter may see."""
    entries = Entry.objects.filter(report=report).order_by("number")
    if public_only:
        entries = entries.filter(public=True)
    columns = ("at", "by", "by_name", "did", "note", "public", "detail", "unit__ref", "unit__name", "unit__name_en")
    return DeferredRead(entries.values(*columns), lambda rows: [_history_line(row) for row in rows])


def _history_line(row: Row) -> HistoryLine:
    unit = UnitName(row["unit__ref"], row["unit__name"], row["unit__name_en"]) if row["unit__ref"] else None
    words, more = str(WORDS.get(row["did"], row["did"])), _entry_detail(row["detail"])
    # What the system does by itself is signed with the name of its program
    name = _("Hệ thống") if row["by"] == f"program:{row['by_name']}" else row["by_name"]
    return HistoryLine(row["at"], name, unit, row["did"], words, more, row["note"], row["public"])


def _entry_detail(detail: Row) -> str:
    if detail.get("to"):
        return f"{detail['from']} → {detail['to']}" if detail.get("from") else str(detail["to"])
    return str(detail.get("ref", ""))


def photos_read(report: Report) -> DeferredRead[Photos]:
    """Photos and recordings of a report."""
    rows = Attachment.objects.filter(report=report).order_by("pk").values("ref", "kind")
    return DeferredRead(
        rows, lambda rows: Photos(**{kind: _of_kind(rows, kind) for kind in ("before", "after", "voice")})
    )


def _of_kind(rows: list[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["kind"] == kind]


def related_read(report: Report) -> DeferredRead[Related]:
    """Reports that were merged into one or split from it, the first of each."""
    rows = Report.objects.filter(Q(merged_into=report) | Q(split_from=report)).order_by("pk")
    columns = rows.values("ref", "merged_into_id", "split_from_id")[:MOST]

    def make(rows: list[Row]) -> Related:
        merged = [row for row in rows if row["merged_into_id"] == report.pk]
        return Related(merged, [row for row in rows if row["split_from_id"] == report.pk])

    return DeferredRead(columns, make)


def receivers_read(day: date, *, needed: bool = True) -> DeferredRead[list[UnitName]]:
    """Who may be handed a report: agencies first, then communes; nobody when it is not ``needed``."""
    rows = _receiving_units(day) if needed else Unit.objects.none()
    return DeferredRead(
        rows.values("ref", "name", "name_en"),
        lambda rows: [UnitName(row["ref"], row["name"], row["name_en"]) for row in rows],
    )


def _receiving_units(day: date) -> QuerySet[Unit]:
    receiving = [Level.AGENCY, Level.PROVINCE, Level.COMMUNE]
    return units.at(day).filter(level__in=receiving).order_by("-level", "sort_key")
