"""What a chart is told to draw, and what it says in words to those who do not see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.ioc.queries.annotations import NumberedNote
from tinhso.ioc.queries.explore.breaks import Break, breaks_inside
from tinhso.ioc.queries.explore.choice import ExploreChoice
from tinhso.ioc.queries.explore.curves import Brief, Curve, brief_of, name_of, periods_of
from tinhso.ioc.queries.indicators import aims_of
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

MOST_LINES, MOST_FACETS, MOST_TOLD = 12, 12, 12
Spec = dict[str, object]


@dataclass(frozen=True)
class ChartPicture:
    """One chart: its description for the script, in words the finding and each line, and the indicators it draws."""

    title: str
    spec: Spec
    finding: str = ""
    told: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ShownChoice:
    """What one form makes of a choice: pictures, lines for the tables, breaks, and what the reader must know."""

    pictures: tuple[ChartPicture, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    remarks: tuple[NumberedNote, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)


def curve_label(curve: Curve, many_items: bool, many_units: bool) -> str:
    """What tells a line from the others: the unit, the indicator, or both."""
    if many_units and not many_items:
        return name_in_language(curve.node)
    return name_of(curve.item) if many_items and not many_units else curve.name


def curve_labels(drawn: Sequence[Curve]) -> list[str]:
    """The names of lines that are drawn together; members of one family go by their own names."""
    if len(drawn) > 1 and len({(curve.indicator.code, curve.node.ref) for curve in drawn}) == 1:
        return [name_in_language(curve.item.member) if curve.item.member else _("Tất cả") for curve in drawn]
    items, units = len({curve.item.code for curve in drawn}) > 1, len({curve.node.ref for curve in drawn}) > 1
    return [curve_label(curve, items, units) for curve in drawn]


def from_the_first_figure(drawn: Sequence[Curve]) -> list[Curve]:
    """The curves without the time before any of them has a figure: pictures begin there, tables say why not earlier."""
    first = min((reading.period for curve in drawn for reading in curve.known_readings), default="")
    return [
        replace(curve, readings=tuple(reading for reading in curve.readings if reading.period >= first))
        for curve in drawn
    ]


def line_series(drawn: Sequence[Curve]) -> list[Spec]:
    """Curves as series of a chart."""
    return [
        {"name": name, "kind": "line", "data": curve.points}
        for name, curve in zip(curve_labels(drawn), drawn, strict=True)
    ]


def time_spec(title: str, drawn: Sequence[Curve], choice: ExploreChoice, breaks: Iterable[Break] = ()) -> Spec:
    """A chart over time of curves of one measure."""
    known_periods = periods_of(drawn)
    measure, decimals = measure_of(drawn)
    marks = breaks_inside(breaks, known_periods[0], known_periods[-1]) if known_periods else []
    return {
        "title": title,
        "unit": measure,
        "decimals": decimals,
        "series": line_series(drawn),
        "breaks": [mark.spec(choice.every) for mark in marks],
        **chart_foot(drawn),
    }


def measure_of(drawn: Sequence[Curve]) -> tuple[str, int]:
    """The unit of measure and decimals of curves that share an axis."""
    measures = {curve.indicator.unit_of_measure for curve in drawn}
    measure = wording.measure_text(next(iter(measures))) if len(measures) == 1 else ""
    return measure, max((curve.indicator.decimals for curve in drawn), default=0)


def chart_foot(drawn: Sequence[Curve]) -> Spec:
    """The source and until when the figures are true, for under a chart."""
    sources = list(dict.fromkeys(curve.indicator.source for curve in drawn))
    moments = [reading.true_for for curve in drawn for reading in curve.readings if reading.true_for]
    return {"source": "; ".join(sources), "date": wording.date_text(max(moments)) if moments else ""}


def curve_sentences(drawn: Sequence[Curve]) -> tuple[str, ...]:
    """Each line in a sentence or two."""
    return tuple(brief_of(curve).words for curve in drawn[:MOST_TOLD])


def main_finding(drawn: Sequence[Curve]) -> str:
    """What one would say first: how the one line moved, or who is highest and lowest at the last common period."""
    if len(drawn) == 1:
        return course_text(brief_of(drawn[0]))
    alike = {curve.indicator.unit_of_measure for curve in drawn}
    common = [period for period in periods_of(drawn) if all(curve.value(period) is not None for curve in drawn)]
    if len(alike) > 1 or not common:
        return ""
    placed = sorted(
        zip(drawn, curve_labels(drawn), strict=True), key=lambda pair: pair[0].value(common[-1]) or Decimal(0)
    )
    (low, low_name), (high, high_name) = placed[0], placed[-1]
    return _("%(period)s: cao nhất %(high)s (%(high_value)s), thấp nhất %(low)s (%(low_value)s)") % {
        "period": capitalised(wording.period_text(common[-1])),
        "high": high_name,
        "high_value": value_text(high, high.value(common[-1])),
        "low": low_name,
        "low_value": value_text(low, low.value(common[-1])),
    }


def course_text(brief: Brief) -> str:
    """How one line moved from its first figure to its last."""
    moved = wording.change_of(brief.change, decimals=brief.change_decimals)
    if moved is None or brief.first is None or brief.last is None:
        return ""
    words = f"{moved.word} {moved.amount}{wording.unit_text(brief.change_unit)}" if moved.amount else moved.word
    return _("%(change)s từ %(first)s đến %(last)s") % {
        "change": capitalised(words),
        "first": wording.period_text(brief.first.period),
        "last": wording.period_text(brief.last.period),
    }


def value_text(curve: Curve, value: Decimal | None) -> str:
    """A figure of the curve with its unit of measure."""
    return wording.number_text(value, curve.indicator.decimals) + wording.unit_text(curve.indicator.unit_of_measure)


def capitalised(words: str) -> str:
    """With a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def time_picture(
    title: str, drawn: Sequence[Curve], choice: ExploreChoice, breaks: Iterable[Break], **more: object
) -> ChartPicture:
    """A chart over time with its words."""
    finding = main_finding(drawn)
    words = curve_sentences(drawn)
    spec = (
        time_spec(title, drawn, choice, breaks)
        | {"finding": finding, "says": " ".join((title, finding, *words))}
        | more
    )
    if len(drawn) == 1:
        steps, levels = aims_of(drawn[0].readings)
        spec |= {"series": [*line_series(drawn), *steps], "target": levels}
    return ChartPicture(title, spec, finding, words, codes_of(drawn))


