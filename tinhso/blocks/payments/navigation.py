"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Thu phí, lệ phí"), "payments:desk", ProductSection.WORK, 180, SEE_PAYMENTS)
)
