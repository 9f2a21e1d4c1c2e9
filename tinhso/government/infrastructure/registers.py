"""Rooms, servers, services and lines as registers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.open_data.contract import declare_open_records
from tinhso.blocks.registers.contract import RecordLink, Register, declare_register
from tinhso.blocks.registers.queries.openness import records_of
from tinhso.government.infrastructure.models import Line, Room, Server, Service
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE, SEE_INFRASTRUCTURE


def _links_of_thing(thing: Any, day: date) -> Sequence[RecordLink]:
    return [
        RecordLink(_("Ngừng thì kéo theo những gì"), reverse("infrastructure:map") + f"?thing={thing.ref}"),
        RecordLink(_("Kiểm tra hoạt động"), reverse("infrastructure:checks") + f"?thing={thing.ref}"),
    ]


def _fallback_problems(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Essential services keep a fallback (Nghị định 224/2026/NĐ-CP, Điều 13)."""
    if values.get("essential") and not values.get("fallback"):
        return {"fallback": _("Dịch vụ thiết yếu phải ghi cách làm khi ngừng.")}
    return {}


ROOMS = declare_register(
    Register(
        code="rooms",
        model=Room,
        prefix="PM",
        name="Phòng máy",
        name_en="Server rooms",
        icon="building",
        description="Trung tâm dữ liệu, phòng máy, tủ mạng: ở đâu, điện bao nhiêu, mất điện chạy được bao lâu.",
        description_en="Data centres, server rooms and network cabinets: where, and how long they bear a power cut.",
        see=SEE_INFRASTRUCTURE,
        change=MANAGE_INFRASTRUCTURE,
        keys=("code",),
        filters=("kind", "state"),
        colour="kind",
        columns=("code", "name", "unit", "kind", "address", "power_kw", "backup_minutes", "state"),
        listed=("code", "kind", "unit", "backup_minutes", "state"),
        more=_links_of_thing,
    )
)
SERVERS = declare_register(
    Register(
        code="servers",
        model=Server,
        prefix="MC",
        name="Máy chủ, thiết bị",
        name_en="Servers and devices",
        description="Máy chủ, thiết bị lưu trữ, mạng, an toàn thông tin và nơi đặt.",
        description_en="Servers, storage, network and security devices, and where they stand.",
        see=SEE_INFRASTRUCTURE,
        change=MANAGE_INFRASTRUCTURE,
        keys=("code",),
        filters=("kind", "state", "room"),
        icon="database",
        located=False,
        columns=(
            "code",
            "name",
            "unit",
            "kind",
            "room",
            "system",
            "cores",
            "memory_gb",
            "disk_tb",
            "bought_on",
            "warranty_until",
            "state",
        ),
        listed=("code", "kind", "room", "unit", "state"),
        more=_links_of_thing,
    )
)
SERVICES = declare_register(
    Register(
        code="services",
        model=Service,
        prefix="DV",
        name="Dịch vụ số",
        name_en="Digital services",
        icon="globe",
        description="Cổng, nền tảng, phần mềm mà người dân hoặc cán bộ dùng, và cách làm khi ngừng.",
        description_en="Portals, platforms and programs that people or officials use, and what to do while they stop.",
        see=SEE_INFRASTRUCTURE,
        change=MANAGE_INFRASTRUCTURE,
        keys=("code",),
        filters=("kind", "essential", "state", "level"),
        located=False,
        columns=("code", "name", "unit", "kind", "essential", "level", "address", "fallback", "state"),
        listed=("code", "kind", "essential", "unit", "state"),
        check=_fallback_problems,
        more=_links_of_thing,
        open=("name", "unit", "kind", "essential", "fallback"),
    )
)
LINES = declare_register(
    Register(
        code="lines",
        model=Line,
        prefix="DT",
        name="Đường truyền",
        name_en="Lines",
        icon="share",
        description="Mạng nội bộ, Internet, mạng truyền số liệu chuyên dùng đến từng cơ quan, từng xã.",
        description_en="Local networks, Internet and the dedicated state network, down to every commune.",
        see=SEE_INFRASTRUCTURE,
        change=MANAGE_INFRASTRUCTURE,
        keys=("code",),
        filters=("kind", "state", "provider"),
        colour="kind",
        columns=("code", "name", "unit", "kind", "room", "provider", "mbps", "reserve", "state"),
        listed=("code", "kind", "unit", "mbps", "state"),
        more=_links_of_thing,
        open=("name", "unit", "kind", "mbps", "state", "longitude", "latitude"),
    )
)

for _one in (SERVICES, LINES):
    declare_open_records(records_of(_one))
