"""Enterprises as facts: what the registers hold at the end of each month, what checks of websites and firms said."""

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member
from tinhso.blocks.indicators.contract.sql import FIRM, MONTH
from tinhso.blocks.registers.queries import months
from tinhso.blocks.registers.queries.months import HERE, PLACE
from tinhso.economy.enterprises.models import Firm
from tinhso.economy.enterprises.models.firms import Sector
from tinhso.economy.enterprises.queries import rules

FIRMS, HOUSEHOLDS, SITES, ASSESSED = "DN", "DN-H", "DN-W", "DN-T"
DOMAIN, AGENCY = "kinh-te-so", "SKHCN"
HEAD, SMALL = "one.data->>'kind' = 'firm'", "one.data->>'size' IN ('micro', 'small', 'medium')"
TOLD = {  # what firms are counted for, among those that are no branches
    "firms": "true",
    "small_firms": SMALL,
    "micro": "one.data->>'size' = 'micro'",
    "it": "one.data->>'sector' = 'it'",
    "site_vn": "one.data->>'site' ~ '[.]vn$'",
    "platform": "(one.data->>'platform')::boolean",
    "small_platform": f"{SMALL} AND (one.data->>'platform')::boolean",
    "e_tax": "(one.data->>'e_tax')::boolean",
    "e_invoice": "(one.data->>'e_invoice')::boolean",
    "signature": "(one.data->>'signature')::boolean",
    "shop": "(one.data->>'shop')::boolean",
    "dated": "(one.data->>'told_on')::date > one.day - 365",
    "founded": "substr(one.data->>'founded_on', 1, 7) = one.month",
}
HOUSEHOLDS_TOLD = {
    "households": "true",
    **{name: f"(one.data->>'{name}')::boolean" for name in ("e_tax", "e_invoice", "cashless", "shop")},
}


def firms_fact() -> Fact:
    """DN: firms at the end of each month, by sector and size; branches beside them."""
    counted = {name: f"{HEAD} AND {holds}" for name, holds in TOLD.items()}
    counted["branches"] = "one.data->>'kind' = 'branch'"
    firms = _("doanh nghiệp")
    names = {
        "firms": (_("Doanh nghiệp"), "Firms"),
        "small_firms": (_("Doanh nghiệp nhỏ và vừa"), "Small and medium firms"),
        "micro": (_("Doanh nghiệp siêu nhỏ"), "Micro firms"),
        "it": (_("Doanh nghiệp công nghệ thông tin"), "IT firms"),
        "site_vn": (_("Doanh nghiệp khai có trang web .vn"), "Firms that declare a .vn site"),
        "platform": (_("Doanh nghiệp dùng nền tảng số"), "Firms on digital platforms"),
        "small_platform": (_("Doanh nghiệp nhỏ và vừa dùng nền tảng số"), "Small and medium firms on platforms"),
        "e_tax": (_("Doanh nghiệp nộp thuế điện tử"), "Firms that pay tax electronically"),
        "e_invoice": (_("Doanh nghiệp dùng hóa đơn điện tử"), "Firms with e-invoices"),
        "signature": (_("Doanh nghiệp dùng chữ ký số"), "Firms with digital signatures"),
        "shop": (_("Doanh nghiệp bán hàng trên sàn"), "Firms that sell on e-commerce floors"),
        "dated": (_("Doanh nghiệp có nguồn trong 12 tháng"), "Firms told of within twelve months"),
        "founded": (_("Doanh nghiệp thành lập trong tháng"), "Firms founded in the month"),
        "branches": (_("Chi nhánh"), "Branches"),
    }
    dims = {"nganh": "sector", "quy_mo": "size"}
    return Fact(
        code=FIRMS,
        name=_("Doanh nghiệp trong danh mục"),
        name_en="Firms of the register",
        select=months.counting_sql("firms", dims, counted),
        fingerprints=months.fingerprints_sql(["firms"]),
        records=months.records_of_month("firms", dims),
        columns=months.fact_columns(names, firms, ["founded"]),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        dims=(
            months.choices_dimension("nganh", _("ngành"), "sector", Sector),
            months.choices_dimension("quy_mo", _("quy mô"), "size", Firm.Size),
        ),
    )


