"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.forms.rights import MANAGE_FORMS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Biểu mẫu"), "forms:list", ProductSection.ADMINISTRATION, 330, MANAGE_FORMS)
)
