"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.messaging.rights import SEE_CHANNELS
from tinhso.ui.navigation import Entry, Room, register_entry, register_page

register_entry(Entry(gettext_noop("Kênh nhắn tin"), "channels:list", Room.WORK, 260, SEE_CHANNELS))
register_page("inbox", "messaging:inbox")
