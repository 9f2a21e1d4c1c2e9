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
    annotations = Annotation.objects.filter(
        alive, Q(unit=None) | Q(unit__ref__in=list(refs)), indicator__in=list(indicators)
    )
    return [
        annotation
        for annotation in annotations.select_related("unit").order_by("period", "at", "pk")
        if _may_see(at, annotation)
    ]


def _may_see(at: SnapshotFrame, annotation: Annotation) -> bool:
    """Whether the indicator's figures at the note's level are for the reader."""
    indicator = at.catalogue.indicators.get(annotation.indicator)
    if indicator is None or annotation.unit is None:
        return indicator is not None
    return at.audience.may_see(indicator.access_at(units.level_name(annotation.unit.ref)), annotation.unit.ref)


def numbered_notes(annotations: Sequence[Annotation], every: str, by: Actor | None = None) -> list[NumberedNote]:
    """Notes beside a chart whose periods are of the frequency ``every``."""
    return [
        NumberedNote(
            number, annotation, _shown_at(annotation.period, every), by is not None and may_change(annotation, by)
        )
        for number, annotation in enumerate(annotations, 1)
    ]


def _shown_at(period: str, every: str) -> str:
    return periods.of(periods.parse(period).end, PeriodType(every)).code


def may_write(by: Actor, unit: object | None) -> bool:
    """Whether ``by`` may write a note for a unit, or (None) for all units."""
    return ANNOTATE_INDICATORS in by.everywhere if unit is None else by.can(ANNOTATE_INDICATORS, at=unit)  # type: ignore[arg-type]


def may_change(annotation: Annotation, by: Actor) -> bool:
    """Whether ``by`` wrote the note or manages indicators at its unit."""
    if annotation.author == by.ref:
        return by.can(ANNOTATE_INDICATORS)
    return (
        MANAGE_INDICATORS in by.everywhere if annotation.unit is None else by.can(MANAGE_INDICATORS, at=annotation.unit)
    )


def wording_now(ref: str) -> Annotation:
    """The wording that is shown today, for changing; refuses a note that is not there or was withdrawn."""
    annotation = (
        Annotation.objects.select_for_update(of=("self",)).select_related("unit").filter(ref=ref, until=None).first()
    )
    if annotation is None:
        raise Refused("unknown_note", _("Không có ghi chú nào có mã “%(ref)s”, hoặc nó đã được rút."), ref=ref)
    return annotation


def note_history(at: SnapshotFrame, ref: str) -> list[Annotation]:
    """Every wording of a note, oldest first; refuses one that nobody wrote, or that is not for the reader."""
    annotations = list(Annotation.objects.filter(ref=ref).select_related("unit").order_by("version"))
    if not annotations or not _may_see(at, annotations[-1]):
        raise Refused("unknown_note", _("Không có ghi chú nào có mã “%(ref)s”."), ref=ref)
    return annotations


def audited_annotation(annotation: Annotation) -> Mapping[str, object]:
    """A wording for the audit log."""
    return {
        "version": annotation.version,
        "indicator": annotation.indicator,
        "unit": annotation.unit.ref if annotation.unit else "",
        "period": annotation.period,
        "text": annotation.text,
    }
