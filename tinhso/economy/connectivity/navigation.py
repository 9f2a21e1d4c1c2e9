"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.economy.connectivity.rights import SEE_CONNECTIVITY
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Viễn thông, bưu chính"),
        "connectivity:home",
        NavigationGroup.ECONOMY,
        10,
        SEE_CONNECTIVITY,
        icon="signal",
        description=gettext_noop("Vùng phủ sóng, trạm, bưu cục, chất lượng mạng."),
        words=(
            "trạm phát sóng",
            "vùng lõm sóng",
            "bưu cục",
        ),
    )
)
