"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.messaging.rights import SEE_CHANNELS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry, register_page

register_entry(NavigationEntry(gettext_noop("Kênh nhắn tin"), "channels:list", ProductSection.WORK, 260, SEE_CHANNELS))
register_page("inbox", "messaging:inbox")
