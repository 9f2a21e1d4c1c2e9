"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ui.navigation import Entry, Room, register_entry, register_page
from tinhso.ui.offline import OfflinePages, register_offline

register_entry(Entry(gettext_noop("Điều hành"), "ioc:wall", Room.STEERING, 10, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Lĩnh vực"), "ioc:domains", Room.STEERING, 20, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Khám phá"), "ioc:explore", Room.STEERING, 90, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Cảnh báo"), "ioc:alerts", Room.STEERING, 100, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Bản tin"), "ioc:bulletins", Room.STEERING, 110, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Chất lượng"), "ioc:quality", Room.STEERING, 150, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Đối chiếu số liệu"), "ioc:figures", Room.STEERING, 160, SEE_INDICATORS))
register_entry(Entry(gettext_noop("Chấm điểm phục vụ"), "ioc:scorecard", Room.STEERING, 170, SEE_INDICATORS))
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
