"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.programme.rights import GIVE_DIRECTIVES, SEE_PROGRAMME
from tinhso.ui.navigation import NavigationEntry, ProductSection, Steering, register_entry, register_steering

register_entry(
    NavigationEntry(gettext_noop("Chương trình"), "programme:home", ProductSection.STEERING, 30, SEE_PROGRAMME)
)
register_steering(Steering(gettext_noop("Chỉ đạo"), "programme:new_directive", GIVE_DIRECTIVES, "flag"))
