"""A week on paper, for a meeting: the same numbers and lines as on the page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import (
    Block,
    Document,
    DocumentTable,
    Heading,
    Letterhead,
    Paragraph,
    RemarkBlock,
    SignatureBlock,
    TableColumn,
)
from tinhso.blocks.documents.queries import printable_text
from tinhso.blocks.indicators.contract import DueWork
from tinhso.blocks.units.models import Unit
from tinhso.blocks.units.queries import place_name
from tinhso.ioc.queries.alerting.groups import AlertGroup
from tinhso.ioc.queries.week import DueDay, WeekReview
from tinhso.kernel import clock
from tinhso.ui.wording import date_text, datetime_text, name_in_language, number_text

MOST_PLACES = 20


def week_paper(unit: Unit, review: WeekReview) -> Document:
    """A week of a unit as an official document that is not issued: no number, no signature."""
    week, now = review.week, review.read_at
    name = name_in_language(unit)
    words = {"number": week.number, "year": week.year, "start": date_text(week.start), "end": date_text(week.end)}
    return Document(
        identity=f"week:{week.code}:{unit.ref}:{now.isoformat()}",
        kind=_("BẢN TIN TUẦN"),
        subject=_("Tuần %(number)s năm %(year)s, từ %(start)s đến %(end)s") % words,
        letterhead=Letterhead(printable_text(name.upper()), printable_text(place_name(unit))),
        notation="",
        blocks=(
            Paragraph(_summary_text(review)),
            Heading(_("Chuyển xấu trong tuần")),
            _groups_block(review.worsened),
            Heading(_("Còn từ trước")),
            _groups_block(review.standing),
            Heading(_("Đến hạn trong tuần")),
            _due_block(review.due),
            *_late_blocks(review),
            RemarkBlock(_source_text(review)),
        ),
        signature=SignatureBlock(()),
        day=clock.local(now).date().isoformat(),
        made_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        reference=_("Tuần %(number)s/%(year)s") % words,
    )


def _source_text(review: WeekReview) -> str:
    words = {"at": datetime_text(review.read_at)}
    text = _(
        "Nguồn: cảnh báo, báo cáo, nhiệm vụ, chỉ đạo trong hệ thống, đọc lúc %(at)s; người phụ trách là của lúc ấy."
    )
    cut = _("Còn nhiều hơn số liệt kê ở đây.") if review.is_cut else ""
    return f"{text % words} {cut}".strip()


def _summary_text(review: WeekReview) -> str:
    words = {
        "worsened": number_text(review.worsened_count),
        "standing": number_text(review.standing_count),
        "ended": number_text(review.ended_count),
        "unheld": number_text(review.unheld_count),
        "done": number_text(review.due_done),
        "total": number_text(review.due_total),
    }
    text = _(
        "Trong tuần có %(worsened)s cảnh báo mới, %(standing)s cảnh báo còn từ trước, %(ended)s cảnh báo đã hết; "
        "%(unheld)s cảnh báo chưa ai nhận. Việc đến hạn: xong %(done)s trên %(total)s."
    )
    return text % words


def _groups_block(groups: Sequence[AlertGroup]) -> Block:
    if not groups:
        return Paragraph(_("Không có."))
    columns = (
        TableColumn(_("Việc"), wide=35),
        TableColumn(_("Nơi"), wide=35),
        TableColumn(_("Phụ trách"), wide=18),
        TableColumn(_("Từ"), wide=12),
    )
    return DocumentTable("", columns, tuple(_group_row(group) for group in groups))


def _group_row(group: AlertGroup) -> tuple[str, ...]:
    places = [grouped_alert.where for grouped_alert in group.alerts]
    places_text = ", ".join(places[:MOST_PLACES])
    if len(places) > MOST_PLACES:
        places_text = _("%(places)s và %(n)s nơi khác") % {
            "places": places_text,
            "n": number_text(len(places) - MOST_PLACES),
        }
    holders = ", ".join(group.holders) or _("chưa có ai")
    cells = (f"{group.title}: {group.alerts[0].sentence}", places_text, holders, date_text(group.since))
    return tuple(map(printable_text, cells))


def _due_block(days: Sequence[DueDay]) -> Block:
    rows = tuple(_due_row(day, work) for day in days for work in day.works)
    if not rows:
        return Paragraph(_("Không có."))
    columns = (
        TableColumn(_("Hạn"), wide=12),
        TableColumn(_("Việc"), wide=45),
        TableColumn(_("Đơn vị"), wide=28),
        TableColumn(_("Đã xong"), wide=15),
    )
    return DocumentTable("", columns, rows)


def _due_row(day: DueDay, work: DueWork) -> tuple[str, ...]:
    cells = (date_text(day.day), work.title, work.unit or work.kind, _done_text(work.done, work.total))
    return tuple(map(printable_text, cells))


def _done_text(done: int, total: int) -> str:
    if total == 1:
        return _("xong") if done else _("chưa xong")
    return f"{number_text(done)}/{number_text(total)}"


def _late_blocks(review: WeekReview) -> list[Block]:
    if not review.late:
        return []
    columns = (TableColumn(_("Việc"), wide=80), TableColumn(_("Quá hạn từ"), wide=20))
    rows = tuple((printable_text(item.title), date_text(item.since)) for item in review.late)
    return [Heading(_("Trễ lâu nhất")), DocumentTable("", columns, rows)]
