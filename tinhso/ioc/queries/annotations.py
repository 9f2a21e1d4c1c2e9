"""Notes on the course of an indicator, as known at a moment, and who may change them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.rights import MANAGE_INDICATORS
from tinhso.blocks.units import queries as units
from tinhso.ioc.models import Annotation
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.rights import ANNOTATE_INDICATORS
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType


@dataclass(frozen=True)
class NumberedNote:
    """One note as a page shows it: numbered in the order of periods, as on the chart."""

    number: int
    one: Annotation
    code: str
    editable: bool = False

    @property
    def spec(self) -> dict[str, str]:
        """As a chart marks it."""
        return {"period": self.code, "label": str(self.number)}


def known_notes(at: SnapshotFrame, indicators: Iterable[str], refs: Iterable[str]) -> list[Annotation]:
    """Notes on indicators that are for all units or for one of ``refs``, as known at the frame's moment.

    A note of a unit whose figures the reader may not see is not told either.
    """
    moment = at.known_at
    alive = Q(until=None) if moment is None else Q(at__lte=moment) & (Q(until=None) | Q(until__gt=moment))
    found = Annotation.objects.filter(alive, Q(unit=None) | Q(unit__ref__in=list(refs)), indicator__in=list(indicators))
    return [one for one in found.select_related("unit").order_by("period", "at", "pk") if _may_see(at, one)]


def _may_see(at: SnapshotFrame, one: Annotation) -> bool:
    """Whether the indicator's figures at the note's level are for the reader."""
    indicator = at.catalogue.indicators.get(one.indicator)
    if indicator is None or one.unit is None:
        return indicator is not None
    return at.audience.may_see(indicator.access_at(units.level_name(one.unit.ref)), one.unit.ref)


def numbered_notes(found: Sequence[Annotation], every: str, by: Actor | None = None) -> list[NumberedNote]:
    """Notes beside a chart whose periods are of the frequency ``every``."""
    return [
        NumberedNote(number, one, _shown_at(one.period, every), by is not None and may_change(one, by))
        for number, one in enumerate(found, 1)
    ]


def _shown_at(period: str, every: str) -> str:
    return periods.of(periods.parse(period).end, PeriodType(every)).code


def may_write(by: Actor, unit: object | None) -> bool:
    """Whether ``by`` may write a note for a unit, or (None) for all units."""
    return ANNOTATE_INDICATORS in by.everywhere if unit is None else by.can(ANNOTATE_INDICATORS, at=unit)  # type: ignore[arg-type]


def may_change(one: Annotation, by: Actor) -> bool:
    """Whether ``by`` wrote the note or manages indicators at its unit."""
    if one.author == by.ref:
        return by.can(ANNOTATE_INDICATORS)
    return MANAGE_INDICATORS in by.everywhere if one.unit is None else by.can(MANAGE_INDICATORS, at=one.unit)


def wording_now(ref: str) -> Annotation:
    """The wording that is shown today, for changing; refuses a note that is not there or was withdrawn."""
    found = (
        Annotation.objects.select_for_update(of=("self",)).select_related("unit").filter(ref=ref, until=None).first()
    )
    if found is None:
        raise Refused("unknown_note", _("Không có ghi chú nào có mã “%(ref)s”, hoặc nó đã được rút."), ref=ref)
    return found


def note_history(at: SnapshotFrame, ref: str) -> list[Annotation]:
    """Every wording of a note, oldest first; refuses one that nobody wrote, or that is not for the reader."""
    found = list(Annotation.objects.filter(ref=ref).select_related("unit").order_by("version"))
    if not found or not _may_see(at, found[-1]):
        raise Refused("unknown_note", _("Không có ghi chú nào có mã “%(ref)s”."), ref=ref)
    return found


def audited_annotation(one: Annotation) -> Mapping[str, object]:
    """A wording for the audit log."""
    return {
        "version": one.version,
        "indicator": one.indicator,
        "unit": one.unit.ref if one.unit else "",
        "period": one.period,
        "text": one.text,
    }
