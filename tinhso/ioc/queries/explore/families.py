"""An indicator broken down: stacked where the parts add up to the whole, side by side where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Kind
from tinhso.blocks.indicators.queries import Item
from tinhso.ioc.queries.explore.breaks import Break
from tinhso.ioc.queries.explore.choice import Choice, dimension
from tinhso.ioc.queries.explore.curves import Curve, curves, name_of
from tinhso.ioc.queries.explore.pictures import (
    Picture,
    Shown,
    Spec,
    capitalised,
    codes_of,
    finding,
    from_the_first_figure,
    said,
    time_spec,
    told,
)
from tinhso.ioc.queries.frame import Frame
from tinhso.ui import wording
from tinhso.ui.wording import named

ADDITIVE = (Kind.SUM, Kind.LATEST)


@dataclass(frozen=True)
class Broken:
    """The whole of one unit, and its parts."""

    whole: Curve
    parts: tuple[Curve, ...]

    @property
    def adds_up(self) -> bool:
        """Whether in every period the parts are all known and make the whole."""
        if self.whole.indicator.kind not in ADDITIVE or not self.whole.known:
            return False
        return all(self._sum(one.period) == one.value for one in self.whole.known)

    def _sum(self, period: str) -> Decimal | None:
        values = [part.value(period) for part in self.parts]
        return None if None in values else sum((value for value in values if value is not None), Decimal(0))


def families(at: Frame, choice: Choice, breaks: Sequence[Break]) -> Shown:
    """The first indicator of the choice by one of its dimensions, for each unit."""
    dim = dimension(at, choice)
    if dim is None:
        return Shown(notes=(_("Chỉ tiêu này không có phân tổ; hãy chọn chỉ tiêu khác."),))
    item = choice.items[0]
    members = [
        one for one in at.catalogue.family(item.indicator)[1:] if one.dim is not None and one.dim.code == dim.code
    ]
    found = _broken(at, choice, item, members)
    every = tuple(curve for one in found for curve in (one.whole, *one.parts))
    drawn = from_the_first_figure(every)
    many = len(members) + 1
    found = [Broken(drawn[i], tuple(drawn[i + 1 : i + many])) for i in range(0, len(drawn), many)]
    if found and all(one.adds_up for one in found if one.whole.known) and any(one.whole.known for one in found):
        return Shown((_stacked(found, dim, choice, breaks),), every)
    return Shown((_beside(found, dim, members, choice, breaks),), every, (_refusal(item),))


def _broken(at: Frame, choice: Choice, item: Item, members: Sequence[Item]) -> list[Broken]:
    drawn = curves(at, choice, items=(item, *members))
    return [
        Broken(whole, tuple(one for one in drawn if one.node.ref == whole.node.ref and one.item.member is not None))
        for whole in drawn
        if whole.item.member is None
    ]


def _refusal(item: Item) -> str:
    """Why parts are not stacked."""
    if item.indicator.kind in (Kind.RATIO, Kind.MEAN):
        return _(
            "Tỷ lệ và số bình quân của các phân tổ không cộng thành của cả nhóm, "
            "nên mỗi phân tổ vẽ một khung trên cùng trục thay vì xếp chồng."
        )
    if item.indicator.kind is Kind.DISTINCT:
        return _(
            "Số đếm không trùng của các phân tổ có thể đếm một đối tượng nhiều lần, "
            "nên không xếp chồng; mỗi phân tổ vẽ một khung."
        )
    return _(
        "Các phân tổ ở đây không cộng đủ thành số chung ở mọi kỳ (còn phần chưa biết hoặc không được nêu), "
        "nên không xếp chồng; mỗi phân tổ vẽ một khung."
    )


def _title(item: Item, dim: Dimension) -> str:
    name = named(dim)
    return _("%(name)s theo %(dim)s") % {"name": name_of(item), "dim": name[:1].lower() + name[1:]}


def _stacked(found: Sequence[Broken], dim: Dimension, choice: Choice, breaks: Sequence[Break]) -> Picture:
    title = _title(choice.items[0], dim)
    if len(found) == 1:
        title = f"{title}, {named(found[0].whole.node)}"
    wholes = [one.whole for one in found]
    words = tuple(_shares(one) for one in found)
    spec = time_spec(title, wholes, choice, breaks) | {"says": " ".join((title, *words))}
    if len(found) == 1:
        return Picture(title, spec | {"series": _stack(found[0])}, _largest(found[0]), words, codes_of(wholes))
    facets = [{"title": named(one.whole.node), "series": _stack(one), "breaks": spec["breaks"]} for one in found]
    return Picture(title, spec | {"series": [], "facets": facets}, "", words, codes_of(wholes))


def _stack(one: Broken) -> list[Spec]:
    return [
        {"name": named(part.item.member), "kind": "bar", "stack": "whole", "data": part.points}
        for part in one.parts
        if part.known
    ]


def _shares(one: Broken) -> str:
    """The parts of the last known period, largest first, each with its share."""
    if not one.whole.known:
        return _("%(name)s: chưa có số liệu.") % {"name": one.whole.name}
    last = one.whole.known[-1].period
    whole = one.whole.value(last) or Decimal(0)
    parts = sorted(one.parts, key=lambda part: -(part.value(last) or Decimal(0)))
    words = [
        _("%(part)s %(value)s (%(share)s%%)")
        % {
            "part": named(part.item.member),
            "value": said(part, part.value(last)),
            "share": wording.number_text((part.value(last) or Decimal(0)) * 100 / whole if whole else Decimal(0), 1),
        }
        for part in parts
    ]
    return f"{named(one.whole.node)}, {wording.period_text(last)}: {wording.list_text(words)}."


def _largest(one: Broken) -> str:
    last = one.whole.known[-1].period
    top = max(one.parts, key=lambda part: part.value(last) or Decimal(0))
    return _("%(period)s: lớn nhất là %(part)s (%(value)s)") % {
        "period": capitalised(wording.period_text(last)),
        "part": named(top.item.member),
        "value": said(top, top.value(last)),
    }


def _beside(
    found: Sequence[Broken], dim: Dimension, members: Sequence[Item], choice: Choice, breaks: Sequence[Break]
) -> Picture:
    title = _title(choice.items[0], dim)
    if len(found) == 1:
        title = f"{title}, {named(found[0].whole.node)}"
    parts = [part for one in found for part in one.parts]
    spec = time_spec(title, parts, choice, breaks)
    facets = []
    for member in members:
        mine = [part for part in parts if part.item.code == member.code]
        series = [{"name": named(part.node), "kind": "line", "data": part.points} for part in mine]
        facets.append({"title": named(member.member), "series": series, "breaks": spec["breaks"]})
    words = told(parts)
    return Picture(
        title,
        spec | {"series": [], "facets": facets, "says": " ".join((title, *words))},
        finding(parts),
        words,
        codes_of(parts),
    )


def page_families(at: Frame, choice: Choice) -> list[Shown]:
    """Every dimension of one indicator, as its own page shows them."""
    return [families(at, replace(choice, by=dim), ()) for dim in choice.dims]
