"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.society.support.rights import SEE_SUPPORT
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Hỗ trợ"), "support:inbox", Room.WORK, 230, SEE_SUPPORT))
register_entry(Entry(gettext_noop("Chương trình hỗ trợ"), "support:public", Room.PEOPLE, 300))
