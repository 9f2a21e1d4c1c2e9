"""The blocks of a bulletin: each sort of part of a template as blocks of a document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import (
    Block,
    ChartFigure,
    DashedList,
    DocumentTable,
    Heading,
    Paragraph,
    RemarkBlock,
    TableColumn,
)
from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries import shown
from tinhso.ioc.queries.bulletins import charts, phrases, saying
from tinhso.ioc.queries.bulletins.ledger import FigureLedger, bare_text, figure_text
from tinhso.ioc.queries.bulletins.templates import TemplatePart
from tinhso.ioc.queries.communes import ComparedPlace
from tinhso.kernel.periods import PeriodType
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

YEAR = PeriodType.YEAR


@dataclass
class BlockWriting:
    """What writing needs: the ledger, what was observed beside the snapshot, rewordings, and the tables so far."""

    ledger: FigureLedger
    observed: Mapping[str, Any]
    texts: Mapping[str, str]
    tables: int = 0
    charts: int = 0
    say: dict[str, saying.Say] = field(default_factory=dict)

    def words(self, part: TemplatePart) -> str:
        """The part's text, as reworded, with its places filled; a place that fails names itself."""
        text = self.texts.get(part.id) or part.text
        try:
            return phrases.fill(text, _phrase_makers(self))
        except phrases.BadPhrase as problem:
            return f"[{problem}]"

    def table_caption(self, text: str) -> str:
        """``Bảng 2. …``."""
        self.tables += 1
        return _("Bảng %(number)s. %(text)s") % {"number": self.tables, "text": text}

    def chart_caption(self, text: str) -> str:
        """``Hình 1. …``."""
        self.charts += 1
        return _("Hình %(number)s. %(text)s") % {"number": self.charts, "text": text}


