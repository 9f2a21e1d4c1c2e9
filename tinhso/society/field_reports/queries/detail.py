"""One report as its pages show it: what happened, what may be done, who told it (masked), what belongs to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.identity import queries as identity
from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.contract import OPEN, TO_DO, Status
from tinhso.society.field_reports.models import Attachment, Entry, Report, Reporter
from tinhso.society.field_reports.queries import lookup
from tinhso.society.field_reports.queries.deadlines import length_words

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
TONES = {
    Status.CLOSED: "good", Status.RESOLVED: "good", Status.AWAITING: "info", Status.DECLINED: "none",
    Status.ESCALATED: "warn", Status.IN_PROGRESS: "info", Status.UNCONFIRMED: "warn",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    entry: Entry
    words: str
    more: str


def story(report: Report, *, public_only: bool = False) -> list[Told]:
    """What happened, the oldest first."""
    found = report.entries.select_related("unit").order_by("number")
    if public_only:
        found = found.filter(public=True)
    return [Told(one, str(WORDS.get(one.did, one.did)), _more(one)) for one in found]


def _more(entry: Entry) -> str:
    told = entry.detail
    if told.get("to"):
        return f"{told['from']} → {told['to']}" if told.get("from") else str(told["to"])
    return str(told.get("ref", ""))


def merged_and_parts(report: Report) -> tuple[list[Report], list[Report]]:
    """Reports that were merged into one, and those that were split from it: the first of each, in one statement."""
    found = list(Report.objects.filter(Q(merged_into=report) | Q(split_from=report)).order_by("pk")[:MOST])
    merged = [one for one in found if one.merged_into_id == report.pk]
    return merged, [one for one in found if one.split_from_id == report.pk]


def tone(report: Report) -> str:
    """The colour and shape of a report's status."""
    return TONES.get(Status(report.status), "none")


def photos(report: Report, *, public_only: bool = False) -> dict[str, list[Attachment]]:
    """Photos and recordings by kind, the oldest first."""
    found: dict[str, list[Attachment]] = {str(kind): [] for kind in Attachment.Kind}
    rows = report.attachments.select_related("picture", "voice").order_by("pk")
    for one in rows.filter(public=True) if public_only else rows:
        found[one.kind].append(one)
    return found


def contact(person: Reporter) -> str:
    """How whoever told can be reached, all but its end struck out; of a sealed one nothing."""
    if person.sealed:
        return _("(đã niêm phong)")
    told = person.phone or person.email or person.sender
    if "@" in told:
        name, _sign, domain = told.partition("@")
        return f"{name[:1]}•••@{domain}"
    return f"•••{told[-3:]}" if len(told) > 5 else _("(không để lại)")


@dataclass(frozen=True)
class May:
    """What somebody may do with a report as it stands."""

    classify: bool = False
    begin: bool = False
    resolve: bool = False
    present: bool = False
    hand_over: bool = False
    decline: bool = False
    escalate: bool = False
    assign: bool = False
    merge: bool = False
    unmerge: bool = False
    split: bool = False
    decide: bool = False
    settle: bool = False
    reconsider: bool = False
    reveal: bool = False
    note: bool = False


def may(report: Report, by: Actor) -> May:
    """Which forms its page offers; the services decide again."""
    status, handles = Status(report.status), by.can(lookup.HANDLE, at=report.unit)
    above = by.can(lookup.DECIDE, at=report.unit)
    handles = handles and (above or not report.needs_decision)
    crew = by.can(lookup.FIX, at=report.unit) and report.holder in ("", by.ref)
    todo = status in TO_DO
    return May(
        classify=handles and todo,
        begin=(handles or crew) and todo and status is not Status.IN_PROGRESS,
        resolve=(handles or crew) and status is Status.IN_PROGRESS,
        present=handles and status is Status.RESOLVED,
        hand_over=handles and todo,
        decline=handles and todo,
        escalate=handles and todo and status is not Status.ESCALATED and report.unit.parent_id is not None,
        assign=handles and status in OPEN,
        merge=handles and todo,
        unmerge=status is Status.MERGED and by.can(lookup.HANDLE, at=report.unit),
        split=handles and todo,
        decide=above and report.needs_decision,
        settle=report.needs_unit and by.can(lookup.DECIDE),
        reconsider=above and status is Status.DECLINED,
        reveal=by.can(lookup.UNSEAL if report.reporter.sealed else lookup.HANDLE, at=report.unit),
        note=handles or crew,
    )


def people_of(report: Report) -> list[tuple[str, str]]:
    """Those of the unit to whom the job can be given: reference and name."""
    found = {one.ref: one.name for one in identity.holders(lookup.FIX, lookup.HANDLE, at=report.unit)}
    return sorted(found.items(), key=lambda item: item[1])


def rated_steps(report: Report) -> list[str]:
    """Which steps were rated, for whoever rated them."""
    return list(report.ratings.values_list("step", flat=True))


def since_words(moment: datetime, now: datetime) -> str:
    """How long ago, in a few words."""
    return _("%(time)s trước") % {"time": length_words(now - moment)}
