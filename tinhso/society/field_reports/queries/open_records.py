"""Released reports as open data: what the public pages show, one row each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext_noop

from tinhso.blocks.open_data.contract import OpenRecords
from tinhso.kernel import clock
from tinhso.society.field_reports.queries import public

CODE = "phan-anh-hien-truong"
COLUMNS = {
    "ref": gettext_noop("mã phản ánh"),
    "category": gettext_noop("mã lĩnh vực"),
    "category_name": gettext_noop("tên lĩnh vực"),
    "status": gettext_noop("trạng thái, từ 1 đến 9"),
    "status_name": gettext_noop("tên trạng thái"),
    "text": gettext_noop("nội dung đã duyệt"),
    "answer": gettext_noop("trả lời người gửi"),
    "unit": gettext_noop("nơi xử lý"),
    "commune": gettext_noop("xã, phường xảy ra"),
    "longitude": gettext_noop("kinh độ (độ, WGS 84)"),
    "latitude": gettext_noop("vĩ độ (độ, WGS 84)"),
    "rough": gettext_noop("true: vị trí chỉ gần đúng, khoảng 2 km"),
    "received_at": gettext_noop("tiếp nhận lúc"),
    "due_at": gettext_noop("hạn xử lý"),
    "resolved_at": gettext_noop("xử lý xong lúc"),
    "closed_at": gettext_noop("kết thúc lúc"),
    "followers": gettext_noop("số người theo dõi"),
}
AT_ONCE = 1000


def record_rows() -> Iterator[Sequence[str]]:
    """Every released report, the newest first."""
    released_reports = public.released_reports().iterator(chunk_size=AT_ONCE)
    while reports := list(islice(released_reports, AT_ONCE)):
        yield from map(_record_row, public.public_views(reports))


def _record_row(one: public.Public) -> Sequence[str]:
    place = one.place
    return (
        one.ref,
        one.category,
        one.category_name,
        str(one.status),
        one.status_name,
        one.text,
        one.answer,
        one.unit,
        one.commune,
        f"{place.longitude:.6f}" if place else "",
        f"{place.latitude:.6f}" if place else "",
        str(place.rough).lower() if place else "",
        _iso_moment(one.received_at),
        _iso_moment(one.due_at),
        _iso_moment(one.resolved_at),
        _iso_moment(one.closed_at),
        str(one.followers),
    )


def _iso_moment(at: datetime | None) -> str:
    return clock.local(at).isoformat(timespec="seconds") if at is not None else ""


RECORDS = OpenRecords(
    code=CODE,
    name="Phản ánh hiện trường đã công khai",
    name_en="Released field reports",
    description="Mỗi dòng một phản ánh đã duyệt; không có người gửi; lĩnh vực nhạy cảm chỉ nêu vị trí gần đúng.",
    description_en="One row for each report that the desk has released; nobody who told; sensitive places are rough.",
    columns=COLUMNS,
    rows=record_rows,
)
