"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.programme.rights import GIVE_DIRECTIVES, SEE_PROGRAMME
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Steering, register_entry, register_steering

register_entry(
    NavigationEntry(
        gettext_noop("Chương trình, chỉ đạo"),
        "programme:home",
        NavigationGroup.LEADERSHIP,
        50,
        SEE_PROGRAMME,
        icon="flag",
        description=gettext_noop("Mục tiêu, nhiệm vụ, chỉ đạo và tiến độ."),
        words=(
            "nhiệm vụ",
            "mục tiêu",
        ),
    )
)
register_steering(Steering(gettext_noop("Chỉ đạo"), "programme:new_directive", GIVE_DIRECTIVES, "flag"))
