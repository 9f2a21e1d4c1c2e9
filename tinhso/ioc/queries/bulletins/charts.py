"""Charts of a bulletin: the course of an indicator, and units side by side."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import ChartFigure
from tinhso.blocks.indicators.contract import Indicator, IndicatorTarget
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries.bulletins.ledger import FigureLedger, amount_text, figure_text, unit_in_sentence
from tinhso.ioc.queries.communes import ComparedPlace
from tinhso.kernel import clock
from tinhso.ui import plots, wording
from tinhso.ui.plots import ChartMark
from tinhso.ui.wording import name_in_language


def course_figure(
    ledger: FigureLedger, indicator: Indicator, *, member: str = "", last: int = 13
) -> ChartFigure | None:
    """The last readings of an indicator as a line with its target; None where there is none."""
    course = ledger.course(indicator, member=member)[-last:]
    readings = [reading for reading in course if reading.value is not None]
    if not readings:
        return None
    marks = [
        ChartMark(
            wording.period_short(reading.period),
            reading.value,
            figure_text(reading),
            firm=str(reading.status) == "official",
        )
        for reading in course
    ]
    aim = _target_mark(indicator, readings[-1].target)
    values = [
        value for value in (*(reading.value for reading in readings), aim.value if aim else None) if value is not None
    ]
    low, high = _axis_range(indicator, min(values), max(values))
    scale = [
        ChartMark("", tick, amount_text(_tick_indicator(indicator, tick), tick))
        for tick in plots.scale_ticks(low, high)
    ]
    return ChartFigure(
        caption=_("%(name)s, %(unit)s") % {"name": name_in_language(indicator), "unit": unit_in_sentence(ledger.node)},
        drawing=plots.line_chart(marks, aim=aim, scale=scale),
        alt=_course_words(indicator, readings),
        note=_source_line(ledger, indicator, hollow=any(not mark.firm for mark in marks)),
    )


def units_figure(ledger: FigureLedger, indicator: Indicator, places: list[ComparedPlace]) -> ChartFigure | None:
    """Units as bars with the target; None where none has a figure."""
    marks = [
        ChartMark(name_in_language(place.node), place.value, figure_text(place.reading))
        for place in places
        if place.value is not None
    ]
    if not marks:
        return None
    first = next(place.reading for place in places if place.value is not None)
    alt = "; ".join(f"{mark.label}: {mark.text}" for mark in marks)
    caption = _("%(name)s theo xã, phường, %(period)s") % {
        "name": name_in_language(indicator),
        "period": wording.period_text(first.period if first else ledger.period.code),
    }
    drawing = plots.bar_chart(marks, aim=_target_mark(indicator, first.target if first else None))
    return ChartFigure(caption, drawing, alt, _source_line(ledger, indicator))


def _target_mark(indicator: Indicator, target: IndicatorTarget | None) -> ChartMark | None:
    if target is None:
        return None
    value = target.floor if target.floor is not None else target.ceiling
    return ChartMark(
        "", value, _("mục tiêu %(value)s") % {"value": wording.number_text(value) + _unit_suffix(indicator)}
    )


def _unit_suffix(indicator: Indicator) -> str:
    return wording.unit_text(indicator.unit_of_measure)


def _axis_range(indicator: Indicator, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """Amounts are drawn from zero; shares and means from where they are."""
    return (low, high) if indicator.kind.has_out_of else (min(low, Decimal(0)), high)


def _tick_indicator(indicator: Indicator, tick: Decimal) -> Indicator:
    """The indicator with as many places as a tick needs."""
    exponent = tick.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    measure = indicator.unit_of_measure if indicator.unit_of_measure in ("%", "‰") else ""
    return replace(indicator, decimals=min(places, 6), unit_of_measure=measure)


def _course_words(indicator: Indicator, readings: list[Reading]) -> str:
    first, last = readings[0], readings[-1]
    return _("%(name)s: %(first)s ở %(from)s, %(last)s ở %(to)s; thấp nhất %(low)s, cao nhất %(high)s") % {
        "name": name_in_language(indicator),
        "first": figure_text(first),
        "from": wording.period_text(first.period),
        "last": figure_text(last),
        "to": wording.period_text(last.period),
        "low": figure_text(min(readings, key=lambda reading: reading.value or Decimal(0))),
        "high": figure_text(max(readings, key=lambda reading: reading.value or Decimal(0))),
    }


def _source_line(ledger: FigureLedger, indicator: Indicator, *, hollow: bool = False) -> str:
    moment = clock.local(ledger.at.at).date() if ledger.at.at else None
    text = _("Nguồn: %(source)s; số liệu đúng đến %(day)s.") % {
        "source": indicator.source.rstrip("."),
        "day": wording.date_text(moment),
    }
    return f"{text} {_('Chấm rỗng: số chưa chính thức.')}" if hollow else text
