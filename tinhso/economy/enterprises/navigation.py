"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.economy.enterprises.rights import SEE_ENTERPRISES
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Doanh nghiệp số"), "enterprises:home", ProductSection.WORK, 210, SEE_ENTERPRISES)
)
