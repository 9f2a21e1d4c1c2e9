"""The forms over time: lines together, small multiples, index, years laid over each other."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.ioc.queries.explore.breaks import Break
from tinhso.ioc.queries.explore.choice import ExploreChoice
from tinhso.ioc.queries.explore.curves import Curve, periods_of
from tinhso.ioc.queries.explore.pictures import (
    MOST_FACETS,
    MOST_LINES,
    ChartPicture,
    ShownChoice,
    Spec,
    by_item,
    by_measure,
    chart_foot,
    codes_of,
    curve_labels,
    curve_sentences,
    line_series,
    main_finding,
    measure_of,
    time_picture,
    time_spec,
    title_of,
)
from tinhso.kernel.periods import PeriodType
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

BASE = Decimal(100)


def lines_form(drawn: Sequence[Curve], choice: ExploreChoice, breaks: Sequence[Break]) -> ShownChoice:
    """One chart for each unit of measure; one for each indicator where there would be too many lines."""
    groups = [part for group in by_measure(drawn) for part in (by_item(group) if len(group) > MOST_LINES else [group])]
    return ShownChoice(tuple(time_picture(title_of(group), group, choice, breaks) for group in groups), tuple(drawn))


def multiples_form(drawn: Sequence[Curve], choice: ExploreChoice, breaks: Sequence[Break]) -> ShownChoice:
    """A small chart for each unit (or for each indicator of one unit), all on the same axes."""
    pictures = []
    for group in by_measure(drawn):
        units = list(dict.fromkeys(curve.node.ref for curve in group))
        split = (
            [[curve for curve in group if curve.node.ref == ref] for ref in units] if len(units) > 1 else by_item(group)
        )
        pictures.append(_facets_picture(title_of(group), group, split, choice, breaks))
    return ShownChoice(tuple(pictures), tuple(drawn))


def _facets_picture(
    title: str, group: Sequence[Curve], split: Sequence[Sequence[Curve]], choice: ExploreChoice, breaks: Sequence[Break]
) -> ChartPicture:
    by_unit = len({curve.node.ref for curve in group}) > 1
    head = time_picture(title, group, choice, breaks)
    many = len({curve.item.code for curve in group}) > 1 and by_unit
    facets = [
        {
            "title": name_in_language(part[0].node)
            if by_unit
            else curve_labels(part)[0]
            if len(group) == 1
            else title_of(part).rpartition(", ")[0],
            "series": line_series(part) if not many else _series_by_indicator(part),
            "breaks": time_spec("", part, choice, breaks)["breaks"],
        }
        for part in split[:MOST_FACETS]
    ]
    return replace(head, spec=head.spec | {"facets": facets, "series": []})


def _series_by_indicator(part: Sequence[Curve]) -> list[Spec]:
    return [
        spec | {"name": name_in_language(curve.item.indicator)}
        for spec, curve in zip(line_series(part), part, strict=True)
    ]


def index_form(drawn: Sequence[Curve], choice: ExploreChoice, breaks: Sequence[Break]) -> ShownChoice:
    """Every line as a share of its own figure in the base period (= 100), so that amounts of any size compare."""
    base = choice.base or common_base(drawn)
    curves = [curve for curve in drawn if (curve.value(base) or Decimal(0)) > 0]
    notes = [
        _("%(name)s không có số dương ở kỳ gốc %(base)s nên không vẽ được.")
        % {"name": curve.name, "base": wording.period_text(base)}
        for curve in drawn
        if curve not in curves
    ]
    if not curves:
        return ShownChoice(curves=tuple(drawn), notes=tuple(notes), more={"base": base})
    groups = by_item(curves) if len(curves) > MOST_LINES else [curves]
    return ShownChoice(
        tuple(_index_picture(group, base, choice, breaks) for group in groups),
        tuple(drawn),
        tuple(notes),
        more={"base": base},
    )


def _index_picture(group: Sequence[Curve], base: str, choice: ExploreChoice, breaks: Sequence[Break]) -> ChartPicture:
    title = _("%(title)s (%(base)s = 100)") % {"title": title_of(group), "base": wording.period_text(base)}
    series = [
        {
            "name": name,
            "kind": "line",
            "data": [(code, value_as_index(curve, value, base), status) for code, value, status in curve.points],
        }
        for name, curve in zip(curve_labels(group), group, strict=True)
    ]
    words = tuple(_index_words(curve, base) for curve in group)
    spec = time_spec(title, group, choice, breaks) | {"unit": "", "decimals": 1, "series": series, "level": 100}
    return ChartPicture(title, spec | {"says": " ".join((title, *words))}, "", words, codes_of(group))


def value_as_index(curve: Curve, value: Decimal | None, base: str) -> Decimal | None:
    """A figure with that of the base period as 100."""
    base_value = curve.value(base)
    return None if value is None or not base_value else (value * BASE / base_value).quantize(Decimal("0.01"))


def _index_words(curve: Curve, base: str) -> str:
    last = curve.known_readings[-1]
    return _("%(name)s: %(period)s bằng %(value)s%% của %(base)s.") % {
        "name": curve.name,
        "period": wording.period_text(last.period),
        "value": wording.number_text(value_as_index(curve, last.value, base), 1),
        "base": wording.period_text(base),
    }


def common_base(drawn: Sequence[Curve]) -> str:
    """The earliest period at which most of the lines have a figure above zero."""
    known_periods = periods_of(drawn)
    counts = {period: sum((curve.value(period) or 0) > 0 for curve in drawn) for period in known_periods}
    return min(known_periods, key=lambda period: (-counts[period], period), default="")


def years_form(drawn: Sequence[Curve], choice: ExploreChoice, breaks: Sequence[Break]) -> ShownChoice:
    """One line a year over the months (or quarters) of a year: what is season and what is news."""
    if choice.every not in (PeriodType.MONTH, PeriodType.QUARTER):
        return ShownChoice(curves=tuple(drawn), notes=(_("Chồng các năm cần số liệu theo tháng hoặc theo quý."),))
    pictures = [_years_picture(curve, choice) for curve in drawn[:MOST_FACETS] if curve.known_readings]
    notes = (
        [_("Mỗi lần vẽ nhiều nhất %(most)s khung; bảng có đủ.") % {"most": MOST_FACETS}]
        if len(drawn) > MOST_FACETS
        else []
    )
    marked = [series_break.label for series_break in breaks]
    if marked and pictures:
        notes.append(
            _("Trong khoảng này có: %(breaks)s. So năm trước với năm sau mốc đó phải thận trọng.")
            % {"breaks": "; ".join(marked)}
        )
    return ShownChoice(tuple(pictures), tuple(drawn), tuple(notes))


def _years_picture(curve: Curve, choice: ExploreChoice) -> ChartPicture:
    by_year: dict[str, list[tuple[str, Decimal | None, str]]] = {}
    for code, value, status in curve.points:
        by_year.setdefault(code[:4], []).append((code[5:], value, status))
    title = title_of([curve])
    measure, decimals = measure_of([curve])
    words = tuple(_year_words(curve, year) for year in by_year)
    spec: Spec = {
        "title": title,
        "unit": measure,
        "decimals": decimals,
        "series": [{"name": year, "kind": "line", "data": points} for year, points in by_year.items()],
        "labels": _parts_of_year(choice.every),
        "ordered": True,
        "says": " ".join((title, *words)),
        **chart_foot([curve]),
    }
    return ChartPicture(title, spec, main_finding([curve]), words)


def _parts_of_year(every: str) -> dict[str, tuple[str, str]]:
    if every == PeriodType.QUARTER:
        return {
            f"Q{n}": (wording.QUARTERS[n], _("quý %(quarter)s") % {"quarter": wording.QUARTERS[n]}) for n in range(1, 5)
        }
    return {f"{n:02d}": (f"T{n}", _("tháng %(month)s") % {"month": n}) for n in range(1, 13)}


def _year_words(curve: Curve, year: str) -> str:
    part = replace(curve, readings=tuple(reading for reading in curve.readings if reading.period[:4] == year))
    return curve_sentences([part])[0]
