"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Đơn vị"), "units:list", ProductSection.ADMINISTRATION, 140, SEE_INDICATORS)
)
