"""What a reorganisation of units left: teams of levels and units that are no more, several for one commune."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import Team
from tinhso.society.community_teams.queries import lookup

STAFF = Q(members__removed=False, members__ended_on__isnull=True)


@dataclass(frozen=True)
class Several:
    """Teams of former communes that are now in one commune: one of them goes on, under a new decision."""

    unit: Unit
    teams: tuple[Team, ...]
    members: int


@dataclass(frozen=True)
class Pending:
    """All that waits: several teams of one commune, teams of ended levels, teams of units that became several."""

    several: tuple[Several, ...]
    ended_level: tuple[Team, ...]
    in_doubt: tuple[tuple[Team, tuple[Unit, ...]], ...]

    @property
    def count(self) -> int:
        """How many things wait."""
        return len(self.several) + len(self.ended_level) + len(self.in_doubt)


def pending(by: Actor, today: date) -> Pending:
    """What waits in the units whose teams ``by`` manages."""
    found = list(lookup.managed(by).annotate(staff=Count("members", filter=STAFF)))
    there = set(units.at(today).values_list("pk", flat=True))
    ended = tuple(one for one in found if one.tier == Team.Tier.DISTRICT and not _has_districts(today))
    gone = [one for one in found if one.unit_id not in there and one not in ended]
    return Pending(
        several=_several([one for one in found if one.unit_id in there]),
        ended_level=ended,
        in_doubt=tuple((one, tuple(units.successors(one.unit, today))) for one in gone),
    )


def _has_districts(today: date) -> bool:
    return units.at(today).filter(level=Level.DISTRICT).exists()


def _several(found: Sequence[Team]) -> tuple[Several, ...]:
    by_unit: dict[int, list[Team]] = {}
    for one in found:
        if one.tier == Team.Tier.COMMUNE:
            by_unit.setdefault(one.unit_id, []).append(one)
    return tuple(
        Several(teams[0].unit, tuple(teams), sum(int(getattr(one, "staff", 0)) for one in teams))
        for teams in by_unit.values() if len(teams) > 1
    )  # fmt: skip
