"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.economy.enterprises.rights import SEE_ENTERPRISES
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Doanh nghiệp số"),
        "enterprises:home",
        NavigationGroup.ECONOMY,
        20,
        SEE_ENTERPRISES,
        icon="building",
        description=gettext_noop("Doanh nghiệp, hợp tác xã và mức độ chuyển đổi số."),
        words=(
            "hợp tác xã",
            "hộ kinh doanh",
        ),
    )
)
