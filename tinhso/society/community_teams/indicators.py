"""What the operations centre may see of community teams."""

from collections.abc import Iterable

from tinhso.blocks.indicators.contract import Fact, register_facts
from tinhso.society.community_teams.queries import facts


@register_facts
def teams_as_facts() -> Iterable[Fact]:
    """TCN…: teams, members, their months, visits, topics, difficulties, training, tasks."""
    return [
        facts.teams_fact(),
        facts.members_fact(),
        facts.months_fact(),
        facts.visits_fact(),
        facts.topics_fact(),
        facts.difficulties_fact(),
        facts.seats_fact(),
        facts.sessions_fact(),
        facts.tasks_fact(),
    ]