def codes_of(drawn: Iterable[Curve]) -> frozenset[str]:
    """The indicators that are drawn."""
    return frozenset(curve.indicator.code for curve in drawn)


def by_measure(drawn: Iterable[Curve]) -> list[list[Curve]]:
    """Curves that may share an axis: of one unit of measure."""
    groups: dict[str, list[Curve]] = {}
    for curve in drawn:
        groups.setdefault(curve.indicator.unit_of_measure, []).append(curve)
    return list(groups.values())


def by_item(drawn: Iterable[Curve]) -> list[list[Curve]]:
    """Curves of one indicator (or member) each."""
    groups: dict[str, list[Curve]] = {}
    for curve in drawn:
        groups.setdefault(curve.item.code, []).append(curve)
    return list(groups.values())


def title_of(drawn: Sequence[Curve]) -> str:
    """The measure, and the unit where there is but one."""
    items = list(dict.fromkeys(name_of(curve.item) for curve in drawn))
    units = list(dict.fromkeys(name_in_language(curve.node) for curve in drawn))
    head = (
        items[0]
        if len(items) == 1
        else wording.list_text(items)
        if len(items) < 4
        else _("%(count)s chỉ tiêu") % {"count": len(items)}
    )
    return f"{head}, {units[0]}" if len(units) == 1 else head
