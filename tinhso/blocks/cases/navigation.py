"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.cases.rights import SEE_CASES
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Hồ sơ"), "cases:inbox", Room.WORK, 40, SEE_CASES))
register_entry(Entry(gettext_noop("Tra cứu hồ sơ"), "cases:look", Room.PEOPLE, 280))
