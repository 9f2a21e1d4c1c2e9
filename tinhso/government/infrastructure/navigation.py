"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.infrastructure.rights import SEE_INFRASTRUCTURE
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Hạ tầng số"), "infrastructure:home", Room.WORK, 190, SEE_INFRASTRUCTURE))
register_entry(Entry(gettext_noop("Danh mục dữ liệu"), "registers:index", Room.ADMINISTRATION, 220, SEE_INFRASTRUCTURE))