def blocks_of(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    """The blocks that a part becomes; none where it has nothing to say."""
    return _SORTS[part.sort](part, writing)


def _heading_block(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    return [Heading(writing.words(part), part.level)]


def _text_blocks(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    """Each line a paragraph; lines that begin with a dash are items."""
    blocks: list[Block] = []
    for line in (line.strip() for line in writing.words(part).splitlines()):
        if line.startswith("- "):
            before = blocks.pop() if blocks and isinstance(blocks[-1], DashedList) else None
            texts = before.texts if isinstance(before, DashedList) else ()
            blocks.append(DashedList((*texts, line[2:].strip())))
        elif line:
            blocks.append(Paragraph(line))
    return blocks


def _note_block(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    return [RemarkBlock(writing.words(part))] if writing.words(part).strip() else []


def _indicator_table(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    ledger = writing.ledger
    if part.domain:
        indicators = ledger.at.catalogue.in_domain(part.domain)
        chosen = [
            indicator
            for indicator in indicators
            if (indicator.key or indicator.headline) or not any(other.key for other in indicators)
        ]
    else:
        chosen = [indicator for indicator in map(ledger.indicator, part.indicators) if indicator is not None]
    chosen = [indicator for indicator in chosen[: part.most] if not _is_withheld(ledger, indicator)]
    shown_columns = tuple(
        column for column in part.columns if column != "year_before" or ledger.period.kind is not YEAR
    )
    rows = [_table_row(ledger, indicator, shown_columns) for indicator in chosen]
    if not rows:
        return [RemarkBlock(_("Không có số liệu nào của bảng này được công bố."))]
    heads = {
        "this": _capitalised(wording.period_text(ledger.period.code)),
        "before": _capitalised(wording.period_text(ledger.period.shift(-1).code)),
        "year_before": _capitalised(wording.period_text(ledger.period.year_before().code)),
        "change": _("Thay đổi"),
        "target": _("Mục tiêu"),
        "state": _("Kết quả"),
    }
    numbers = ("this", "before", "year_before")
    columns = [TableColumn(_("Chỉ tiêu"), wide=28), TableColumn(_("Đơn vị tính"), wide=10)]
    columns += [
        TableColumn(heads[column], column in numbers, 12 if column in numbers else 13) for column in shown_columns
    ]
    caption = part.text or _("Chỉ tiêu điều hành %(period)s") % {"period": wording.period_text(ledger.period.code)}
    title = writing.table_caption(phrases.fill(caption, _phrase_makers(writing)))
    return [DocumentTable(title, tuple(columns), tuple(rows), _provisional_footnote(ledger, chosen))]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_withheld(ledger: FigureLedger, indicator: Indicator) -> bool:
    """Whether this audience is told nothing of it at all: then it has no line."""
    course = ledger.course(indicator)
    return bool(course) and all(reading.hidden == "restricted" for reading in course)


def _table_row(ledger: FigureLedger, indicator: Indicator, columns: Sequence[str]) -> tuple[str, ...]:
    now = ledger.reading(indicator)
    earlier = {timing: ledger.reading(indicator, timing) for timing in ("before", "year_before")}
    cells = {
        "this": bare_text(now),
        "before": bare_text(earlier["before"]),
        "year_before": bare_text(earlier["year_before"]),
        "change": saying.change_of_any(ledger, indicator, now, phrases.PhraseCall("change", indicator.code))
        or wording.NO_VALUE,
        "target": saying.target_text(indicator, now),
        "state": _target_word(now),
    }
    mark = "" if now is None or now.is_complete else " (*)"
    measure = wording.measure_text(indicator.unit_of_measure)
    return (name_in_language(indicator) + mark, measure, *(cells[column] for column in columns))


def _target_word(reading: Reading | None) -> str:
    """The word for the target's state; a dash for a figure that has no target."""
    if reading is not None and reading.value is not None and reading.target is None:
        return wording.NO_VALUE
    met = reading.meets_target if reading is not None else None
    return {True: _("Đạt"), False: _("Chưa đạt")}[met] if met is not None else shown.state_of(reading).word


def _provisional_footnote(ledger: FigureLedger, chosen: Sequence[Indicator]) -> str:
    partial = [reading for reading in map(ledger.reading, chosen) if reading is not None and not reading.is_complete]
    return _("(*) Còn đơn vị chưa báo cáo; số có thể thay đổi.") if partial else ""


def _missed_targets(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    """Key indicators that miss their targets, each with its figure."""
    lines = [
        _("%(name)s: %(figure)s; mục tiêu %(target)s")
        % {
            "name": name_in_language(indicator),
            "figure": figure_text(reading),
            "target": saying.target_text(indicator, reading),
        }
        for indicator, reading in saying.judged_indicators(writing.ledger, False, part.domain)
    ]
    if not lines:
        return [Paragraph(_("Không có chỉ tiêu chính nào chưa đạt mục tiêu."))]
    rest = len(lines) - part.most
    more = [_("và %(count)s chỉ tiêu khác") % {"count": rest}] if rest > 0 else []
    return [DashedList((*lines[: part.most], *more))]


def _ranking_table(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    ledger, indicator = writing.ledger, writing.ledger.indicator(part.indicator)
    places = _ranking_ends(ledger, indicator, part) if indicator is not None else []
    if indicator is None or not places:
        return [RemarkBlock(_("Chưa có số liệu để xếp hạng."))]
    ledger.tell(place.reading for place in places)
    rows = tuple(
        (name_in_language(place.node), str(place.rank), figure_text(place.reading), _ratio_parts(place))
        for place in places
    )
    with_parts = indicator.kind.has_out_of
    columns = (
        TableColumn(_("Xã, phường"), wide=24),
        TableColumn(_("Hạng"), number=True, wide=8),
        TableColumn(name_in_language(indicator), number=True, wide=22),
        *([TableColumn(_("Số đếm trên tổng"), number=True, wide=16)] if with_parts else []),
    )
    caption = part.text or _("%(name)s theo xã, phường, %(period)s") % {
        "name": name_in_language(indicator),
        "period": wording.period_text(ledger.period.code),
    }
    title = writing.table_caption(phrases.fill(caption, _phrase_makers(writing)))
    return [DocumentTable(title, columns, rows if with_parts else tuple(row[:3] for row in rows))]


def _ranking_ends(ledger: FigureLedger, indicator: Indicator, part: TemplatePart) -> list[ComparedPlace]:
    """The first and the last of the ranking, without naming any twice."""
    ranked = ledger.compared(indicator, member=part.member).ranked
    if part.best + part.worst >= len(ranked):
        return list(ranked)
    return [*ranked[: part.best], *ranked[len(ranked) - part.worst :]]


def _ratio_parts(place: ComparedPlace) -> str:
    return saying.parts_text(place.reading) if place.reading is not None else ""


def _chart_block(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    indicator = writing.ledger.indicator(part.indicator)
    figure = charts.course_figure(writing.ledger, indicator, member=part.member, last=part.last) if indicator else None
    return _captioned_figure(figure, writing)


def _units_chart(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    indicator = writing.ledger.indicator(part.indicator)
    if indicator is None:
        return _captioned_figure(None, writing)
    places = _ranking_ends(writing.ledger, indicator, part)
    writing.ledger.tell(place.reading for place in places)
    return _captioned_figure(charts.units_figure(writing.ledger, indicator, places), writing)


def _captioned_figure(figure: ChartFigure | None, writing: BlockWriting) -> list[Block]:
    if figure is None:
        return [RemarkBlock(_("Chưa có số liệu để vẽ biểu đồ."))]
    return [ChartFigure(writing.chart_caption(figure.caption), figure.drawing, figure.alt, figure.note)]


def _late_returns_table(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    late_returns, count = list(writing.observed.get("late", [])), writing.observed.get("late_count")
    if count is None:
        return []  # not told to this audience
    if not late_returns:
        return [Paragraph(_("Không có báo cáo nào nộp trễ."))]
    rows = tuple(
        (late_return["title"], late_return["since"], late_return["days"]) for late_return in late_returns[: part.most]
    )
    columns = (
        TableColumn(_("Báo cáo chưa nộp"), wide=34),
        TableColumn(_("Hạn gửi"), wide=10),
        TableColumn(_("Trễ (ngày)"), number=True, wide=8),
    )
    rest = int(count) - len(rows)
    note = _("Còn %(count)s báo cáo trễ khác.") % {"count": wording.number_text(rest)} if rest > 0 else ""
    return [DocumentTable(writing.table_caption(_("Báo cáo nộp trễ")), columns, rows, note)]


def _revisions_table(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    observed = writing.observed.get("revisions", {})
    revisions = list(observed.get("rows", []))
    if not observed.get("former"):
        return [Paragraph(_("Đây là số đầu tiên của bản tin này; chưa có số trước để so sánh."))]
    if not revisions:
        text = _("Không có số liệu nào đã nêu trong %(former)s được sửa đổi.") % {"former": observed["former"]}
        return [Paragraph(text)]
    rows = tuple(
        (revision["name"], revision["period"], revision["old"], revision["new"], revision["why"])
        for revision in revisions
    )
    columns = (
        TableColumn(_("Số liệu"), wide=20),
        TableColumn(_("Kỳ"), wide=10),
        TableColumn(_("Đã nêu"), number=True, wide=10),
        TableColumn(_("Nay là"), number=True, wide=10),
        TableColumn(_("Vì sao"), wide=20),
    )
    caption = writing.table_caption(_("Số liệu được sửa đổi so với %(former)s") % {"former": observed["former"]})
    return [DocumentTable(caption, columns, rows)]


def _app_table(part: TemplatePart, writing: BlockWriting) -> list[Block]:
    """A table of another app, as it was observed; what it lacks is said."""
    observed_table = writing.observed.get("tables", {}).get(part.table)
    if observed_table is None:
        return []  # not told to this audience, or by nobody
    caption = phrases.fill(part.text, _phrase_makers(writing))
    rows = [tuple(row) for row in observed_table["rows"]]
    if not rows:
        return [Paragraph(_("%(what)s: không có.") % {"what": caption})]
    columns = tuple(
        TableColumn(head, at in observed_table["numbers"], 12) for at, head in enumerate(observed_table["heads"])
    )
    rest = len(rows) - part.most
    more = _("Còn %(count)s dòng khác.") % {"count": wording.number_text(rest)} if rest > 0 else ""
    note = " ".join(filter(None, (more, observed_table["note"])))
    return [DocumentTable(writing.table_caption(caption), columns, tuple(rows[: part.most]), note)]


def _phrase_makers(writing: BlockWriting) -> dict[str, saying.Say]:
    if not writing.say:
        writing.say = saying.sayings(writing.ledger, writing.observed.get("late_count"))
    return writing.say


_SORTS: dict[str, Callable[[TemplatePart, BlockWriting], list[Block]]] = {
    "heading": _heading_block,
    "text": _text_blocks,
    "note": _note_block,
    "table": _indicator_table,
    "missed": _missed_targets,
    "ranking": _ranking_table,
    "chart": _chart_block,
    "units_chart": _units_chart,
    "late": _late_returns_table,
    "revisions": _revisions_table,
    "app_table": _app_table,
}
