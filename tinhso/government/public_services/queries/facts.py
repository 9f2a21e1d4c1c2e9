"""Procedures as facts: how many are in force at the end of each month, by field, agency and online level."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries.lookup import all_versions
from tinhso.kernel import clock, periods, province
from tinhso.kernel.errors import Refused

CODE = "TTHC"
MEMBER_OF = {"field": "field_code", "agency": "agency", "online": "online"}
# A month counts what is in force on its last day; the running month, preliminarily, what is in force today.
MONTHS = """
    SELECT to_char(first, 'YYYY-MM') AS month,
           least((first + interval '1 month - 1 day')::date, {today}) AS day,
           CASE WHEN (first + interval '1 month - 1 day')::date > {today} THEN 2 ELSE 3 END AS status
    FROM generate_series(
        (SELECT date_trunc('month', min(lower(effective))::timestamp)
         FROM public_services_version WHERE upper_inf(known)),
        {today}::timestamp, interval '1 month') AS first
"""
ROWS = """
    SELECT CASE WHEN month.day < {since} THEN {former} ELSE {home} END AS unit, month.month AS month,
           version.field_code AS field, version.agency AS agency, version.online AS online,
           count(*) AS procedures,
           count(*) FILTER (WHERE version.online <> 'info') AS online_services,
           count(*) FILTER (WHERE version.online = 'full') AS full_services,
           count(*) FILTER (WHERE version.online = 'part') AS part_services,
           count(*) FILTER (WHERE version.online <> 'info' AND version.portal_since <= month.day) AS on_portal,
           count(*) FILTER (WHERE version.online = 'part'
                            AND (version.part_reason !~ '\\S' OR version.part_rule !~ '\\S')) AS part_without_reason,
           count(*) FILTER (WHERE version.verified) AS verified,
           month.status AS status,
           max(lower(version.known)) AS true_for
    FROM ({months}) month
    JOIN public_services_version version ON version.effective @> month.day AND upper_inf(version.known)
    GROUP BY 1, 2, 3, 4, 5, month.status
"""
PRINTS = """
    SELECT month.month AS month,
           month.status || md5(string_agg(version.id || '.' || extract(epoch FROM lower(version.known)), ','
                                          ORDER BY version.id)) AS fingerprint
    FROM ({months}) month
    JOIN public_services_version version ON version.effective @> month.day AND upper_inf(version.known)
    GROUP BY month.month, month.status
"""


def catalogue_fact() -> Fact:
    """Procedures in force, counted for the province; its unit before a merger is the one that there was then."""
    months = MONTHS.format(today=_sql_date(clock.today()))
    former, home, since = _former_and_current_province()
    return Fact(
        code=CODE,
        name=_("Danh mục thủ tục hành chính"),
        name_en="Catalogue of administrative procedures",
        select=ROWS.format(months=months, former=_sql_text(former), home=_sql_text(home), since=_sql_date(since)),
        fingerprints=PRINTS.format(months=months),
        columns=_fact_columns(),
        dims=_fact_dimensions(),
        level="province",
        domain="dich-vu-cong",
        agency="VPUB",
        records=procedure_records,
    )


def _former_and_current_province() -> tuple[str, str, date]:
    """The unit that the province was, the one it is, and since when; the same one where it never was another."""
    try:
        province_facts = province.province_facts()
    except Refused:
        return "", "", date(1, 1, 1)
    unit = Unit.objects.filter(known__upper_inf=True, ref=province_facts.home).only("valid").first()
    since = unit.valid.lower if unit is not None else None
    return (
        (province_facts.former or province_facts.home, province_facts.home, since)
        if since
        else (province_facts.home, province_facts.home, date(1, 1, 1))
    )


def province_ref() -> str:
    """The reference of the unit that the province is now; empty where it says none."""
    return _former_and_current_province()[1]


def _fact_columns() -> tuple[FactColumn, ...]:
    services, procedures = _("dịch vụ"), _("thủ tục")

    def stock(code: str, name: str, name_en: str, unit: str) -> FactColumn:
        return FactColumn(code, name, name_en, Nature.STOCK, unit_of_measure=unit)

    return (
        stock("procedures", _("Thủ tục còn hiệu lực"), "Procedures in force", procedures),
        stock("online_services", _("Dịch vụ công trực tuyến"), "Online services", services),
        stock("full_services", _("Dịch vụ toàn trình"), "Fully online services", services),
        stock("part_services", _("Dịch vụ một phần"), "Partially online services", services),
        stock("on_portal", _("Dịch vụ trên Cổng quốc gia"), "Services on the national portal", services),
        stock("part_without_reason", _("Một phần thiếu lý do"), "Partial without a reason", services),
        stock("verified", _("Thủ tục đã đối chiếu"), "Checked procedures", procedures),
    )


def _fact_dimensions() -> tuple[Dimension, ...]:
    online = {"full": "Fully online", "part": "Partially online", "info": "Information only"}
    levels = tuple(Member(level.value, str(level.label), online[level.value]) for level in Version.Online)
    return (
        Dimension("field", _("Lĩnh vực"), "Field", _dimension_members("field_code", "field", "field_en")),
        Dimension("agency", _("Cơ quan"), "Agency", _dimension_members("agency", "agency_name", "agency_name")),
        Dimension("online", _("Mức độ trực tuyến"), "Online level", levels),
    )


def _dimension_members(code: str, name: str, name_en: str) -> tuple[Member, ...]:
    """Each code that some version carries, by the name that its newest version gives."""
    newest = all_versions().order_by(code, "-effective").distinct(code)
    return tuple(Member(*row) for row in newest.values_list(code, name, name_en))


def procedure_records(record_query: RecordQuery) -> Sequence[Record]:
    """The procedures behind a number: those in force at the end of the last month asked for."""
    day = min(periods.parse(max(record_query.months)).end, clock.today())
    versions = all_versions().filter(effective__contains=day)
    for dim, code in record_query.members:
        versions = versions.filter(**{MEMBER_OF[dim]: code})
    if record_query.since is not None:
        versions = versions.filter(known__startswith__gt=record_query.since)
    return [
        _procedure_record(version, max(record_query.months))
        for version in versions.order_by("sort_key", "ref")[: record_query.limit]
    ]


def _procedure_record(version: Version, month: str) -> Record:
    return Record(
        title=version.name,
        href=f"{reverse('public_services:procedure', args=[version.procedure.code])}?day={version.effective.lower}",
        unit=version.agency_name,
        period=month,
        status="official" if version.verified else "preliminary",
        as_of=version.known.lower,
        by=version.decision_number or version.source,
        values=((_("Mức độ trực tuyến"), str(version.get_online_display())), (_("Lĩnh vực"), version.field)),
    )


def _sql_date(day: date) -> str:
    return f"date '{day.isoformat()}'"


def _sql_text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
