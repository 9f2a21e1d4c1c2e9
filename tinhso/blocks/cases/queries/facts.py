"""Cases as a fact: how many came in, were finished, in time, by unit, month, channel and who decides.

A case counts where it was decided when it was filed: in its commune, or, where a department decides, in the province
(``agency`` tells which). Whatever happened in a month counts in that month.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case
from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import MONTH, ZONE
from tinhso.blocks.units.models import Level, Unit

CODE = "HS"
CHANNELS = {1: "truc-tiep", 2: "truc-tuyen", 3: "buu-chinh"}
COMMUNES = "xa"
DAY = f"({{}} AT TIME ZONE '{ZONE}')::date"
# a promise that has come: not of a case that was ended or whose clock stands still
RUN_OUT = "due_at <= now() AND status NOT IN (3, 5, 6, 7, 8)"
# what is counted in a month → the moment that puts it there, and what else must hold
COUNTED = {
    "filed": ("submitted_at", "true"),
    "filed_online": ("submitted_at", "channel = 2"),
    "received": ("received_at", "true"),
    "declined": ("closed_at", "status = 3"),
    "finished": ("finished_at", "true"),
    "promised": ("finished_at", "due_at IS NOT NULL"),
    "on_time": ("finished_at", "finished_at <= due_at"),
    "early": ("finished_at", f"{DAY.format('finished_at')} < {DAY.format('due_at')}"),
    "returned": ("returned_at", "true"),
    "due": ("due_at", RUN_OUT),
    "missed": ("due_at", f"{RUN_OUT} AND coalesce(finished_at, now()) > due_at"),
    "supplemented": ("received_at", "asked"),
    "rated": ("finished_at", "rating IS NOT NULL"),
    "satisfied": ("finished_at", "rating >= 4"),
}
MOMENTS = ("submitted_at", "received_at", "closed_at", "finished_at", "returned_at", "due_at")
BASE = """
    SELECT one.id, one.status, one.channel, one.submitted_at, one.received_at, one.finished_at, one.returned_at,
           one.due_at, one.rating, one.entries_count,
           CASE WHEN origin.level = 9 THEN coalesce(above.ref, origin.ref) ELSE origin.ref END AS unit,
           CASE WHEN origin.level = 9 THEN origin.code ELSE 'xa' END AS agency,
           CASE one.channel WHEN 1 THEN 'truc-tiep' WHEN 2 THEN 'truc-tuyen' ELSE 'buu-chinh' END AS kenh,
           ended.at AS closed_at, asked.at IS NOT NULL AS asked
    FROM cases_case one
    JOIN units_unit origin ON origin.id = one.origin_unit_id
    LEFT JOIN units_unit above ON above.id = origin.parent_id
    LEFT JOIN LATERAL (SELECT max(at) AS at FROM cases_entry entry
                       WHERE one.status = 3 AND entry.case_id = one.id AND entry.did = 'declined') ended ON true
    LEFT JOIN LATERAL (SELECT min(since) AS at FROM cases_pause pause
                       WHERE pause.case_id = one.id AND pause.kind = 'supplement') asked ON true
