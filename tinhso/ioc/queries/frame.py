"""What every page stands on: the published snapshot, the catalogue it was made from, and the units."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import EVERYONE, Audience, Dimension, Indicator, Member
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries import Catalogue, CatalogueItem
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.places import PUBLISHED, Places, known_places
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class SnapshotFrame:
    """One snapshot (number 0 before the first), when it read the returns, and what goes with it.

    ``edition`` names the catalogue: frames of one edition call and judge everything alike. ``known_at`` is the past
    moment whose knowledge is shown: its snapshot, definitions and units; None means now.
    """

    number: int
    at: datetime | None
    catalogue: Catalogue
    places: Places
    edition: str
    audience: Audience = EVERYONE
    known_at: datetime | None = None

    @property
    def today(self) -> date:
        """The day on which the reader stands: today, or the day of ``known_at``."""
        return self.places.day


@dataclass(frozen=True)
class UnitView:
    """What a reader looks at: a unit on a basis (always one on which the unit exists)."""

    unit: UnitNode
    basis: str


def snapshot_frame(by: Actor, *, known_at: datetime | None = None) -> SnapshotFrame:
    """The newest snapshot with its catalogue and the units of today: one statement or two when all is in memory.

    With ``known_at`` all of it as it was known at that moment; refuses one whose files are kept no more.
    """
    audience = indicators.audience_of(by)
    if known_at is None:
        newest = Snapshot.objects.order_by("-number").values_list("number", "at", "catalogue").first()
        number, at, made_of = newest or (0, None, None)
        places = known_places()
        return SnapshotFrame(
            number, at, _catalogue_of_snapshot(made_of, places.day), places, f"{made_of or number}", audience
        )
    number, at, is_stored = indicators.snapshot_at(known_at) or (0, None, True)
    if not is_stored:
        raise Refused("snapshot_gone", _("Số liệu như đã biết lúc đó không còn được giữ; hãy chọn một thời điểm khác."))
    places = known_places(known_at)
    catalogue = (indicators.catalogue_of(number) if number else None) or indicators.catalogue(day=places.day)
    return SnapshotFrame(number, at, catalogue, places, f"snapshot {number}", audience, known_at)


def _catalogue_of_snapshot(made_of: int | None, day: date) -> Catalogue:
    """What the newest snapshot was made of (definitions change with the next refresh); today's where none was kept."""
    return indicators.restored_catalogue(made_of) if made_of else indicators.catalogue(day=day)


def view_of(at: SnapshotFrame, actor: Actor, *, unit: str = "", basis: str = "") -> UnitView | None:
    """The unit asked for (or the reader's own) on the basis asked for, or on the unit's first; None without units."""
    node = at.places.by_ref.get(unit) or at.places.default_for(actor)
    if node is None:
        return None
    offered = at.places.bases(node.ref)
    return UnitView(node, basis if basis in offered else next(iter(offered), PUBLISHED))


def family_of(item: CatalogueItem) -> tuple[str, str]:
    """The (dimension, member) of an item; empty ones for the whole."""
    return (item.dim.code, item.member.code) if item.dim is not None and item.member is not None else ("", "")


def member_of(at: SnapshotFrame, indicator: Indicator, member: str) -> tuple[Dimension, Member] | None:
    """The member written ``dimension=member`` in an address; None for another text."""
    dims = {dim.code: dim for dim in at.catalogue.facts[indicator.fact].dims if dim.code in indicator.by}
    code, _, member_code = member.partition("=")
    members = (
        (candidate for candidate in dims[code].members if candidate.code == member_code) if code in dims else iter(())
    )
    dimension_member = next(members, None)
    return None if dimension_member is None else (dims[code], dimension_member)
