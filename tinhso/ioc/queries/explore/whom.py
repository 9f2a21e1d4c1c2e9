"""Whom a ranking or a scatter compares: the units chosen, or the communes inside the one unit chosen."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.communes import peer_units
from tinhso.ioc.queries.explore.choice import ExploreChoice
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.kernel import periods
from tinhso.ui.wording import name_in_language


@dataclass(frozen=True)
class Compared:
    """The units, and what to tell of the choice of them."""

    nodes: tuple[UnitNode, ...]
    notes: tuple[str, ...] = ()


def compared_units(at: SnapshotFrame, choice: ExploreChoice, until: str) -> Compared:
    """Two units or more are compared with each other; of one, the communes inside it or beside it."""
    if len(choice.units) != 1:
        return Compared(choice.units)
    unit_view = UnitView(choice.units[0], choice.basis)
    day = periods.parse(until).end if until else at.places.day
    nodes = peer_units(at, unit_view, day)
    if len(nodes) < 2:
        return Compared(
            choice.units,
            (
                _("%(name)s không có xã, phường để so; hãy chọn thêm đơn vị.")
                % {"name": name_in_language(unit_view.unit)},
            ),
        )
    return Compared(tuple(nodes))
