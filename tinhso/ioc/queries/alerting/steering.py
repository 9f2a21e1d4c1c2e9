"""An alert as something that one may give a directive about."""

from django.urls import reverse

from tinhso.blocks.indicators.contract import Subject
from tinhso.ioc.queries.alerting import listed, said
from tinhso.ioc.queries.frame import snapshot_frame
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def alert_subject(ref: str, by: Actor) -> Subject | None:
    """The alert at its unit, with the office that answers for it; None for one that is not for the reader."""
    try:
        alert = listed.by_ref(ref, by=by)
    except Refused:
        return None
    label = said.title_of(snapshot_frame(by), alert)
    return Subject(
        kind="alert",
        ref=alert.ref,
        label=label,
        href=reverse("ioc:alert", args=[alert.ref]),
        unit=alert.unit.ref,
        indicator=alert.indicator,
        period=alert.period,
        office=alert.office.ref,
    )