"""


def dossiers_fact() -> Fact:
    """HS: every case of this system, counted where and when things happened to it."""
    return Fact(
        code=CODE,
        name=_("Hồ sơ thủ tục hành chính trong hệ thống"),
        name_en="Dossiers in this system",
        select=_fact_rows_sql(),
        fingerprints=_fingerprints_sql(),
        columns=_fact_columns(),
        dims=_fact_dimensions(),
        level="commune",
        domain="dich-vu-cong",
        agency="VPUB",
        records=records_of_months,
    )


def _fact_rows_sql() -> str:
    filters = [
        f"count(*) FILTER (WHERE moment.name = '{moment}' AND {holds}) AS {name}"
        for name, (moment, holds) in COUNTED.items()
    ]
    moments = ", ".join(f"('{name}', base.{name})" for name in MOMENTS)
    return f"""
    SELECT base.unit AS unit, {MONTH.format("moment.at")} AS month, base.kenh AS kenh, base.agency AS agency,
           {", ".join(filters)},
           CASE WHEN {MONTH.format("moment.at")} = {MONTH.format("now()")} THEN 2 ELSE 3 END AS status,
           max(moment.at) AS true_for
    FROM ({BASE}) base
    CROSS JOIN LATERAL (VALUES {moments}) moment(name, at)
    WHERE moment.at IS NOT NULL AND moment.at <= now()
    GROUP BY 1, 2, 3, 4
    """


def _fingerprints_sql() -> str:
    ended = "(SELECT max(entry.at) FROM cases_entry entry WHERE one.status = 3 AND entry.case_id = one.id)"
    moments = ", ".join(
        (ended, "one.submitted_at", "one.received_at", "one.finished_at", "one.returned_at", "one.due_at")
    )
    return f"""
    SELECT month.month AS month,
           count(*) || '.' || sum(one.entries_count) || '.' || ({MONTH.format("now()")} = month.month) AS fingerprint
    FROM cases_case one
    CROSS JOIN LATERAL (SELECT DISTINCT {MONTH.format("at")} AS month FROM unnest(ARRAY[{moments}]) at
                        WHERE at <= now()) month
    GROUP BY month.month
    """


def _fact_columns() -> tuple[FactColumn, ...]:
    dossiers = _("hồ sơ")
    names = {
        "filed": (_("Hồ sơ nộp"), "Dossiers filed"),
        "filed_online": (_("Hồ sơ nộp trực tuyến"), "Dossiers filed online"),
        "received": (_("Hồ sơ tiếp nhận"), "Dossiers received"),
        "declined": (_("Hồ sơ không được tiếp nhận"), "Dossiers declined"),
        "finished": (_("Hồ sơ xử lý xong"), "Dossiers finished"),
        "promised": (_("Hồ sơ xử lý xong có hẹn trả"), "Finished dossiers with a promise"),
        "on_time": (_("Hồ sơ xử lý xong đúng hạn"), "Dossiers finished in time"),
        "early": (_("Hồ sơ xử lý xong trước hạn"), "Dossiers finished before the day promised"),
        "returned": (_("Hồ sơ đã trả kết quả"), "Dossiers handed out"),
        "due": (_("Hồ sơ đến hạn"), "Dossiers that fell due"),
        "missed": (_("Hồ sơ quá hạn"), "Dossiers that missed their promise"),
        "supplemented": (_("Hồ sơ phải bổ sung"), "Dossiers that had to be supplemented"),
        "rated": (_("Hồ sơ được đánh giá"), "Dossiers rated"),
        "satisfied": (_("Hồ sơ được đánh giá hài lòng"), "Dossiers rated as satisfying"),
    }
    return tuple(FactColumn(code, *names[code], unit_of_measure=dossiers) for code in COUNTED)


def _fact_dimensions() -> tuple[Dimension, ...]:
    channels = (
        Member("truc-tiep", _("trực tiếp"), "in person"),
        Member("truc-tuyen", _("trực tuyến"), "online"),
        Member("buu-chinh", _("bưu chính công ích"), "public post"),
    )
    agencies = Unit.objects.filter(known__upper_inf=True, level=Level.AGENCY).order_by("sort_key", "ref")
    named = {unit.code: Member(unit.code, unit.name, unit.name_en) for unit in agencies}
    communes = Member(COMMUNES, _("Ủy ban nhân dân cấp xã"), "Commune People's Committees")
    return (
        Dimension("kenh", _("cách nộp"), "channel", channels),
        Dimension("agency", _("cơ quan giải quyết"), "competent agency", (communes, *named.values())),
    )


def records_of_months(record_query: RecordQuery) -> Sequence[Record]:
    """Cases to which something happened in the months asked for, the newest first."""
    here = Q(origin_unit__ref__in=record_query.units) | Q(
        origin_unit__level=Level.AGENCY, origin_unit__parent__ref__in=record_query.units
    )
    months = Q(pk__in=())
    for month in record_query.months:
        year, number = int(month[:4]), int(month[5:7])
        for moment in ("submitted_at", "received_at", "finished_at", "due_at"):
            months |= Q(**{f"{moment}__year": year, f"{moment}__month": number})
    cases = Case.objects.filter(here, months).select_related("unit", "origin_unit")
    for dim, code in record_query.members:
        if dim == "kenh":
            cases = cases.filter(channel=next((key for key, value in CHANNELS.items() if value == code), 0))
        elif code == COMMUNES:
            cases = cases.exclude(origin_unit__level=Level.AGENCY)
        else:
            cases = cases.filter(origin_unit__level=Level.AGENCY, origin_unit__code=code)
    if record_query.since is not None:
        cases = cases.filter(entries__at__gt=record_query.since).distinct()
    return [
        _record_of_case(case, max(record_query.months))
        for case in cases.order_by("-submitted_at", "-pk")[: record_query.limit]
    ]


def _record_of_case(case: Case, month: str) -> Record:
    return Record(
        title=f"{case.code} · {case.name}",
        href=reverse("cases:case", args=[case.code]),
        unit=case.origin_unit.name,
        period=month,
        status="official",
        as_of=case.returned_at or case.finished_at or case.received_at or case.submitted_at,
        by=case.get_channel_display(),
        values=((_("Trạng thái"), str(case.get_status_display())),),
    )
