"""An indicator broken down: stacked where the parts add up to the whole, side by side where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, ReadingKind
from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.ioc.queries.explore.breaks import Break
from tinhso.ioc.queries.explore.choice import ExploreChoice, chosen_dimension
from tinhso.ioc.queries.explore.curves import Curve, curves_of, name_of
from tinhso.ioc.queries.explore.pictures import (
    ChartPicture,
    ShownChoice,
    Spec,
    capitalised,
    codes_of,
    curve_sentences,
    from_the_first_figure,
    main_finding,
    time_spec,
    value_text,
)
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

ADDITIVE = (ReadingKind.SUM, ReadingKind.LATEST)


@dataclass(frozen=True)
class UnitBreakdown:
    """The whole of one unit, and its parts."""

    whole: Curve
    parts: tuple[Curve, ...]

    @property
    def adds_up(self) -> bool:
        """Whether in every period the parts are all known and make the whole."""
        if self.whole.indicator.kind not in ADDITIVE or not self.whole.known_readings:
            return False
        return all(self._sum(reading.period) == reading.value for reading in self.whole.known_readings)

    def _sum(self, period: str) -> Decimal | None:
        values = [part.value(period) for part in self.parts]
        return None if None in values else sum((value for value in values if value is not None), Decimal(0))


def breakdown_form(at: SnapshotFrame, choice: ExploreChoice, breaks: Sequence[Break]) -> ShownChoice:
    """The first indicator of the choice by one of its dimensions, for each unit."""
    dim = chosen_dimension(at, choice)
    if dim is None:
        return ShownChoice(notes=(_("Chỉ tiêu này không có phân tổ; hãy chọn chỉ tiêu khác."),))
    item = choice.items[0]
    members = [
        catalogue_item
        for catalogue_item in at.catalogue.family(item.indicator)[1:]
        if catalogue_item.dim is not None and catalogue_item.dim.code == dim.code
    ]
    unit_breakdowns = _breakdowns(at, choice, item, members)
    every = tuple(
        curve for unit_breakdown in unit_breakdowns for curve in (unit_breakdown.whole, *unit_breakdown.parts)
    )
    drawn = from_the_first_figure(every)
    many = len(members) + 1
    unit_breakdowns = [UnitBreakdown(drawn[i], tuple(drawn[i + 1 : i + many])) for i in range(0, len(drawn), many)]
    if (
        unit_breakdowns
        and all(unit_breakdown.adds_up for unit_breakdown in unit_breakdowns if unit_breakdown.whole.known_readings)
        and any(unit_breakdown.whole.known_readings for unit_breakdown in unit_breakdowns)
    ):
        return ShownChoice((_stacked_picture(unit_breakdowns, dim, choice, breaks),), every)
    return ShownChoice(
        (_facets_picture(unit_breakdowns, dim, members, choice, breaks),), every, (_why_not_stacked(item),)
    )


def _breakdowns(
    at: SnapshotFrame, choice: ExploreChoice, item: CatalogueItem, members: Sequence[CatalogueItem]
) -> list[UnitBreakdown]:
    drawn = curves_of(at, choice, items=(item, *members))
    return [
        UnitBreakdown(
            curve,
            tuple(
                part_curve
                for part_curve in drawn
                if part_curve.node.ref == curve.node.ref and part_curve.item.member is not None
            ),
        )
        for curve in drawn
        if curve.item.member is None
    ]


def _why_not_stacked(item: CatalogueItem) -> str:
    """Why parts are not stacked."""
    if item.indicator.kind in (ReadingKind.RATIO, ReadingKind.MEAN):
        return _(
            "Tỷ lệ và số bình quân của các phân tổ không cộng thành của cả nhóm, "
            "nên mỗi phân tổ vẽ một khung trên cùng trục thay vì xếp chồng."
        )
    if item.indicator.kind is ReadingKind.DISTINCT:
        return _(
            "Số đếm không trùng của các phân tổ có thể đếm một đối tượng nhiều lần, "
            "nên không xếp chồng; mỗi phân tổ vẽ một khung."
        )
    return _(
        "Các phân tổ ở đây không cộng đủ thành số chung ở mọi kỳ (còn phần chưa biết hoặc không được nêu), "
        "nên không xếp chồng; mỗi phân tổ vẽ một khung."
    )


def _breakdown_title(item: CatalogueItem, dim: Dimension) -> str:
    name = name_in_language(dim)
    return _("%(name)s theo %(dim)s") % {"name": name_of(item), "dim": name[:1].lower() + name[1:]}


def _stacked_picture(
    unit_breakdowns: Sequence[UnitBreakdown], dim: Dimension, choice: ExploreChoice, breaks: Sequence[Break]
) -> ChartPicture:
    title = _breakdown_title(choice.items[0], dim)
    if len(unit_breakdowns) == 1:
        title = f"{title}, {name_in_language(unit_breakdowns[0].whole.node)}"
    wholes = [unit_breakdown.whole for unit_breakdown in unit_breakdowns]
    words = tuple(_shares_text(unit_breakdown) for unit_breakdown in unit_breakdowns)
    spec = time_spec(title, wholes, choice, breaks) | {"says": " ".join((title, *words))}
    if len(unit_breakdowns) == 1:
        return ChartPicture(
            title,
            spec | {"series": _stacked_series(unit_breakdowns[0])},
            _largest_part_text(unit_breakdowns[0]),
            words,
            codes_of(wholes),
        )
    facets = [
        {
            "title": name_in_language(unit_breakdown.whole.node),
            "series": _stacked_series(unit_breakdown),
            "breaks": spec["breaks"],
        }
        for unit_breakdown in unit_breakdowns
    ]
    return ChartPicture(title, spec | {"series": [], "facets": facets}, "", words, codes_of(wholes))


def _stacked_series(unit_breakdown: UnitBreakdown) -> list[Spec]:
    return [
        {"name": name_in_language(part.item.member), "kind": "bar", "stack": "whole", "data": part.points}
        for part in unit_breakdown.parts
        if part.known_readings
    ]


def _shares_text(unit_breakdown: UnitBreakdown) -> str:
    """The parts of the last known period, largest first, each with its share."""
    if not unit_breakdown.whole.known_readings:
        return _("%(name)s: chưa có số liệu.") % {"name": unit_breakdown.whole.name}
    last = unit_breakdown.whole.known_readings[-1].period
    total = unit_breakdown.whole.value(last) or Decimal(0)
    parts = sorted(unit_breakdown.parts, key=lambda part: -(part.value(last) or Decimal(0)))
    words = [
        _("%(part)s %(value)s (%(share)s%%)")
        % {
            "part": name_in_language(part.item.member),
            "value": value_text(part, part.value(last)),
            "share": wording.number_text((part.value(last) or Decimal(0)) * 100 / total if total else Decimal(0), 1),
        }
        for part in parts
    ]
    return f"{name_in_language(unit_breakdown.whole.node)}, {wording.period_text(last)}: {wording.list_text(words)}."


def _largest_part_text(unit_breakdown: UnitBreakdown) -> str:
    last = unit_breakdown.whole.known_readings[-1].period
    top = max(unit_breakdown.parts, key=lambda part: part.value(last) or Decimal(0))
    return _("%(period)s: lớn nhất là %(part)s (%(value)s)") % {
        "period": capitalised(wording.period_text(last)),
        "part": name_in_language(top.item.member),
        "value": value_text(top, top.value(last)),
    }


def _facets_picture(
    unit_breakdowns: Sequence[UnitBreakdown],
    dim: Dimension,
    members: Sequence[CatalogueItem],
    choice: ExploreChoice,
    breaks: Sequence[Break],
) -> ChartPicture:
    title = _breakdown_title(choice.items[0], dim)
    if len(unit_breakdowns) == 1:
        title = f"{title}, {name_in_language(unit_breakdowns[0].whole.node)}"
    parts = [part for unit_breakdown in unit_breakdowns for part in unit_breakdown.parts]
    spec = time_spec(title, parts, choice, breaks)
    facets = []
    for member in members:
        mine = [part for part in parts if part.item.code == member.code]
        series = [{"name": name_in_language(part.node), "kind": "line", "data": part.points} for part in mine]
        facets.append({"title": name_in_language(member.member), "series": series, "breaks": spec["breaks"]})
    words = curve_sentences(parts)
    return ChartPicture(
        title,
        spec | {"series": [], "facets": facets, "says": " ".join((title, *words))},
        main_finding(parts),
        words,
        codes_of(parts),
    )


def page_families(at: SnapshotFrame, choice: ExploreChoice) -> list[ShownChoice]:
    """Every dimension of one indicator, as its own page shows them."""
    return [breakdown_form(at, replace(choice, by=dim), ()) for dim in choice.dims]
