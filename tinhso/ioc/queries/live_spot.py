"""A spot chosen on the live map: where it is, what stands there at this moment, and how one steers by it."""

from dataclasses import dataclass
from math import hypot
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Subject
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.queries.frame import snapshot_frame, view_of
from tinhso.ioc.queries.live_map import LayerMark, LiveMap, live_map, on_grid
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import name_in_language, number_text

PLACES = 5  # decimals of a degree: about a metre


@dataclass(frozen=True)
class SpotStanding:
    """What one layer has at a spot."""

    name: str
    count: int
    urgent: int

    def __str__(self) -> str:
        words = _("%(name)s: %(count)s, trong đó %(urgent)s gấp hoặc trễ")
        return words % {
            "name": self.name,
            "count": number_text(self.count, 0),
            "urgent": number_text(self.urgent, 0),
        }


@dataclass(frozen=True)
class ChosenSpot:
    """A point (degrees, WGS 84), the commune that holds it (None outside of all), and what is open there."""

    longitude: float
    latitude: float
    unit: Unit | None
    standing: tuple[SpotStanding, ...]

    @property
    def ref(self) -> str:
        """The point as addresses write it."""
        return f"{self.longitude:.{PLACES}f},{self.latitude:.{PLACES}f}"

    @property
    def spot(self) -> str:
        """The point as marks write theirs."""
        return f"{self.longitude},{self.latitude}"

    @property
    def x(self) -> float:
        """Where that is on the grid of the outlines."""
        return on_grid(self.longitude, self.latitude)[0]

    @property
    def y(self) -> float:
        """The same downwards."""
        return on_grid(self.longitude, self.latitude)[1]

    @property
    def where(self) -> str:
        """The point in words, latitude first as people say it."""
        return f"{number_text(self.latitude, PLACES)}; {number_text(self.longitude, PLACES)}"

    @property
    def label(self) -> str:
        """The place, its coordinates and what stands there."""
        place = [name_in_language(self.unit)] if self.unit else []
        return ", ".join([*place, self.where]) + (f" ({'; '.join(map(str, self.standing))})" if self.standing else "")


def chosen_spot(live: LiveMap, spot: str) -> ChosenSpot | None:
    """The spot ``longitude,latitude`` on a map, moved to the mark that it touches; None for what is no point."""
    point = _parsed_point(spot)
    if point is None:
        return None
    near = [(drawn.layer.name, mark) for drawn in live.layers if (mark := _touched_mark(drawn.marks, *point))]
    if near:
        point = near[0][1].longitude, near[0][1].latitude
    standing = tuple(SpotStanding(name, mark.count, mark.urgent) for name, mark in near)
    return ChosenSpot(*point, units.commune_containing(*point, clock.local(live.at).date()), standing)


def spot_subject(ref: str, by: Actor) -> Subject | None:
    """The spot of ``longitude,latitude/unit``, the unit being that of the map; for whoever may see the map."""
    spot, _slash, unit = ref.partition("/")
    at = snapshot_frame(by)
    if not by.can(SEE_INDICATORS) or (unit and unit not in at.places.by_ref):
        return None
    unit_view = view_of(at, by, unit=unit)
    live = live_map(at, unit_view, clock.now()) if unit_view else None
    live_spot = chosen_spot(live, spot) if live and unit_view else None
    if live_spot is None or unit_view is None or live_spot.unit is None:
        return None
    query = urlencode({"unit": unit_view.unit.ref, "spot": live_spot.ref}, safe=",")
    return Subject("spot", ref, live_spot.label, f"{reverse('ioc:live_map')}?{query}", unit=live_spot.unit.ref)


def _parsed_point(spot: str) -> tuple[float, float] | None:
    try:
        longitude, latitude = (float(part) for part in spot.split(","))
    except ValueError:
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) < 85 else None


def _touched_mark(marks: tuple[LayerMark, ...], longitude: float, latitude: float) -> LayerMark | None:
    """The mark whose circle holds the point; the nearest of several."""
    near = sorted(
        marks, key=lambda layer_mark: hypot(layer_mark.longitude - longitude, layer_mark.latitude - latitude)
    )[:1]
    layer_marks = [
        layer_mark
        for layer_mark in near
        if hypot(layer_mark.longitude - longitude, layer_mark.latitude - latitude) <= layer_mark.reach
    ]
    return layer_marks[0] if layer_marks else None
