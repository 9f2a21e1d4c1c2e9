"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Quy trình"), "bpmn:processes", Room.ADMINISTRATION, 340, MANAGE_PROCEDURES))
