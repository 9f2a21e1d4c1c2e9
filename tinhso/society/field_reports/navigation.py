"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
from tinhso.society.field_reports.queries import worklist
from tinhso.society.field_reports.queries.front_map import front_map
from tinhso.society.field_reports.rights import (
    DECIDE_FIELD_REPORTS,
    FIX_FIELD_REPORTS,
    HANDLE_FIELD_REPORTS,
    SEE_FIELD_REPORTS,
)
from tinhso.ui.front_page import FrontPart, register_front_part
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry
from tinhso.ui.offline import OfflinePages, register_offline

register_entry(
    NavigationEntry(
        gettext_noop("Phản ánh hiện trường"),
        "field_reports:inbox",
        NavigationGroup.SOCIETY,
        10,
        SEE_FIELD_REPORTS,
        icon="pin",
        description=gettext_noop("Phản ánh của người dân: phân công, xử lý, trả lời."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Gửi phản ánh"),
        "field_reports:tell",
        NavigationGroup.SERVICES,
        30,
        icon="message",
        description=gettext_noop("Báo ổ gà, rác, đèn hỏng, ngập và việc cần xử lý khác."),
        words=(
            "báo sự cố",
            "kiến nghị",
        ),
        covers=("/reports/find/",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Bản đồ phản ánh"),
        "reports:map",
        NavigationGroup.OPENNESS,
        20,
        icon="map",
        description=gettext_noop("Phản ánh đã công khai: ở đâu, xử lý đến đâu."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Thống kê xử lý phản ánh"),
        "reports:numbers",
        NavigationGroup.OPENNESS,
        30,
        icon="chart",
        description=gettext_noop("Đơn vị nào nhận bao nhiêu, xử lý trong bao lâu."),
    )
)
register_offline(
    OfflinePages(
        kept=("field_reports:crew",),
        instead=(("field_reports:tell", "field_reports:away"),),
        data=("reports:outlines",),
        files=("frontend/parts/reports.ts", "frontend/parts/away.ts"),
    )
)
register_front_part(FrontPart("field_reports/front_map.html", 20, front_map))
register_work(
    WorkSource(
        "reports",
        gettext_noop("Phản ánh"),
        "flag",
        30,
        (HANDLE_FIELD_REPORTS, FIX_FIELD_REPORTS, DECIDE_FIELD_REPORTS),
        "field_reports:inbox",
        worklist.open_reports,
        WorkBulk(
            "field_reports:bulk",
            "ref",
            [
                BulkAct("classify", gettext_noop("Nhận và công khai các phản ánh đã chọn"), HANDLE_FIELD_REPORTS),
                BulkAct("begin", gettext_noop("Bắt đầu xử lý"), HANDLE_FIELD_REPORTS, icon="play"),
            ],
        ),
    )
)
