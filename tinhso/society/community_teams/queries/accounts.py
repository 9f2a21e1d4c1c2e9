"""Members who log in, and where on their phones they find something."""

from django.urls import reverse

from tinhso.blocks.identity.models import Person
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.queries import lookup


def people_of(team: Team) -> list[Person]:
    """Members of a team who can log in."""
    names = Member.objects.filter(lookup.ALIVE, team=team).exclude(account="").values("account")
    return list(Person.objects.filter(username__in=names, is_active=True))


def report_address(team: Team, month: str) -> str:
    """The page on which a team hands in its month."""
    return f"{reverse('community_teams:report', args=[team.ref])}?month={month}"
