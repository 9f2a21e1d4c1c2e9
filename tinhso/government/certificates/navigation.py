"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.certificates.rights import SEE_CERTIFICATES
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Chứng thư số"), "certificates:list", ProductSection.WORK, 130, SEE_CERTIFICATES)
)
