"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
from tinhso.society.support.queries import worklist
from tinhso.society.support.rights import DECIDE_SUPPORT, SEE_SUPPORT, TAKE_SUPPORT
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Hồ sơ hỗ trợ"),
        "support:inbox",
        NavigationGroup.SOCIETY,
        20,
        SEE_SUPPORT,
        icon="users",
        description=gettext_noop("Đơn xin hỗ trợ: xét, chi trả, theo dõi."),
        words=("chương trình hỗ trợ",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Chương trình hỗ trợ"),
        "support:public",
        NavigationGroup.SERVICES,
        40,
        icon="star",
        description=gettext_noop("Tôi, gia đình hay cơ sở của tôi được hỗ trợ gì."),
        words=(
            "trợ cấp",
            "ưu đãi",
        ),
    )
)
register_work(
    WorkSource(
        "support",
        gettext_noop("Hỗ trợ"),
        "star",
        70,
        (TAKE_SUPPORT, DECIDE_SUPPORT),
        "support:inbox",
        worklist.open_applications,
        WorkBulk("support:bulk", "ref", [BulkAct("", gettext_noop("Duyệt các hồ sơ đã chọn"), DECIDE_SUPPORT)]),
    )
)
