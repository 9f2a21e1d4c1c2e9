"""Sample figures of the style guide: invented, so that every component can be seen with something in it."""

from decimal import Decimal
from math import cos, pi, sin

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from tinhso.ui.breaks import NATURAL
from tinhso.ui.drawing import map_of, spec_of
from tinhso.ui.icons import PATHS

AREAS = 24


def samples() -> dict[str, object]:
    """What the style guide's templates show."""
    return {
        "areas": sample_areas(),
        "ranked": sorted(sample_areas(), key=_rank_of_area)[:8],
        "line": sample_chart("line"),
        "bar": sample_chart("bar"),
        "big_map": big_map(),
        "tiles": sample_tiles(),
        "points": [value for _period, value, _status in sample_points()],
        "crumbs": [
            {"label": _("Điều hành"), "href": "#"},
            {"label": _("Dịch vụ công"), "href": "#"},
            {"label": "DVC-003"},
        ],
        "tabs": [
            {"label": _("Số liệu"), "href": "#", "active": True},
            {"label": _("Xã, phường"), "href": "#", "count": AREAS},
            {"label": _("Cách tính"), "href": "#"},
        ],
        "bases": [
            {"label": _("Đơn vị hiện nay"), "href": "#", "active": True},
            {"label": _("Như đã công bố"), "href": "#"},
        ],
        "numbered": Paginator(range(1482), 50).page(7),
        "icons": list(PATHS),
        "value": Decimal("95.83"),
        "big": 1482176,
    }


def _rank_of_area(area: dict[str, object]) -> Decimal:
    value = area["value"]
    return -value if isinstance(value, Decimal) else Decimal(0)


def sample_areas() -> list[dict[str, object]]:
    """Cells of a honeycomb with a figure each; one has none."""
    rows: list[dict[str, object]] = []
    for number in range(AREAS):
        row, column = divmod(number, 6)
        centre = (106.2 + column * 0.0866 + (row % 2) * 0.0433, 10.2 - row * 0.075)
        value = None if number == 9 else Decimal(8800 + (number * 377) % 1150) / 100
        rows.append(
            {
                "ref": f"X{number:02d}",
                "name": _("Xã mẫu %(number)s") % {"number": number + 1},
                "geometry": _hexagon(centre),
            }
            | {"value": value, "href": f"#X{number:02d}"}
        )
    return rows


def _hexagon(centre: tuple[float, float]) -> dict[str, object]:
    corners = [(centre[0] + 0.05 * sin(i * pi / 3), centre[1] + 0.05 * cos(i * pi / 3)) for i in range(7)]
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def sample_points() -> list[tuple[str, Decimal | None, str]]:
    """Twenty-two months: a gap, and the last two not yet official."""
    points: list[tuple[str, Decimal | None, str]] = []
    for step in range(22):
        value = None if step == 6 else Decimal(9050 + step * 22 + (step * 83) % 130) / 100
        status = {20: "preliminary", 21: "estimate"}.get(step, "official")
        points.append((f"{2025 + step // 12}-{step % 12 + 1:02d}", value, status))
    return points


def sample_chart(kind: str) -> dict[str, object]:
    """A chart with a target, a merger mark and figures that are not yet official."""
    return {
        "title": _("Tỷ lệ hồ sơ giải quyết đúng hạn"),
        "unit": "%",
        "decimals": 2,
        "series": [{"name": _("Toàn tỉnh"), "kind": kind, "data": sample_points()}],
        "target": {"floor": Decimal(95)},
        "breaks": [{"period": "2025-07", "label": _("Sắp xếp đơn vị 1/7/2025")}],
        "source": _("số liệu mẫu"),
        "date": "05/11/2026",
    }


def big_map() -> dict[str, object]:
    """The description that <ts-map> reads, with its outlines inside."""
    listed = sample_areas()
    features = [
        {"type": "Feature", "properties": {"ref": area["ref"], "name": area["name"]}, "geometry": area["geometry"]}
        for area in listed
    ]
    values = {"label": _("Bản đồ mẫu"), "unit": "%", "decimals": 2}
    outlines = {"areas": {"type": "FeatureCollection", "features": features}}
    return spec_of(map_of(listed, method=NATURAL), "", values) | outlines


def sample_tiles() -> list[dict[str, object]]:
    """One tile a domain, as the wall shows them."""
    rows = [
        ("nghi-quyet", _("Nghị quyết, KT–XH"), _("Tăng trưởng GRDP"), "8.54", 2, "%", "0.3", "good", _("Đạt mục tiêu")),
        ("dich-vu-cong", _("Dịch vụ công"), _("Hồ sơ đúng hạn"), "95.83", 2, "%", "1.2", "good", _("Đạt mục tiêu")),
        ("chi-dao", _("Chỉ đạo, điều hành"), _("Nhiệm vụ quá hạn"), "37", 0, _("việc"), "5", "bad", _("Cần xử lý")),
        (
            "phan-anh",
            _("Phản ánh hiện trường"),
            _("Xử lý đúng hạn"),
            "88.10",
            2,
            "%",
            "-2.4",
            "warn",
            _("Gần mục tiêu"),
        ),
        ("kinh-te-so", _("Kinh tế số"), _("Hộ có cáp quang"), "84.59", 2, "%", "0.9", "good", _("Đạt mục tiêu")),
        ("nong-nghiep", _("Nông nghiệp"), _("Sản lượng dừa"), "61250", 0, _("tấn"), "1240", "", _("Chưa có mục tiêu")),
        ("y-te", _("Y tế"), _("Trẻ tiêm đủ mũi"), "93.40", 2, "%", "0.2", "warn", _("Gần mục tiêu")),
        (
            "giao-duc",
            _("Giáo dục, du lịch"),
            _("Khách du lịch"),
            "182400",
            0,
            _("lượt"),
            "9300",
            "good",
            _("Đạt mục tiêu"),
        ),
        ("moi-truong", _("Môi trường, độ mặn"), _("Độ mặn cao nhất"), "4.20", 2, "‰", "0.6", "bad", _("Vượt ngưỡng")),
        ("an-ninh", _("An ninh, giao thông"), _("Vụ tai nạn"), "18", 0, _("vụ"), "-3", "good", _("Đạt mục tiêu")),
    ]
    keys = ("domain", "title", "name", "value", "decimals", "unit", "change", "tone", "word")
    return [
        dict(zip(keys, row, strict=True)) | {"value": Decimal(row[3]), "points": _wobbling_values(i)}
        for i, row in enumerate(rows)
    ]


def _wobbling_values(seed: int) -> list[int]:
    return [40 + step * (seed % 4 - 1) + (step * (seed + 3) * 37) % 17 for step in range(16)]
