"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Đơn vị"),
        "units:list",
        NavigationGroup.ACCOUNTS,
        20,
        SEE_INDICATORS,
        icon="building",
        description=gettext_noop("Đơn vị hành chính và cơ quan, theo từng ngày."),
        words=(
            "xã",
            "phường",
            "sáp nhập",
        ),
    )
)
