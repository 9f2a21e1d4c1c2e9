"""What a reorganisation of units left: teams of levels and units that are no more, several for one commune."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import Team
from tinhso.society.community_teams.queries import lookup

STAFF = Count("members", filter=Q(members__removed=False, members__ended_on__isnull=True))


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


def pending_changes(by: Actor, today: date) -> Pending:
    """What waits in the units whose teams ``by`` manages."""
    is_above_hamlets = Q(tier__in=(Team.Tier.DISTRICT, Team.Tier.COMMUNE))
    affected_teams = list(_managed_teams(by, today).filter(is_above_hamlets | Q(is_there=False)).annotate(staff=STAFF))
    ended = tuple(team for team in affected_teams if team.tier == Team.Tier.DISTRICT and not team.has_districts)
    gone = [team for team in affected_teams if not team.is_there and team not in ended]
    became = {unit: tuple(units.successors(unit, today)) for unit in {team.unit for team in gone}}
    return Pending(
        several=_communes_with_several([team for team in affected_teams if team.is_there]),
        ended_level=ended,
        in_doubt=tuple((team, became[team.unit]) for team in gone),
    )


def pending_count(by: Actor, today: date) -> int:
    """How many things wait, in one statement."""
    rows = (
        _managed_teams(by, today)
        .order_by()
        .values("unit", "is_there", "has_districts")
        .annotate(
            teams=Count("pk"),
            communes=Count("pk", filter=Q(tier=Team.Tier.COMMUNE)),
            districts=Count("pk", filter=Q(tier=Team.Tier.DISTRICT)),
        )
    )
    count = 0
    for row in rows:
        ended = 0 if row["has_districts"] else row["districts"]
        count += ended + (int(row["communes"] > 1) if row["is_there"] else row["teams"] - ended)
    return count


def _managed_teams(by: Actor, today: date) -> QuerySet[Any]:
    """Teams that ``by`` manages; whether their unit is there today, and whether any district is."""
    living = units.at(today).order_by()
    return lookup.managed_teams(by).annotate(
        is_there=Exists(living.filter(pk=OuterRef("unit"))), has_districts=Exists(living.filter(level=Level.DISTRICT))
    )


def _communes_with_several(teams: Sequence[Team]) -> tuple[Several, ...]:
    by_unit: dict[int, list[Team]] = {}
    for team in teams:
        if team.tier == Team.Tier.COMMUNE:
            by_unit.setdefault(team.unit_id, []).append(team)
    return tuple(
        Several(teams[0].unit, tuple(teams), sum(int(getattr(team, "staff", 0)) for team in teams))
        for teams in by_unit.values()
        if len(teams) > 1
    )
