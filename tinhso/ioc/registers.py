"""What one may steer by in the operations centre: an indicator's reading, an alert."""

from tinhso.blocks.indicators.contract import Subject, tells_subject
from tinhso.ioc.queries import deeds
from tinhso.ioc.queries.alerting import steering
from tinhso.kernel.actor import Actor


@tells_subject("indicator")
def of_indicators(ref: str, by: Actor) -> Subject | None:
    """The reading of an indicator, ``code/unit/period``."""
    return deeds.subject(ref, by)


@tells_subject("alert")
def of_alerts(ref: str, by: Actor) -> Subject | None:
    """An alert that the reader may see."""
    return steering.subject(ref, by)
