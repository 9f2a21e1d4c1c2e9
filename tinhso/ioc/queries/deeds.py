"""What was done about an indicator, as apps tell it: marks beside the notes on its course."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from tinhso.blocks.indicators.contract import MARK_PROVIDERS, SteeringMark, Subject
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.queries.frame import SnapshotFrame, snapshot_frame
from tinhso.ioc.queries.indicators import read_indicator
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType
from tinhso.ui.wording import name_in_language


@dataclass(frozen=True)
class Deed:
    """One mark as a page shows it, lettered in the order of time; it has no period before the course begins."""

    label: str
    mark: SteeringMark
    period: str


def chart_marks(deeds: Sequence[Deed]) -> list[dict[str, str]]:
    """As a chart marks them: what was done in one period shares a line."""
    labels_by_period: dict[str, list[str]] = {}
    for deed in deeds:
        if deed.period:
            labels_by_period.setdefault(deed.period, []).append(deed.label)
    return [{"period": period, "label": ", ".join(labels)} for period, labels in labels_by_period.items()]


def known_marks(at: SnapshotFrame, indicator: str, unit: str, by: Actor) -> tuple[SteeringMark, ...]:
    """What was done about an indicator at a unit up to the frame's moment, the oldest first."""
    marks = [mark for provider in MARK_PROVIDERS for mark in provider(indicator, unit, by)]
    steering_marks = [mark for mark in marks if at.known_at is None or mark.at <= at.known_at]
    return tuple(sorted(steering_marks, key=lambda mark: mark.at))


def lettered_deeds(steering_marks: Sequence[SteeringMark], every: str, first: str, last: str) -> tuple[Deed, ...]:
    """Marks beside a chart from ``first`` to ``last``, periods of the frequency ``every``: A, B, … Z, A1, …

    What was done after the newest reading is marked at it: no other reading is there yet.
    """
    return tuple(
        Deed(_deed_letter(at), mark, _clamped_period(_shown_at(mark, every), first, last))
        for at, mark in enumerate(steering_marks)
    )


def _clamped_period(period: str, first: str, last: str) -> str:
    return min(period, last) if first and period >= first else ""


def _deed_letter(at: int) -> str:
    turn, place = divmod(at, 26)
    return chr(ord("A") + place) + (str(turn) if turn else "")


def _shown_at(mark: SteeringMark, every: str) -> str:
    return periods.of(clock.local(mark.at).date(), PeriodType(every)).code


def indicator_subject(ref: str, by: Actor) -> Subject | None:
    """The indicator of ``code/unit/period`` (the last may be empty), for whoever may see it."""
    code, _slash, rest = ref.partition("/")
    unit, _slash, period = rest.partition("/")
    if not by.can(SEE_INDICATORS):
        return None
    at = snapshot_frame(by)
    try:
        indicator, period = read_indicator(at, code), periods.parse(period).code if period else ""
    except Refused:
        return None
    node = at.places.by_ref.get(unit) or at.places.default_for(by)
    if node is None:
        return None
    label = f"{name_in_language(indicator)}, {name_in_language(node)}"
    query = f"?unit={node.ref}" + (f"&period={period}" if period else "")
    return Subject("indicator", ref, label, reverse("ioc:indicator", args=[code]) + query, node.ref, code, period)
