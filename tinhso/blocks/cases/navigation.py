"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.cases.queries import inbox, worklist
from tinhso.blocks.cases.rights import RECEIVE_CASES, SEE_CASES
from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Start, register_entry, register_start

register_entry(
    NavigationEntry(
        gettext_noop("Hồ sơ"),
        "cases:inbox",
        NavigationGroup.GOVERNMENT,
        10,
        SEE_CASES,
        icon="inbox",
        description=gettext_noop("Tiếp nhận, giải quyết và trả kết quả hồ sơ."),
        words=(
            "một cửa",
            "hồ sơ thủ tục",
        ),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Tra cứu hồ sơ"),
        "cases:look",
        NavigationGroup.SERVICES,
        20,
        icon="search",
        description=gettext_noop("Hồ sơ của tôi đang ở đâu, bao giờ xong."),
        words=(
            "theo dõi hồ sơ",
            "mã hồ sơ",
        ),
    )
)
register_start(Start(RECEIVE_CASES, "cases:inbox", 30))
register_work(
    WorkSource(
        "cases",
        gettext_noop("Hồ sơ"),
        "inbox",
        10,
        inbox.WORKING,
        "cases:inbox",
        worklist.open_steps,
        WorkBulk("cases:bulk", "step", [BulkAct("accept", gettext_noop("Tiếp nhận các hồ sơ đã chọn"), RECEIVE_CASES)]),
    )
)
