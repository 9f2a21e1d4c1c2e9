"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry, register_page

register_entry(
    NavigationEntry(
        gettext_noop("Thủ tục hành chính"),
        "public_services:find",
        NavigationGroup.SERVICES,
        10,
        icon="file",
        description=gettext_noop("Tìm thủ tục, xem giấy tờ cần có, nộp hồ sơ trực tuyến."),
        words=(
            "nộp hồ sơ",
            "dịch vụ công trực tuyến",
        ),
        covers=("/apply/",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Danh mục thủ tục"),
        "public_services:desk",
        NavigationGroup.CATALOGUES,
        10,
        MANAGE_PROCEDURES,
        icon="list",
        description=gettext_noop("Thủ tục, phiên bản, thành phần hồ sơ, phí."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Đồng bộ Cổng quốc gia"),
        "public_services:sync",
        NavigationGroup.OPERATION,
        10,
        OPERATE_SYSTEM,
        icon="refresh",
        description=gettext_noop("Thông điệp trao đổi với Cổng Dịch vụ công quốc gia."),
        words=("cổng dịch vụ công quốc gia",),
    )
)
register_page("procedures", "public_services:find")
