"""Operators, base stations, coverage and post offices as registers."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.open_data.contract import declare_open_records
from tinhso.blocks.registers.contract import Register, declare_register
from tinhso.blocks.registers.queries.openness import records_of
from tinhso.economy.connectivity.models import Coverage, Operator, Post, Station
from tinhso.economy.connectivity.rights import MANAGE_CONNECTIVITY, SEE_CONNECTIVITY


def _technology_faults(values: Mapping[str, Any]) -> Mapping[str, str]:
    if not any(values.get(technology) for technology in ("g2", "g3", "g4", "g5")):
        return {"g4": _("Trạm phải phát ít nhất một công nghệ: 2G, 3G, 4G hoặc 5G.")}
    return {}


OPERATORS = declare_register(
    Register(
        code="operators",
        model=Operator,
        prefix="NM",
        name="Doanh nghiệp viễn thông",
        name_en="Telecom operators",
        description="Doanh nghiệp viễn thông đang cung cấp dịch vụ trong tỉnh.",
        icon="building",
        located=False,
        description_en="Telecom operators that serve the province.",
        see=SEE_CONNECTIVITY,
        change=MANAGE_CONNECTIVITY,
        keys=("code",),
        filters=("mobile", "fixed"),
        columns=("code", "name", "unit", "mobile", "fixed", "site"),
        listed=("code", "mobile", "fixed"),
        open=("code", "name", "mobile", "fixed", "site"),
    )
)
STATIONS = declare_register(
    Register(
        code="stations",
        model=Station,
        prefix="TPS",
        name="Trạm phát sóng",
        name_en="Base stations",
        icon="share",
        description="Trạm phát sóng di động (BTS): của ai, phát 2G, 3G, 4G hay 5G, ở đâu, từ bao giờ.",
        description_en="Mobile base stations: whose, sending 2G, 3G, 4G or 5G, where and since when.",
        see=SEE_CONNECTIVITY,
        change=MANAGE_CONNECTIVITY,
        keys=("code",),
        filters=("operator", "state", "g3", "g4", "g5"),
        colour="state",
        columns=("code", "name", "unit", "operator", "g2", "g3", "g4", "g5", "since", "state"),
        listed=("code", "operator", "unit", "g4", "g5", "state"),
        check=_technology_faults,
        open=("operator", "unit", "g2", "g3", "g4", "g5"),
    )
)
COVERAGE = declare_register(
    Register(
        code="coverage",
        model=Coverage,
        prefix="VPS",
        name="Vùng phủ sóng",
        name_en="Coverage",
        icon="wifi",
        description="Nhà mạng nào phủ sóng 2G, 3G, 4G, 5G tới xã, ấp nào, theo nguồn nào, ngày nào.",
        description_en="Which operator reaches which commune or hamlet with 2G to 5G, by which source and as of when.",
        see=SEE_CONNECTIVITY,
        change=MANAGE_CONNECTIVITY,
        keys=("code",),
        filters=("operator", "told_by", "g2", "g3", "g4", "g5"),
        columns=("code", "name", "unit", "operator", "g2", "g3", "g4", "g5", "told_by", "told_on"),
        listed=("operator", "unit", "g3", "g4", "g5", "told_by", "told_on"),
        alike=(("name", "unit", "operator"),),
        open=("name", "unit", "operator", "g2", "g3", "g4", "g5", "told_by", "told_on"),
    )
)
POSTS = declare_register(
    Register(
        code="posts",
        model=Post,
        prefix="BC",
        name="Điểm bưu chính",
        name_en="Post offices",
        icon="inbox",
        description="Bưu cục, điểm bưu điện – văn hóa xã: ở đâu, có thư báo trong ngày không.",
        description_en="Post offices and communes' cultural posts: where, and whether mail arrives on its day.",
        see=SEE_CONNECTIVITY,
        change=MANAGE_CONNECTIVITY,
        keys=("code",),
        filters=("kind", "state", "same_day", "helps_online"),
        colour="kind",
        columns=("code", "name", "unit", "kind", "address", "same_day", "helps_online", "state"),
        listed=("code", "kind", "unit", "same_day", "state"),
        open=("name", "unit", "kind", "address", "same_day", "helps_online", "longitude", "latitude"),
    )
)

for _one in (OPERATORS, STATIONS, COVERAGE, POSTS):
    declare_open_records(records_of(_one))
