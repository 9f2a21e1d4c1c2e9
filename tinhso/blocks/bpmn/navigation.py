"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Quy trình"),
        "bpmn:processes",
        NavigationGroup.CATALOGUES,
        20,
        MANAGE_PROCEDURES,
        icon="share",
        description=gettext_noop("Các bước giải quyết hồ sơ, vẽ theo BPMN."),
    )
)
