"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.worklist.contract import has_work
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Việc của tôi"),
        "worklist:mine",
        NavigationGroup.QUEUE,
        10,
        opens_for=has_work,
        icon="inbox",
        description=gettext_noop("Việc đang chờ tôi trong mọi hệ thống, việc trễ hạn đứng trước."),
        words=("công việc", "hàng chờ"),
    )
)
