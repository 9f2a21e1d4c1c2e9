"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.open_data.queries.front_figures import front_figures
from tinhso.ui.front_page import FrontPart, register_front_part
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry, register_page

register_entry(
    NavigationEntry(
        gettext_noop("Dữ liệu mở"),
        "open_data:home",
        NavigationGroup.OPENNESS,
        10,
        icon="database",
        description=gettext_noop("Số liệu tỉnh công bố, tải về và dùng lại được."),
    )
)
register_page("open data", "open_data:home")
register_front_part(FrontPart("open_data/front_figures.html", 10, front_figures))
