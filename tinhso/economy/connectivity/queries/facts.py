"""Connectivity as facts: what the registers hold at the end of each month."""

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, Member
from tinhso.blocks.registers.queries import months
from tinhso.economy.connectivity.models import Coverage, Post, State
from tinhso.economy.connectivity.queries.rules import rules

OPERATORS, STATIONS, COVERAGE, POSTS = "VT-D", "VT-T", "VT-P", "VT-B"
OTHER = "khac"
DOMAIN, AGENCY = "kinh-te-so", "SKHCN"
SENDS = {name: f"(one.data->>'{name}')::boolean" for name in ("g2", "g3", "g4", "g5")}
WORKS = "one.data->>'state' = 'in_use'"


def operators_fact() -> Fact:
    """VT-D: operators that serve the province at the end of each month."""
    values = {"operators": "true", "mobile": "(one.data->>'mobile')::boolean", "fixed": "(one.data->>'fixed')::boolean"}
    names = {
        "operators": (_("Doanh nghiệp viễn thông"), "Operators"),
        "mobile": (_("Doanh nghiệp cung cấp di động"), "Mobile operators"),
        "fixed": (_("Doanh nghiệp cung cấp Internet cố định"), "Operators of fixed Internet"),
    }
    return Fact(
        code=OPERATORS,
        name=_("Doanh nghiệp viễn thông trong danh mục"),
        name_en="Operators of the register",
        select=months.counting_sql("operators", {}, values),
        fingerprints=months.fingerprints_sql(["operators"]),
        records=months.records_of_month("operators", {}),
        columns=months.fact_columns(names, _("doanh nghiệp")),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def stations_fact() -> Fact:
    """VT-T: base stations at the end of each month, by state."""
    values = {
        "stations": "true",
        **SENDS,
        "works": WORKS,
        "broken": "one.data->>'state' = 'broken'",
        "only_2g": f"{SENDS['g2']} AND NOT ({SENDS['g3']} OR {SENDS['g4']} OR {SENDS['g5']})",
        "placed": "one.data->>'longitude' IS NOT NULL",
        "opened": "substr(one.data->>'since', 1, 7) = one.month",
    }
    names = {
        "stations": (_("Trạm phát sóng"), "Base stations"),
        "g2": (_("Trạm 2G"), "2G stations"),
        "g3": (_("Trạm 3G"), "3G stations"),
        "g4": (_("Trạm 4G"), "4G stations"),
        "g5": (_("Trạm 5G"), "5G stations"),
        "works": (_("Trạm đang hoạt động"), "Stations that work"),
        "broken": (_("Trạm hỏng, tạm ngừng"), "Stations that are broken"),
        "only_2g": (_("Trạm chỉ có 2G"), "Stations with 2G alone"),
        "placed": (_("Trạm có tọa độ"), "Stations with a place"),
        "opened": (_("Trạm phát sóng mới trong tháng"), "Stations opened in the month"),
    }
    return Fact(
        code=STATIONS,
        name=_("Trạm phát sóng trong danh mục"),
        name_en="Base stations of the register",
        select=months.counting_sql("stations", {"tinh_trang": "state"}, values, {"nha_mang": _operator_sql()}),
        fingerprints=months.fingerprints_sql(["stations"]),
        columns=months.fact_columns(names, _("trạm"), ["opened"]),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        dims=(months.choices_dimension("tinh_trang", _("tình trạng"), "state", State), _by_operator()),
    )


def coverage_fact() -> Fact:
    """VT-P: places whose coverage an operator, or somebody who measured, has told of, at the end of each month."""
    none = " OR ".join(SENDS.values())
    values = {
        "places": "true",
        **SENDS,
        "no_g4": f"NOT ({SENDS['g4']} OR {SENDS['g5']})",
        "none": f"NOT ({none})",
        "dated": "(one.data->>'told_on')::date > one.day - 365",
    }
    names = {
        "places": (_("Nơi đã biết vùng phủ"), "Places told of"),
        "g2": (_("Nơi có 2G"), "Places with 2G"),
        "g3": (_("Nơi có 3G"), "Places with 3G"),
        "g4": (_("Nơi có 4G"), "Places with 4G"),
        "g5": (_("Nơi có 5G"), "Places with 5G"),
        "no_g4": (_("Nơi chưa có 4G, 5G"), "Places without 4G or 5G"),
        "none": (_("Nơi không có sóng"), "Places without any signal"),
        "dated": (_("Nơi có nguồn trong 12 tháng"), "Places told of within twelve months"),
    }
    return Fact(
        code=COVERAGE,
        name=_("Vùng phủ sóng từng nhà mạng trong danh mục"),
        name_en="Coverage by operator",
        select=months.counting_sql("coverage", {"nguon": "told_by"}, values, {"nha_mang": _operator_sql()}),
        fingerprints=months.fingerprints_sql(["coverage"]),
        columns=months.fact_columns(names, _("nơi")),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        dims=(months.choices_dimension("nguon", _("nguồn"), "source", Coverage.Source), _by_operator()),
    )


def _by_operator() -> Dimension:
    """Operators that the province names; all others are one member."""
    members = [
        Member(indicator_operator.code, indicator_operator.name, indicator_operator.name_en or indicator_operator.name)
        for indicator_operator in rules().operators
    ]
    return Dimension("nha_mang", _("nhà mạng"), "operator", (*members, Member(OTHER, _("Nhà mạng khác"), "Other")))


def _operator_sql() -> str:
    """The code of a record's operator, in SQL."""
    operator_codes = (
        ", ".join("'" + indicator_operator.code.replace("'", "''") + "'" for indicator_operator in rules().operators)
        or "NULL"
    )
    return f"""(SELECT CASE WHEN operator.code IN ({operator_codes}) THEN operator.code ELSE '{OTHER}' END
                FROM connectivity_operator operator WHERE operator.id = (one.data->>'operator_id')::bigint)"""


def posts_fact() -> Fact:
    """VT-B: post offices and cultural posts at the end of each month, by kind."""
    values = {
        "posts": "true",
        "cultural": "one.data->>'kind' = 'cultural'",
        "works": WORKS,
        "same_day": "(one.data->>'same_day')::boolean",
        "helps_online": "(one.data->>'helps_online')::boolean",
    }
    names = {
        "posts": (_("Điểm bưu chính"), "Post offices"),
        "cultural": (_("Điểm bưu điện – văn hóa xã"), "Cultural posts"),
        "works": (_("Điểm đang hoạt động"), "Offices that work"),
        "same_day": (_("Điểm có thư báo trong ngày"), "Offices with mail on its day"),
        "helps_online": (_("Điểm giúp làm thủ tục trực tuyến"), "Offices that help with online services"),
    }
    return Fact(
        code=POSTS,
        name=_("Điểm bưu chính trong danh mục"),
        name_en="Post offices of the register",
        select=months.counting_sql("posts", {"loai": "kind"}, values),
        fingerprints=months.fingerprints_sql(["posts"]),
        records=months.records_of_month("posts", {"loai": "kind"}),
        columns=months.fact_columns(names, _("điểm")),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        dims=(months.choices_dimension("loai", _("loại"), "kind", Post.Kind),),
    )
