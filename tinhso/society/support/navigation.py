"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.society.support.rights import SEE_SUPPORT
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(NavigationEntry(gettext_noop("Hỗ trợ"), "support:inbox", ProductSection.WORK, 230, SEE_SUPPORT))
register_entry(NavigationEntry(gettext_noop("Chương trình hỗ trợ"), "support:public", ProductSection.PEOPLE, 300))
