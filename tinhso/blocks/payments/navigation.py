"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Thu phí, lệ phí"),
        "payments:desk",
        NavigationGroup.GOVERNMENT,
        50,
        SEE_PAYMENTS,
        icon="wallet",
        description=gettext_noop("Khoản phải thu, biên lai, đối soát."),
        words=(
            "biên lai",
            "thanh toán",
        ),
    )
)
