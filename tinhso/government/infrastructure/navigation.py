"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.infrastructure.queries.watching import front_notices
from tinhso.government.infrastructure.rights import SEE_INFRASTRUCTURE
from tinhso.ui.front_page import FrontPart, register_front_part
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Hạ tầng số"),
        "infrastructure:home",
        NavigationGroup.GOVERNMENT,
        70,
        SEE_INFRASTRUCTURE,
        icon="server",
        description=gettext_noop("Trung tâm dữ liệu, mạng, hệ thống đang chạy."),
        words=(
            "trung tâm dữ liệu",
            "mạng",
        ),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Danh mục dữ liệu"),
        "registers:index",
        NavigationGroup.DATA,
        20,
        SEE_INFRASTRUCTURE,
        icon="database",
        description=gettext_noop("Sổ đăng ký dữ liệu dùng chung của tỉnh."),
        words=("sổ đăng ký",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Thông báo bảo trì"),
        "infrastructure:public",
        NavigationGroup.OPENNESS,
        40,
        icon="info",
        description=gettext_noop("Dịch vụ nào sẽ tạm ngừng, lúc nào, bao lâu."),
    )
)
register_front_part(FrontPart("infrastructure/front_notices.html", 5, front_notices))
