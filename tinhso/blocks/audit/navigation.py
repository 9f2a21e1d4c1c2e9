"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.audit.rights import SEE_AUDIT
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Start, register_entry, register_start

register_entry(
    NavigationEntry(
        gettext_noop("Nhật ký"),
        "audit:log",
        NavigationGroup.OPERATION,
        20,
        SEE_AUDIT,
        icon="book",
        description=gettext_noop("Ai đã làm gì, lúc nào; kiểm tra tính toàn vẹn."),
        words=("kiểm tra",),
    )
)
register_start(Start(SEE_AUDIT, "audit:log", 90))
