"""Who got what where: how much of a programme was given in each commune, of what was approved there.

A commune is told to whoever may read its applications, and to nobody else: the open data tell months of communes
without small counts, and whoever had a commune's sum beside them could work a small month out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Boundary
from tinhso.blocks.units.queries import UnitNode
from tinhso.blocks.units.queries.tree import tree_of_nodes
from tinhso.kernel.actor import Actor
from tinhso.society.support.models import Programme
from tinhso.society.support.queries import lookup
from tinhso.society.support.rights import MANAGE_SUPPORT
from tinhso.ui.breaks import CIRCLES, QUANTILE
from tinhso.ui.drawing import DrawnMap, map_of
from tinhso.ui.wording import number_text

GIVEN, SHARE = "given", "share"
Counted = Mapping[int, tuple[int, int]]  # by commune of then: approved, and handed over of these


@dataclass(frozen=True)
class CommuneDelivery:
    """A commune: of what was approved there (those who are entitled), so much was handed over."""

    node: UnitNode
    entitled: int
    given: int

    @property
    def share(self) -> float | None:
        """Per cent; None where nobody is entitled."""
        return round(100 * self.given / self.entitled, 1) if self.entitled else None


@dataclass(frozen=True)
class GivenMap:
    """Communes of ``day``: ``adrift`` pieces lie in communes that were divided, ``hidden`` communes are not told."""

    day: date
    drawn: DrawnMap
    schematic: bool
    show: str
    entitled: int
    given: int
    adrift: int
    hidden: int


def readable_units(programme: Programme, by: Actor) -> frozenset[int] | None:
    """Units whose applications to a programme ``by`` may read; None for all."""
    if any(right in by.everywhere for right in lookup.RIGHTS) or by.can(MANAGE_SUPPORT, at=programme.unit):
        return None
    return frozenset[int]().union(*(by.places(right) for right in lookup.RIGHTS))


def delivery_map(
    programme: Programme, by: Actor, today: date, show: str, *, counted: Counted, nodes: Mapping[int, UnitNode]
) -> GivenMap | None:
    """The map of a programme at its last day (or today), for ``by``; None where no commune has an outline."""
    day = min(today, programme.ends_on or today)
    communes, adrift = _totals_by_commune(counted, day, nodes)
    may = readable_units(programme, by)
    commune_deliveries_by_key = {
        pk: commune_delivery for pk, commune_delivery in communes.items() if may is None or pk in may
    }
    rows = Boundary.objects.filter(unit__in=_surrounding_communes(communes, nodes, day))
    outlines = list(rows.values_list("unit_id", "geometry", "schematic"))
    if not outlines:
        return None
    areas = [
        _commune_area(
            nodes[pk],
            geometry,
            commune_deliveries_by_key.get(pk),
            programme,
            show,
            hidden=may is not None and pk not in may,
        )
        for pk, geometry, _sketch in outlines
    ]
    return GivenMap(
        day,
        map_of(areas, method=CIRCLES if show == GIVEN else QUANTILE),
        any(sketch for *_two, sketch in outlines),
        show,
        sum(commune_delivery.entitled for commune_delivery in commune_deliveries_by_key.values()),
        sum(commune_delivery.given for commune_delivery in commune_deliveries_by_key.values()),
        adrift if may is None else 0,
        len(communes) - len(commune_deliveries_by_key),
    )


def _totals_by_commune(
    counted: Counted, day: date, nodes: Mapping[int, UnitNode]
) -> tuple[dict[int, CommuneDelivery], int]:
    """What was given, by the commune of ``day`` that its commune of then became; and what has no single one."""
    succession, commune_deliveries_by_key, adrift = units.SuccessionEdges.known_edges(), dict[int, CommuneDelivery](), 0
    for origin, (entitled, delivered) in counted.items():
        became = list(units.shares_on_day(nodes[origin], day, nodes, succession))
        if len(became) != 1:
            adrift += entitled
            continue
        had = commune_deliveries_by_key.get(became[0], CommuneDelivery(nodes[became[0]], 0, 0))
        commune_deliveries_by_key[became[0]] = CommuneDelivery(had.node, had.entitled + entitled, had.given + delivered)
    return commune_deliveries_by_key, adrift


def _surrounding_communes(
    communes: Mapping[int, CommuneDelivery], nodes: Mapping[int, UnitNode], day: date
) -> Sequence[int]:
    """All communes of the provinces in which something was asked for."""
    tree = tree_of_nodes(unit_node for unit_node in nodes.values() if unit_node.valid(day))
    tops = {tree.ancestors(pk)[-1] for pk in communes if pk in tree.nodes}
    return [unit_node.pk for top in tops for unit_node in tree.communes(top)]


def _commune_area(
    node: UnitNode, geometry: object, place: CommuneDelivery | None, programme: Programme, show: str, *, hidden: bool
) -> dict[str, object]:
    words = _("%(given)s/%(entitled)s suất đã duyệt")
    delivered, entitled = (place.given, place.entitled) if place else (0, 0)
    text = words % {"given": number_text(delivered, 0), "entitled": number_text(entitled, 0)}
    value: object = None
    if not hidden:
        value = delivered if show == GIVEN else place.share if place else None
    values = {"tray": "all", "programme": programme.code, "unit": node.ref}
    return {
        "ref": node.ref,
        "name": node.name,
        "geometry": json.dumps(geometry),
        "value": value,
        "text": _("ngoài nơi bạn được xem") if hidden else text,
        "href": "" if hidden else f"{reverse('support:inbox')}?{urlencode(values)}",
    }
