"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Kiểm tra văn bản"),
        "documents:verify_start",
        NavigationGroup.SERVICES,
        60,
        icon="shield",
        description=gettext_noop("Văn bản có mã này là thật không, còn hiệu lực không."),
        words=(
            "chữ ký số",
            "mã QR",
        ),
    )
)
