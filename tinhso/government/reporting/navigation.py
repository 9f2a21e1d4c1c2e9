"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry, register_page

register_entry(
    NavigationEntry(
        gettext_noop("Báo cáo của đơn vị"),
        "reporting:desk",
        NavigationGroup.DATA,
        10,
        SEE_RETURNS,
        icon="chart",
        description=gettext_noop("Nhập, gửi, duyệt báo cáo số liệu theo kỳ."),
        words=(
            "báo cáo số liệu",
            "nhập liệu",
        ),
    )
)
register_page("late returns", "reporting:late")
register_page("data set", "reporting:data_set")
