"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Start, register_entry, register_page, register_start
from tinhso.ui.offline import OfflinePages, register_offline

register_entry(
    NavigationEntry(
        gettext_noop("Người dùng"),
        "identity:people",
        NavigationGroup.ACCOUNTS,
        10,
        MANAGE_PEOPLE,
        icon="users",
        description=gettext_noop("Tài khoản, chức vụ và quyền ở từng đơn vị."),
        words=(
            "tài khoản",
            "phân quyền",
        ),
    )
)
register_offline(OfflinePages(account="identity:account"))
register_page("account", "identity:account")
register_start(Start(MANAGE_PEOPLE, "identity:people", 20))
