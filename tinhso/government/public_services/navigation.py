"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Thủ tục hành chính"), "public_services:find", Room.PEOPLE, 270))
register_entry(
    Entry(gettext_noop("Danh mục thủ tục"), "public_services:desk", Room.ADMINISTRATION, 320, MANAGE_PROCEDURES)
)
register_entry(
    Entry(gettext_noop("Đồng bộ Cổng quốc gia"), "public_services:sync", Room.ADMINISTRATION, 350, OPERATE_SYSTEM)
)
