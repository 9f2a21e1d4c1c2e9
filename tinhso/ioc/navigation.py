"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
from tinhso.ioc.queries.alerting import worklist
from tinhso.ioc.rights import APPROVE_BULLETINS, HANDLE_ALERTS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Start, register_entry, register_page, register_start
from tinhso.ui.offline import OfflinePages, register_offline

register_entry(
    NavigationEntry(
        gettext_noop("Tuần này"),
        "ioc:week",
        NavigationGroup.LEADERSHIP,
        10,
        SEE_INDICATORS,
        icon="calendar",
        description=gettext_noop("Việc chuyển xấu trong tuần, ai phụ trách, việc đến hạn."),
        words=("giao ban", "bản tin tuần"),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Toàn cảnh"),
        "ioc:wall",
        NavigationGroup.LEADERSHIP,
        20,
        SEE_INDICATORS,
        icon="grid",
        description=gettext_noop("Màn hình điều hành: mười lĩnh vực trên một trang."),
        words=(
            "màn hình điều hành",
            "ioc",
        ),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Lĩnh vực"),
        "ioc:domains",
        NavigationGroup.LEADERSHIP,
        30,
        SEE_INDICATORS,
        icon="list",
        description=gettext_noop("Chỉ tiêu của từng lĩnh vực."),
        words=("chỉ tiêu",),
        covers=(
            "/indicators/",
            "/ioc/units/",
            "/notes/",
        ),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Cảnh báo"),
        "ioc:alerts",
        NavigationGroup.LEADERSHIP,
        40,
        SEE_INDICATORS,
        icon="alert",
        description=gettext_noop("Chỉ tiêu chưa đạt, số liệu bất thường, ai đang giữ."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Bản đồ hiện trường"),
        "ioc:live_map",
        NavigationGroup.LEADERSHIP,
        60,
        SEE_INDICATORS,
        icon="map",
        description=gettext_noop("Việc đang diễn ra, theo từng xã."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Khám phá"),
        "ioc:explore",
        NavigationGroup.LEADERSHIP,
        70,
        SEE_INDICATORS,
        icon="search",
        description=gettext_noop("Ghép chỉ tiêu, đơn vị, kỳ thành bảng và biểu đồ."),
        covers=("/views/",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Bản tin"),
        "ioc:bulletins",
        NavigationGroup.LEADERSHIP,
        80,
        SEE_INDICATORS,
        icon="book",
        description=gettext_noop("Bản tin, báo cáo định kỳ thành văn bản."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Chất lượng số liệu"),
        "ioc:quality",
        NavigationGroup.FIGURES,
        10,
        SEE_INDICATORS,
        icon="check",
        description=gettext_noop("Bộ dữ liệu đủ chưa, đúng hạn chưa, có gì nghi vấn."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Đối chiếu số liệu"),
        "ioc:figures",
        NavigationGroup.FIGURES,
        20,
        SEE_INDICATORS,
        icon="refresh",
        description=gettext_noop("Số đã công bố, tính lại từ dữ liệu gốc."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Chấm điểm phục vụ"),
        "ioc:scorecard",
        NavigationGroup.FIGURES,
        30,
        SEE_INDICATORS,
        icon="star",
        description=gettext_noop("Bộ chỉ số phục vụ người dân, doanh nghiệp."),
    )
)
register_page("indicator", "ioc:indicator")
register_page("search", "ioc:search")
register_offline(
    OfflinePages(
        start="ioc:phone",
        without_network="ioc:offline",
        kept=("ioc:phone",),
        kept_only=("ioc:alerts",),
        shortcuts=(
            (gettext_noop("Chỉ tiêu của tôi"), "ioc:phone"),
            (gettext_noop("Cảnh báo"), "ioc:alerts"),
            (gettext_noop("Tìm chỉ tiêu, đơn vị"), "ioc:search"),
        ),
        files=("frontend/phone.ts", "frontend/phone.css"),
    )
)
register_start(Start(APPROVE_BULLETINS, "ioc:week", 10))  # leaders, and the heads of their office
register_work(
    WorkSource(
        "alerts",
        gettext_noop("Cảnh báo"),
        "bell",
        80,
        (HANDLE_ALERTS,),
        "ioc:alerts",
        worklist.open_alerts,
        WorkBulk(
            "ioc:alerts_bulk",
            "alert",
            [
                BulkAct("acknowledge", gettext_noop("Nhận xử lý cảnh báo đã chọn"), HANDLE_ALERTS),
            ],
        ),
    )
)
