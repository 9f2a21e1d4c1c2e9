"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.economy.connectivity.rights import SEE_CONNECTIVITY
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Viễn thông, bưu chính"), "connectivity:home", ProductSection.WORK, 200, SEE_CONNECTIVITY
    )
)
