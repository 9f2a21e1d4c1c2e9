"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.infrastructure.rights import SEE_INFRASTRUCTURE
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Hạ tầng số"), "infrastructure:home", ProductSection.WORK, 190, SEE_INFRASTRUCTURE)
)
register_entry(
    NavigationEntry(
        gettext_noop("Danh mục dữ liệu"), "registers:index", ProductSection.ADMINISTRATION, 220, SEE_INFRASTRUCTURE
    )
)