def households_fact() -> Fact:
    """DN-H: household businesses at the end of each month, by sector."""
    names = {
        "households": (_("Hộ kinh doanh"), "Household businesses"),
        "e_tax": (_("Hộ nộp thuế điện tử"), "Households that pay tax electronically"),
        "e_invoice": (_("Hộ dùng hóa đơn điện tử"), "Households with e-invoices"),
        "cashless": (_("Hộ nhận thanh toán không tiền mặt"), "Households that take cashless payment"),
        "shop": (_("Hộ bán hàng trên sàn"), "Households that sell on e-commerce floors"),
    }
    return Fact(
        code=HOUSEHOLDS,
        name=_("Hộ kinh doanh trong danh mục"),
        name_en="Household businesses of the register",
        select=months.counting_sql("households", {"nganh": "sector"}, HOUSEHOLDS_TOLD),
        records=months.records_of_month("households", {"nganh": "sector"}),
        fingerprints=months.fingerprints_sql(["households"]),
        columns=months.fact_columns(names, _("hộ")),
        dims=(months.choices_dimension("nganh", _("ngành"), "sector", Sector),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def sites_fact() -> Fact:
    """DN-W: websites that were looked for in a month, by what the last look at each found."""
    month = MONTH.format("looked.at")
    last = f"""
    (SELECT DISTINCT ON (looked.firm, {month}) looked.*, {month} AS month FROM enterprises_sitecheck looked
     ORDER BY looked.firm, {month}, looked.at DESC)
    """
    select = f"""
    SELECT {PLACE} AS unit, one.month, count(*) AS looked, count(*) FILTER (WHERE one.named) AS named,
           count(*) FILTER (WHERE one.answered) AS answered, {FIRM.format("one.month")} AS status,
           max(one.at) AS true_for
    FROM {last} one JOIN enterprises_firm firm ON firm.ref = one.firm {HERE.format("firm.unit_id")}
    GROUP BY 1, 2
    """
    names = {
        "looked": (_("Trang web được kiểm tra"), "Sites looked for"),
        "named": (_("Tên miền có thật"), "Domains that lead somewhere"),
        "answered": (_("Trang web trả lời"), "Sites that answer"),
    }
    return Fact(
        code=SITES,
        name=_("Trang web của doanh nghiệp, do hệ thống kiểm tra"),
        name_en="Sites of firms as checked",
        select=select,
        fingerprints=_fingerprints_query("enterprises_sitecheck"),
        columns=months.fact_columns(names, _("trang web")),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def assessed_fact() -> Fact:
    """DN-T: self-assessments of a month, the last of each firm, as points by pillar."""
    month = MONTH.format("given.at")
    last = f"""
    (SELECT DISTINCT ON (given.firm, {month}) given.*, {month} AS month FROM enterprises_assessment given
     ORDER BY given.firm, {month}, given.at DESC)
    """
    select = f"""
    SELECT {PLACE} AS unit, one.month, pillar.key AS tru_cot, count(*) AS given,
           round(sum(pillar.value::numeric), 2)::text AS points,
           count(*) FILTER (WHERE pillar.value::numeric < 50) AS weak,
           {FIRM.format("one.month")} AS status, max(one.at) AS true_for
    FROM {last} one CROSS JOIN LATERAL jsonb_each_text(one.pillars) pillar
    JOIN enterprises_firm firm ON firm.ref = one.firm {HERE.format("firm.unit_id")}
    GROUP BY 1, 2, 3
    """
    columns = (
        FactColumn("given", _("Điểm trụ cột được tự đánh giá"), "Pillars assessed", unit_of_measure=_("lượt")),
        FactColumn("points", _("Tổng điểm"), "Points", unit_of_measure=_("điểm"), decimals=2),
        FactColumn("weak", _("Điểm trụ cột dưới 50"), "Pillars below 50", unit_of_measure=_("lượt")),
    )
    pillars = tuple(
        Member(assessment_pillar.code, assessment_pillar.name, assessment_pillar.name_en)
        for assessment_pillar in rules.rules().assessment.pillars
    )
    return Fact(
        code=ASSESSED,
        name=_("Doanh nghiệp tự đánh giá"),
        name_en="Self-assessments of firms",
        select=select,
        fingerprints=_fingerprints_query("enterprises_assessment"),
        columns=columns,
        dims=(Dimension("tru_cot", _("trụ cột"), "pillar", pillars),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def _fingerprints_query(table: str) -> str:
    month = MONTH.format("at")
    return f"SELECT {month} AS month, count(*) || '.' || max(id) AS fingerprint FROM {table} GROUP BY 1"
