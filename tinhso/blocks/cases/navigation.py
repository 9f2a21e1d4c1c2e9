"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.cases.rights import SEE_CASES
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(NavigationEntry(gettext_noop("Hồ sơ"), "cases:inbox", ProductSection.WORK, 40, SEE_CASES))
register_entry(NavigationEntry(gettext_noop("Tra cứu hồ sơ"), "cases:look", ProductSection.PEOPLE, 280))
