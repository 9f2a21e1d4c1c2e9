"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.forms.rights import MANAGE_FORMS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Biểu mẫu"),
        "forms:list",
        NavigationGroup.CATALOGUES,
        30,
        MANAGE_FORMS,
        icon="edit",
        description=gettext_noop("Biểu mẫu điện tử của thủ tục."),
    )
)
