"""Members who log in, and where on their phones they find something."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from tinhso.blocks.identity.models import Person
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.queries import lookup


def with_accounts() -> QuerySet[Member, Any]:
    """Teams in which somebody can log in."""
    return Member.objects.filter(lookup.ALIVE).exclude(account="").values("team")


def people_of(team: Team) -> list[Person]:
    """Members of a team who can log in."""
    names = Member.objects.filter(lookup.ALIVE, team=team).exclude(account="").values("account")
    return list(Person.objects.filter(username__in=names, is_active=True))


def report_address(team: Team, month: str) -> str:
    """The page on which a team hands in its month."""
    return f"{reverse('community_teams:report', args=[team.ref])}?month={month}"
