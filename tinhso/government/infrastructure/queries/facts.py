"""Infrastructure as facts: what there is at the end of each month, how much of it ran, what was announced to stop.

What there was is read from history: a month is as it is known now to have been, also where it was entered later.
"""

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature
from tinhso.blocks.indicators.contract.sql import MONTH
from tinhso.blocks.registers.queries import months
from tinhso.blocks.registers.queries.months import HERE, PLACE
from tinhso.government.infrastructure.models import Check, Line, Room, Server, Service
from tinhso.government.infrastructure.models.things import State
from tinhso.government.infrastructure.queries.watching import MONTHS

THINGS, RUNNING, OUTAGES = "HT", "HT-K", "HT-N"
DOMAIN, AGENCY = "kinh-te-so", "SKHCN"
REGISTERS = ("rooms", "servers", "services", "lines")


def things_fact() -> Fact:
    """HT: things at the end of each month, by register, kind and state."""
    kind = "one.register || '.' || coalesce(one.data->>'kind', '')"
    is_ = "one.register = '{}'".format
    values = {
        "things": "true",
        "rooms": is_("rooms"),
        "rooms_backed": f"{is_('rooms')} AND coalesce((one.data->>'backup_minutes')::int, 0) >= 30",
        "servers": is_("servers"),
        "servers_old": f"{is_('servers')} AND (one.data->>'warranty_until')::date < one.day",
        "servers_virtual": f"{is_('servers')} AND one.data->>'kind' = 'virtual'",
        "services": is_("services"),
        "essential": f"{is_('services')} AND (one.data->>'essential')::boolean",
        "essential_ready": f"{is_('services')} AND (one.data->>'essential')::boolean AND one.data->>'fallback' <> ''",
        "lines": is_("lines"),
        "in_use": "one.data->>'state' = 'in_use'",
    }
    sums = ", ".join(f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in values.items())
    select = f"""
    SELECT {PLACE} AS unit, one.month, {kind} AS loai, coalesce(one.data->>'state', '') AS tinh_trang, {sums},
           coalesce(sum((one.data->>'mbps')::bigint), 0)::bigint AS mbps,
           CASE WHEN one.month = {MONTH.format("now()")} THEN 2 ELSE 3 END AS status, max(one.at) AS true_for
    FROM {months.at_month_ends(REGISTERS)} one {months.UNIT}
    GROUP BY 1, 2, 3, 4
    """
    return Fact(
        code=THINGS,
        name=_("Hạ tầng số đang có"),
        name_en="Digital infrastructure",
        select=select,
        fingerprints=months.fingerprints_sql(REGISTERS),
        columns=_thing_columns(),
        dims=(_kind_dimension(), _state_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def _thing_columns() -> tuple[FactColumn, ...]:
    names = {
        "things": (_("Phòng máy, máy chủ, dịch vụ, đường truyền"), "Things"),
        "rooms": (_("Phòng máy, tủ mạng"), "Rooms and cabinets"),
        "rooms_backed": (_("Phòng máy chạy được từ 30 phút khi mất điện"), "Rooms that bear a power cut of 30 minutes"),
        "servers": (_("Máy chủ, thiết bị"), "Servers and devices"),
        "servers_old": (_("Máy chủ, thiết bị hết bảo hành"), "Servers and devices out of warranty"),
        "servers_virtual": (_("Máy chủ ảo"), "Virtual servers"),
        "services": (_("Dịch vụ số"), "Digital services"),
        "essential": (_("Dịch vụ số thiết yếu"), "Essential services"),
        "essential_ready": (_("Dịch vụ thiết yếu có cách làm khi ngừng"), "Essential services with a fallback"),
        "lines": (_("Đường truyền"), "Lines"),
        "in_use": (_("Đang dùng"), "In use"),
        "mbps": (_("Tổng băng thông"), "Total bandwidth"),
    }
    return tuple(
        FactColumn(code, *name, nature=Nature.STOCK, unit_of_measure="Mbps" if code == "mbps" else _("cái"))
        for code, name in names.items()
    )


def running_fact() -> Fact:
    """HT-K: minutes seen and minutes up of what is checked, each month."""
    select = f"""
    SELECT {PLACE} AS unit, one.month, checked.register AS danh_muc, checked.kind AS cach,
           round(sum(one.seen) / 60)::bigint AS seen, round(sum(one.up) / 60)::bigint AS up,
           round(sum(one.seen - one.up - one.planned) / 60)::bigint AS down,
           round(sum(one.planned) / 60)::bigint AS planned,
           sum(one.falls)::bigint AS falls, count(*) AS checks, count(*) FILTER (WHERE one.falls = 0) AS steady,
           CASE WHEN one.month = {MONTH.format("now()")} THEN 2 ELSE 3 END AS status, now() AS true_for
    FROM ({MONTHS}) one JOIN infrastructure_check checked ON checked.id = one.check_of_id
    {HERE.format("checked.unit_id")}
    GROUP BY 1, 2, 3, 4
    """
    prints = f"""
    SELECT one.month, sum(one.falls) || '.' || count(*) || '.' || round(sum(one.up) / 3600) AS fingerprint
    FROM ({MONTHS}) one GROUP BY 1
    """
    columns = (
        FactColumn("seen", _("Phút được theo dõi"), "Minutes watched", unit_of_measure=_("phút")),
        FactColumn("up", _("Phút chạy"), "Minutes up", unit_of_measure=_("phút")),
        FactColumn("down", _("Phút dừng không báo trước"), "Minutes down unannounced", unit_of_measure=_("phút")),
        FactColumn("planned", _("Phút dừng đã báo trước"), "Minutes down as announced", unit_of_measure=_("phút")),
        FactColumn("falls", _("Lần dừng"), "Failures", unit_of_measure=_("lần")),
        FactColumn("checks", _("Phép kiểm tra"), "Checks", unit_of_measure=_("phép")),
        FactColumn(
            "steady", _("Phép kiểm tra không dừng lần nào"), "Checks without a failure", unit_of_measure=_("phép")
        ),
    )
    kinds = tuple(Member(code, str(name), code) for code, name in Check.Kind.choices)
    return Fact(
        code=RUNNING,
        name=_("Thời gian chạy của hạ tầng số"),
        name_en="Availability of infrastructure",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(
            Dimension("danh_muc", _("danh mục"), "register", _register_members()),
            Dimension("cach", _("cách kiểm tra"), "check", kinds),
        ),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def outages_fact() -> Fact:
    """HT-N: outages that were announced, counted in the month in which they begin."""
    month = MONTH.format("one.starts_at")
    select = f"""
    SELECT {PLACE} AS unit, {month} AS month, count(*) AS announced,
           count(*) FILTER (WHERE one.notice_days >= one.required_days) AS early,
           count(*) FILTER (WHERE one.urgent_why <> '') AS urgent, sum(one.notice_days)::bigint AS notice,
           count(*) FILTER (WHERE one.state = 'ended') AS ended,
           count(*) FILTER (WHERE one.state = 'ended' AND one.closed_at <= one.ends_at) AS in_time,
           count(*) FILTER (WHERE one.state = 'cancelled') AS cancelled,
           round(sum(extract(epoch FROM coalesce(one.closed_at, one.ends_at) - one.starts_at))
                     FILTER (WHERE one.state <> 'cancelled') / 60)::bigint AS minutes,
           CASE WHEN {month} = {MONTH.format("now()")} THEN 2 ELSE 3 END AS status, max(one.announced_at) AS true_for
    FROM infrastructure_outage one {HERE.format("one.unit_id")}
    WHERE one.starts_at <= now() GROUP BY 1, 2
    """
    prints = f"""
    SELECT {month} AS month, count(*) || '.' || count(one.closed_at) || '.' || max(one.id) AS fingerprint
    FROM infrastructure_outage one WHERE one.starts_at <= now() GROUP BY 1
    """
    times, minutes = _("lần"), _("phút")
    columns = (
        FactColumn("announced", _("Lần ngừng có kế hoạch"), "Planned outages", unit_of_measure=times),
        FactColumn("early", _("Lần ngừng báo trước đủ ngày"), "Announced early enough", unit_of_measure=times),
        FactColumn("urgent", _("Lần ngừng gấp"), "Urgent outages", unit_of_measure=times),
        FactColumn("notice", _("Tổng số ngày báo trước"), "Days of notice", unit_of_measure=_("ngày")),
        FactColumn("ended", _("Lần ngừng đã khôi phục"), "Outages that ended", unit_of_measure=times),
        FactColumn("in_time", _("Lần ngừng khôi phục đúng giờ"), "Outages that ended in time", unit_of_measure=times),
        FactColumn("cancelled", _("Lần ngừng đã hủy"), "Outages called off", unit_of_measure=times),
        FactColumn("minutes", _("Phút ngừng có kế hoạch"), "Minutes of planned outages", unit_of_measure=minutes),
    )
    return Fact(
        code=OUTAGES,
        name=_("Ngừng có kế hoạch"),
        name_en="Planned outages",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def _register_members() -> tuple[Member, ...]:
    names = {
        "rooms": (_("phòng máy"), "rooms"),
        "servers": (_("máy chủ, thiết bị"), "servers"),
        "services": (_("dịch vụ số"), "services"),
        "lines": (_("đường truyền"), "lines"),
    }
    return tuple(Member(code, *name) for code, name in names.items())


def _kind_dimension() -> Dimension:
    pairs = {"rooms": Room.Kind, "servers": Server.Kind, "services": Service.Kind, "lines": Line.Kind}
    members = [
        Member(f"{code}.{value}", str(label), f"{code}: {value}")
        for code, kinds in pairs.items()
        for value, label in kinds.choices
    ]
    return Dimension("loai", _("loại"), "kind", tuple(members))


def _state_dimension() -> Dimension:
    return Dimension(
        "tinh_trang", _("tình trạng"), "state", tuple(Member(state, str(state.label), str(state)) for state in State)
    )
