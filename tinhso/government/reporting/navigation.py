"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.indicators.rights import HAND_IN_RETURNS, SEE_RETURNS
from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
from tinhso.government.reporting.queries import worklist
from tinhso.government.reporting.rights import APPROVE_RETURNS, PUBLISH_RETURNS
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
register_work(
    WorkSource(
        "returns",
        gettext_noop("Báo cáo số liệu"),
        "chart",
        20,
        (HAND_IN_RETURNS, APPROVE_RETURNS, PUBLISH_RETURNS, SEE_RETURNS),
        "reporting:desk",
        worklist.open_returns,
        WorkBulk(
            "reporting:bulk",
            "ref",
            [
                BulkAct("approve", gettext_noop("Duyệt các báo cáo đã chọn"), APPROVE_RETURNS),
                BulkAct("publish", gettext_noop("Công bố các báo cáo đã chọn"), PUBLISH_RETURNS, icon="globe"),
            ],
        ),
    )
)
