"""What was given, as open data: sums by programme, commune and month; small counts are not told."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_noop

from tinhso.blocks.indicators.contract import SMALLEST
from tinhso.blocks.open_data.contract import OpenRecords
from tinhso.kernel.clock import VIETNAM
from tinhso.society.support.models import Application

COLUMNS = {
    "programme": gettext_noop("mã chương trình"),
    "programme_name": gettext_noop("tên chương trình"),
    "unit": gettext_noop("mã xã, phường cư trú"),
    "unit_name": gettext_noop("xã, phường cư trú"),
    "month": gettext_noop("tháng trao"),
    "given": gettext_noop("số suất đã trao; trống: ít hơn 5"),
    "money": gettext_noop("kinh phí (đồng); trống: ít hơn 5 suất"),
    "illustrative": gettext_noop("true: số liệu minh họa"),
}


def total_rows() -> Iterator[Sequence[str]]:
    """One row for each programme, commune and month in which something was handed over, in this order."""
    counted = (
        Application.objects.filter(state=Application.State.DELIVERED)
        .annotate(month=TruncMonth("delivered_at", tzinfo=VIETNAM))
        .values_list(
            "programme__code",
            "programme__name",
            "origin_unit__ref",
            "origin_unit__name",
            "month",
            "programme__illustrative",
        )
        .annotate(n=Count("pk"), money=Sum("amount"))
        .order_by("programme__code", "origin_unit__ref", "month")
    )
    for code, name, ref, place, month, illustrative, count, money in counted.iterator(chunk_size=2000):
        published_totals = (str(count), str(money)) if count >= SMALLEST else ("", "")
        yield (code, name, ref, place, f"{month:%Y-%m}", *published_totals, str(illustrative).lower())


RECORDS = OpenRecords(
    code="ho-tro-da-trao",
    name="Hỗ trợ đã trao",
    name_en="Support given",
    description="Mỗi dòng một chương trình, một xã, một tháng; không có người nhận; ít hơn 5 suất thì để trống.",
    description_en="One row for each programme, commune and month; nobody is named; counts below 5 are left out.",
    columns=COLUMNS,
    rows=total_rows,
)
