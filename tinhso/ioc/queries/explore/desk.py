"""What stands around the picture: chips to take away, lists to add from, ranges, the tables of everything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries.explore.breaks import Break
from tinhso.ioc.queries.explore.choice import (
    INDEX,
    MOST_INDICATORS,
    MOST_UNITS,
    RANKING,
    SCATTER,
    ExploreChoice,
    available_bases,
    chosen_dimension,
    common_frequencies,
)
from tinhso.ioc.queries.explore.curves import Brief, Curve, brief_of, curves_of, name_of, periods_of, why_of
from tinhso.ioc.queries.explore.forms import value_as_index
from tinhso.ioc.queries.explore.pictures import ShownChoice, curve_labels
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.shown import basis_words
from tinhso.ui.wording import name_in_language

STARTS = 6  # key indicators that an empty page offers


@dataclass(frozen=True)
class Chip:
    """One chosen thing: its name, where it leads, and the address without it (and with it first)."""

    name: str
    href: str
    without: str
    first: str = ""


@dataclass(frozen=True)
class FigureCell:
    """One figure of the table, or why there is none; ``index`` is it with the base as 100."""

    reading: Reading | None
    decimals: int
    why: str
    index: Decimal | None = None

    @property
    def value(self) -> Decimal | None:
        """The figure."""
        return self.reading.value if self.reading else None

    @property
    def soft(self) -> str:
        """The status, where it is not official."""
        return "" if self.reading is None or self.reading.status == "official" else str(self.reading.status)


@dataclass(frozen=True)
class ExploreDesk:
    """All but the pictures."""

    items: tuple[Chip, ...]
    units: tuple[Chip, ...]
    starts: tuple[Chip, ...]
    indicator_list: tuple[str, ...]
    unit_list: tuple[str, ...]
    frequencies: tuple[tuple[str, str], ...]
    bases: tuple[tuple[str, str], ...]
    dims: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[FigureCell, ...]], ...]
    briefs: tuple[Brief, ...]
    breaks: tuple[Break, ...]
    base: str


def frequency_words() -> dict[str, str]:
    """The frequencies in words."""
    return {"day": _("ngày"), "month": _("tháng"), "quarter": _("quý"), "year": _("năm")}


def explore_desk(at: SnapshotFrame, choice: ExploreChoice, shown_choice: ShownChoice) -> ExploreDesk:
    """The tables and controls of a choice that is shown."""
    drawn = () if choice.form in (RANKING, SCATTER) else shown_choice.curves
    base = str(shown_choice.more.get("base", "")) if choice.form == INDEX else ""
    known_periods = periods_of(shown_choice.curves)
    words = frequency_words()
    return ExploreDesk(
        items=tuple(_item_chips(choice)),
        units=tuple(_unit_chips(choice)),
        starts=() if choice.items else tuple(_starting_chips(at, choice)),
        indicator_list=tuple(_indicator_lines(at)) if len(choice.items) < MOST_INDICATORS else (),
        unit_list=tuple(_unit_lines(at)) if len(choice.units) < MOST_UNITS else (),
        frequencies=tuple(
            (common_frequency, words[common_frequency]) for common_frequency in common_frequencies(choice.items)
        ),
        bases=tuple(
            (available_basis, basis_words()[available_basis]) for available_basis in available_bases(at, choice.units)
        ),
        dims=tuple(_dimension_options(at, choice)),
        periods=tuple(_period_options(at, choice)),
        heads=tuple(_column_heads(drawn)),
        rows=tuple(
            (code, tuple(_table_cell(at, curve, code, base) for curve in drawn)) for code in reversed(known_periods)
        )
        if drawn
        else (),
        briefs=tuple(brief_of(curve) for curve in drawn),
        breaks=shown_choice.breaks,
        base=base,
    )


def _item_chips(choice: ExploreChoice) -> list[Chip]:
    return [
        Chip(
            name_of(item),
            item.code,
            choice.but(items=_chosen_without(choice.items, item)),
            choice.but(items=(item, *_chosen_without(choice.items, item))),
        )
        for item in choice.items
    ]


def _unit_chips(choice: ExploreChoice) -> list[Chip]:
    return [
        Chip(name_in_language(node), node.ref, choice.but(units=_chosen_without(choice.units, node)))
        for node in choice.units
    ]


def _chosen_without(chosen: Sequence[object], one: object) -> tuple[object, ...]:
    return tuple(other for other in chosen if other != one)


def _starting_chips(at: SnapshotFrame, choice: ExploreChoice) -> list[Chip]:
    """Headline indicators to begin with."""
    indicators = [indicator for code in at.catalogue.domains if (indicator := at.catalogue.headline(code)) is not None][
        :STARTS
    ]
    return [
        Chip(
            name_in_language(indicator),
            indicator.code,
            choice.but(items=(at.catalogue.item(indicator.code),), every=indicator.period),
        )
        for indicator in indicators
    ]


def _indicator_lines(at: SnapshotFrame) -> list[str]:
    return [f"{indicator.code} · {name_in_language(indicator)}" for indicator in at.catalogue.indicators.values()]


def _unit_lines(at: SnapshotFrame) -> list[str]:
    return [f"{name_in_language(node)} ({node.ref})" for node in at.places.offered()]


def _dimension_options(at: SnapshotFrame, choice: ExploreChoice) -> list[tuple[str, str]]:
    if chosen_dimension(at, choice) is None:
        return []
    facts = at.catalogue.facts[choice.items[0].indicator.fact]
    return [(dim.code, name_in_language(dim)) for dim in facts.dims if dim.code in choice.dims]


def _period_options(at: SnapshotFrame, choice: ExploreChoice) -> list[str]:
    """The periods to choose from and to, newest first, whatever range is chosen now."""
    return periods_of(curves_of(at, replace(choice, since="", until="")))[::-1]


def _column_heads(drawn: Sequence[Curve]) -> list[tuple[str, str]]:
    """Each column's name and unit of measure."""
    return list(zip(curve_labels(drawn), (curve.indicator.unit_of_measure for curve in drawn), strict=True))


def _table_cell(at: SnapshotFrame, curve: Curve, period: str, base: str) -> FigureCell:
    reading = curve.at(period)
    index = value_as_index(curve, reading.value, base) if base and reading else None
    return FigureCell(reading, curve.indicator.decimals, why_of(at, reading), index)
