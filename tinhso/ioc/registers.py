"""What one may steer by in the operations centre: an indicator's reading, an alert, a spot on the map."""

from tinhso.blocks.indicators.contract import Subject, register_subject
from tinhso.ioc.queries import deeds, live_spot
from tinhso.ioc.queries.alerting import steering
from tinhso.kernel.actor import Actor


@register_subject("indicator")
def of_indicators(ref: str, by: Actor) -> Subject | None:
    """The reading of an indicator, ``code/unit/period``."""
    return deeds.indicator_subject(ref, by)


@register_subject("alert")
def of_alerts(ref: str, by: Actor) -> Subject | None:
    """An alert that the reader may see."""
    return steering.alert_subject(ref, by)


@register_subject("spot")
def of_spots(ref: str, by: Actor) -> Subject | None:
    """A place on the live map, ``longitude,latitude/unit``: its commune, and what is open there."""
    return live_spot.spot_subject(ref, by)
