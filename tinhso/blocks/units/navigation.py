"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Đơn vị"), "units:list", Room.ADMINISTRATION, 140, SEE_INDICATORS))
