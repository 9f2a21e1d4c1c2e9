"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.society.community_teams.rights import SEE_TEAMS, WORK_IN_TEAMS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Tổ công nghệ số"), "community_teams:home", ProductSection.WORK, 240, SEE_TEAMS)
)
register_entry(
    NavigationEntry(gettext_noop("Tổ của tôi"), "community_teams:mine", ProductSection.WORK, 250, WORK_IN_TEAMS)
)
register_entry(NavigationEntry(gettext_noop("Tổ gần tôi"), "community_teams:find", ProductSection.PEOPLE, 310))
