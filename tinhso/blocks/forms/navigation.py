"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.forms.rights import MANAGE_FORMS
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Biểu mẫu"), "forms:list", Room.ADMINISTRATION, 330, MANAGE_FORMS))
