"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(NavigationEntry(gettext_noop("Thủ tục hành chính"), "public_services:find", ProductSection.PEOPLE, 270))
register_entry(
    NavigationEntry(
        gettext_noop("Danh mục thủ tục"), "public_services:desk", ProductSection.ADMINISTRATION, 320, MANAGE_PROCEDURES
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Đồng bộ Cổng quốc gia"),
        "public_services:sync",
        ProductSection.ADMINISTRATION,
        350,
        OPERATE_SYSTEM,
    )
)
