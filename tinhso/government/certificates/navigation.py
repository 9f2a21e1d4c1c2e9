"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.certificates.rights import SEE_CERTIFICATES
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Chứng thư số"),
        "certificates:list",
        NavigationGroup.GOVERNMENT,
        60,
        SEE_CERTIFICATES,
        icon="shield",
        description=gettext_noop("Chứng thư số, SIM-PKI: cấp, gia hạn, thu hồi."),
        words=(
            "sim pki",
            "chữ ký số",
        ),
    )
)
