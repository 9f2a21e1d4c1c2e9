"""An alert as something that one may give a directive about."""

from django.urls import reverse

from tinhso.blocks.indicators.contract import Subject
from tinhso.ioc.queries.alerting import listed, said
from tinhso.ioc.queries.frame import snapshot_frame
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def alert_subject(ref: str, by: Actor) -> Subject | None:
    """The alert, at the unit where it is; None for one that is not for the reader."""
    try:
        alert = listed.by_ref(ref, by=by)
    except Refused:
        return None
    label = said.title_of(snapshot_frame(by), alert)
    return Subject(
        "alert", alert.ref, label, reverse("ioc:alert", args=[alert.ref]), alert.unit.ref, alert.indicator, alert.period
    )
