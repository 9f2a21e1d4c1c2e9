"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry, register_page
from tinhso.ui.offline import OfflinePages, register_offline

register_entry(NavigationEntry(gettext_noop("Điều hành"), "ioc:wall", ProductSection.STEERING, 10, SEE_INDICATORS))
register_entry(NavigationEntry(gettext_noop("Lĩnh vực"), "ioc:domains", ProductSection.STEERING, 20, SEE_INDICATORS))
register_entry(NavigationEntry(gettext_noop("Khám phá"), "ioc:explore", ProductSection.STEERING, 90, SEE_INDICATORS))
register_entry(NavigationEntry(gettext_noop("Cảnh báo"), "ioc:alerts", ProductSection.STEERING, 100, SEE_INDICATORS))
register_entry(NavigationEntry(gettext_noop("Bản tin"), "ioc:bulletins", ProductSection.STEERING, 110, SEE_INDICATORS))
register_entry(NavigationEntry(gettext_noop("Chất lượng"), "ioc:quality", ProductSection.STEERING, 150, SEE_INDICATORS))
register_entry(
    NavigationEntry(gettext_noop("Đối chiếu số liệu"), "ioc:figures", ProductSection.STEERING, 160, SEE_INDICATORS)
)
register_entry(
    NavigationEntry(gettext_noop("Chấm điểm phục vụ"), "ioc:scorecard", ProductSection.STEERING, 170, SEE_INDICATORS)
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
