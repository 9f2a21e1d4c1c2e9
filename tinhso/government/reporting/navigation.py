"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry, register_page

register_entry(NavigationEntry(gettext_noop("Báo cáo"), "reporting:desk", ProductSection.WORK, 120, SEE_RETURNS))
register_page("late returns", "reporting:late")
register_page("data set", "reporting:data_set")
