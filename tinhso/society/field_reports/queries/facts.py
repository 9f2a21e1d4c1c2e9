"""Field reports as facts: reports, steps and ratings, by unit, month, category, channel, priority and status.

A report counts in the commune in which it lies, in the month in which each thing happened to it; a step where whoever
took it stands (a department's steps in the province). Only what the reporters confirmed is counted.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import FIRM, HOURS, MONTH
from tinhso.blocks.units.models import Level, Unit
from tinhso.society.field_reports.models import Rating, Report
from tinhso.society.field_reports.queries.page_parts import WORDS
from tinhso.society.field_reports.queries.rules import rules

REPORTS, STEPS, RATINGS = "PA", "PA-B", "PA-D"
DOMAIN, AGENCY, COMMUNES = "phan-anh", "VPUB", "xa"
PRIORITIES = {1: "nguy-hiem", 2: "gap", 3: "thuong", 4: "khong-gap"}
RAN_OUT = "due_at <= now() AND status NOT IN (8, 10)"
# what is counted in a month → the moment that puts it there, what else must hold, and what is summed (1: it is counted)
COUNTED = {
    "received": ("received_at", "true", ""),
    "danger": ("received_at", "priority = 1", ""),
    "classified": ("classified_at", "true", ""),
    "begun": ("begun_at", "true", ""),
    "resolved": ("resolved_at", "true", ""),
    "promised": ("resolved_at", "due_at IS NOT NULL", ""),
    "on_time": ("resolved_at", "resolved_at <= due_at", ""),
    "due": ("due_at", RAN_OUT, ""),
    "missed": ("due_at", f"{RAN_OUT} AND coalesce(resolved_at, now()) > due_at", ""),
    "closed": ("closed_at", "status = 7", ""),
    "confirmed": ("closed_at", "status = 7 AND confirmed", ""),
    "reopened": ("received_at", "reopened > 0", ""),
    "declined": ("closed_at", "status = 8", ""),
    "not_field": ("closed_at", "status = 8 AND kind <> 'field'", ""),
    "merged": ("closed_at", "status = 10", ""),
    "handed_over": ("received_at", "moves > 0", ""),
    "disputed": ("received_at", "came_back > 1", ""),
    "with_photo": ("resolved_at", "no_photo_why = ''", ""),
    "open": ("received_at", "status IN (1, 2, 3, 4, 5, 6, 9)", ""),
    "hours_to_begin": ("begun_at", "true", HOURS.format("begun_at", "received_at")),
    "hours_to_resolve": ("resolved_at", "true", HOURS.format("resolved_at", "received_at")),
}
MOMENTS = ("received_at", "classified_at", "begun_at", "resolved_at", "closed_at", "due_at")
COMMON = """
    one.category AS linh_vuc, one.channel AS kenh,
    CASE one.priority WHEN 1 THEN 'nguy-hiem' WHEN 2 THEN 'gap' WHEN 3 THEN 'thuong' ELSE 'khong-gap' END AS muc_do
"""
BASE = f"""
    SELECT one.*, {COMMON}, 's' || one.status AS trang_thai, origin.ref AS unit_ref,
           CASE WHEN holder.level = 9 THEN holder.code ELSE 'xa' END AS agency,
           (SELECT count(*) FROM field_reports_handover move WHERE move.report_id = one.id) AS moves,
           (SELECT count(*) FROM field_reports_handover move
            WHERE move.report_id = one.id AND move.is_return) AS came_back
    FROM field_reports_report one
    JOIN units_unit origin ON origin.id = one.origin_unit_id
    JOIN units_unit holder ON holder.id = one.unit_id
    WHERE one.received_at IS NOT NULL
"""


def reports_fact() -> Fact:
    """PA: every report of this system, counted where it lies and when things happened to it."""
    return Fact(
        code=REPORTS,
        name=_("Phản ánh hiện trường trong hệ thống"),
        name_en="Field reports in this system",
        select=_report_rows(),
        fingerprints=_fingerprints_query(),
        columns=_report_columns(),
        dims=(*_common_dimensions(), _status_dimension(), _agency_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=report_records,
    )


def _report_rows() -> str:
    sums = [
        f"coalesce(sum({sum_expression}) FILTER (WHERE moment.name = '{moment}' AND {holds}), 0)::bigint AS {name}"
        if sum_expression
        else f"count(*) FILTER (WHERE moment.name = '{moment}' AND {holds}) AS {name}"
        for name, (moment, holds, sum_expression) in COUNTED.items()
    ]
    moments = ", ".join(f"('{name}', base.{name})" for name in MOMENTS)
    month = MONTH.format("moment.at")
    return f"""
    SELECT base.unit_ref AS unit, {month} AS month, base.linh_vuc, base.kenh, base.muc_do, base.trang_thai, base.agency,
           {", ".join(sums)}, {FIRM.format(month)} AS status, max(moment.at) AS true_for
    FROM ({BASE}) base CROSS JOIN LATERAL (VALUES {moments}) moment(name, at)
    WHERE moment.at IS NOT NULL AND moment.at <= now()
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    """


def _fingerprints_query() -> str:
    moments = ", ".join(f"one.{name}" for name in MOMENTS)
    return f"""
    SELECT month.month AS month,
           count(*) || '.' || sum(one.entries_count) || '.' || ({MONTH.format("now()")} = month.month) AS fingerprint
    FROM field_reports_report one
    CROSS JOIN LATERAL (SELECT DISTINCT {MONTH.format("at")} AS month FROM unnest(ARRAY[{moments}]) at
                        WHERE at <= now()) month
    WHERE one.received_at IS NOT NULL GROUP BY month.month
    """


def steps_fact() -> Fact:
    """PA-B: every step of every report, and the hours since the step before it."""
    month = MONTH.format("base.at")
    select = f"""
    SELECT base.unit AS unit, {month} AS month, base.buoc, base.linh_vuc, base.kenh, base.muc_do, base.agency,
           count(*) AS steps, coalesce(sum({HOURS.format("base.at", "base.before")}), 0)::bigint AS hours,
           count(base.before) AS timed, {FIRM.format(month)} AS status, max(base.at) AS true_for
    FROM (SELECT {COMMON}, step.did AS buoc, step.at, former.at AS before,
                 CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END AS unit,
                 CASE WHEN place.level = 9 THEN place.code ELSE 'xa' END AS agency
          FROM field_reports_entry step
          JOIN field_reports_report one ON one.id = step.report_id
          JOIN units_unit place ON place.id = step.unit_id
          LEFT JOIN units_unit above ON above.id = place.parent_id
          LEFT JOIN field_reports_entry former ON former.report_id = step.report_id AND former.number = step.number - 1
          WHERE one.received_at IS NOT NULL) base
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    """
    prints = f"""
    SELECT {MONTH.format("at")} AS month, count(*) || '.' || max(id) || '.' ||
           ({MONTH.format("now()")} = {MONTH.format("at")}) AS fingerprint
    FROM field_reports_entry GROUP BY {MONTH.format("at")}
    """
    columns = (
        FactColumn("steps", _("Bước xử lý phản ánh"), "Steps of reports", unit_of_measure=_("bước")),
        FactColumn("hours", _("Giờ từ bước trước"), "Hours since the step before", unit_of_measure=_("giờ")),
        FactColumn("timed", _("Bước có bước trước"), "Steps that follow another", unit_of_measure=_("bước")),
    )
    members = tuple(Member(code, str(name), code.replace("_", " ")) for code, name in WORDS.items())
    return Fact(
        code=STEPS,
        name=_("Các bước xử lý phản ánh hiện trường"),
        name_en="Steps of field reports",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(Dimension("buoc", _("bước"), "step", members), *_common_dimensions(), _agency_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def ratings_fact() -> Fact:
    """PA-D: what people think of each step; who thinks so is nowhere in it."""
    month = MONTH.format("base.at")
    select = f"""
    SELECT base.unit AS unit, {month} AS month, base.buoc, base.linh_vuc, base.kenh, base.muc_do,
           count(*) AS rated, count(*) FILTER (WHERE base.points >= 4) AS satisfied,
           coalesce(sum(base.points), 0)::bigint AS points, {FIRM.format(month)} AS status, max(base.at) AS true_for
    FROM (SELECT {COMMON}, origin.ref AS unit, rating.step AS buoc, rating.points, rating.at
          FROM field_reports_rating rating
          JOIN field_reports_report one ON one.id = rating.report_id
          JOIN units_unit origin ON origin.id = one.origin_unit_id) base
    GROUP BY 1, 2, 3, 4, 5, 6
    """
    prints = f"""
    SELECT {MONTH.format("at")} AS month, count(*) || '.' || max(id) || '.' ||
           ({MONTH.format("now()")} = {MONTH.format("at")}) AS fingerprint
    FROM field_reports_rating GROUP BY {MONTH.format("at")}
    """
    names = {"receiving": "receiving", "handling": "handling", "result": "result"}
    steps = tuple(Member(code, str(name), names[code]) for code, name in Rating.Step.choices)
    columns = (
        FactColumn("rated", _("Lượt đánh giá"), "Ratings", unit_of_measure=_("lượt")),
        FactColumn("satisfied", _("Lượt đánh giá hài lòng"), "Ratings of 4 or 5", unit_of_measure=_("lượt")),
        FactColumn("points", _("Tổng điểm đánh giá"), "Sum of points", unit_of_measure=_("điểm")),
    )
    return Fact(
        code=RATINGS,
        name=_("Đánh giá việc xử lý phản ánh hiện trường"),
        name_en="Ratings of field reports",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(Dimension("buoc", _("bước"), "step", steps), *_common_dimensions()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def _report_columns() -> tuple[FactColumn, ...]:
    names = {
        "received": (_("Phản ánh tiếp nhận"), "Reports received"),
        "danger": (_("Phản ánh nguy hiểm"), "Dangerous reports"),
        "classified": (_("Phản ánh đã phân loại"), "Reports classified"),
        "begun": (_("Phản ánh bắt đầu xử lý"), "Reports begun"),
        "resolved": (_("Phản ánh xử lý xong"), "Reports resolved"),
        "promised": (_("Phản ánh xử lý xong có hạn"), "Resolved reports with a deadline"),
        "on_time": (_("Phản ánh xử lý xong đúng hạn"), "Reports resolved in time"),
        "due": (_("Phản ánh đến hạn"), "Reports that fell due"),
        "missed": (_("Phản ánh quá hạn"), "Reports that missed their deadline"),
        "closed": (_("Phản ánh đã đóng"), "Reports closed"),
        "confirmed": (_("Phản ánh người gửi xác nhận xong"), "Reports that their senders confirmed"),
        "reopened": (_("Phản ánh phải mở lại"), "Reports that were reopened"),
        "declined": (_("Phản ánh không tiếp nhận"), "Reports declined"),
        "not_field": (_("Đơn, kiến nghị không phải phản ánh hiện trường"), "What was no field report"),
        "merged": (_("Phản ánh gộp"), "Reports merged"),
        "handed_over": (_("Phản ánh đã chuyển nơi xử lý"), "Reports handed over"),
        "disputed": (_("Phản ánh chuyển qua lại"), "Reports sent to and fro"),
        "with_photo": (_("Phản ánh xử lý xong có ảnh"), "Reports resolved with a photo"),
        "open": (_("Phản ánh đang mở"), "Reports still open"),
        "hours_to_begin": (_("Giờ đến khi bắt đầu"), "Hours until begun"),
        "hours_to_resolve": (_("Giờ đến khi xử lý xong"), "Hours until resolved"),
    }
    measure = {
        name: _("giờ") if sum_expression else _("phản ánh") for name, (_at, _holds, sum_expression) in COUNTED.items()
    }
    return tuple(FactColumn(code, *names[code], unit_of_measure=measure[code]) for code in COUNTED)


def _common_dimensions() -> tuple[Dimension, ...]:
    by_code = {category.code: Member(category.code, category.name, category.name_en) for category in rules().categories}
    channels = tuple(Member(code, str(name), code) for code, name in Report.Channel.choices)
    english = {1: "danger", 2: "high", 3: "normal", 4: "low"}
    priorities = tuple(
        Member(PRIORITIES[int(priority)], str(priority.label), english[int(priority)]) for priority in Report.Priority
    )
    return (
        Dimension("linh_vuc", _("lĩnh vực"), "category", tuple(by_code.values())),
        Dimension("kenh", _("kênh"), "channel", channels),
        Dimension("muc_do", _("mức độ"), "priority", priorities),
    )


def _status_dimension() -> Dimension:
    statuses = [status for status in Report.Status if 1 <= status <= 10]
    members = tuple(Member(f"s{int(status)}", str(status.label), status.name.lower()) for status in statuses)
    return Dimension("trang_thai", _("trạng thái hiện tại"), "status now", members)


def _agency_dimension() -> Dimension:
    units = Unit.objects.filter(known__upper_inf=True, level=Level.AGENCY).order_by("sort_key", "ref")
    named = {unit.code: Member(unit.code, unit.name, unit.name_en) for unit in units}
    communes = Member(COMMUNES, _("Ủy ban nhân dân cấp xã"), "Commune People's Committees")
    return Dimension("agency", _("cơ quan xử lý"), "agency in charge", (communes, *named.values()))


def report_records(record_query: RecordQuery) -> Sequence[Record]:
    """Reports to which something happened in the months asked for, the newest first."""
    months = Q(pk__in=())
    for month in record_query.months:
        year, number = int(month[:4]), int(month[5:7])
        for moment in MOMENTS:
            months |= Q(**{f"{moment}__year": year, f"{moment}__month": number})
    reports = Report.objects.filter(months, origin_unit__ref__in=record_query.units, received_at__isnull=False)
    for dim, code in record_query.members:
        if dim == "muc_do":
            reports = reports.filter(priority=next((key for key, value in PRIORITIES.items() if value == code), 0))
        elif dim == "trang_thai":
            reports = reports.filter(status=int(code[1:]) if code[1:].isdigit() else -1)
        elif dim in ("linh_vuc", "kenh"):
            reports = reports.filter(**{{"linh_vuc": "category", "kenh": "channel"}[dim]: code})
        elif code == COMMUNES:
            reports = reports.exclude(unit__level=Level.AGENCY)
        else:
            reports = reports.filter(unit__level=Level.AGENCY, unit__code=code)
    if record_query.since is not None:
        reports = reports.filter(entries__at__gt=record_query.since).distinct()
    rows = reports.select_related("origin_unit").order_by("-received_at", "-pk")[: record_query.limit]
    return [_report_record(report, max(record_query.months)) for report in rows]


def _report_record(report: Report, month: str) -> Record:
    return Record(
        title=f"{report.ref} · {report.address or report.origin_unit.name}",
        href=reverse("field_reports:one", args=[report.ref]),
        unit=report.origin_unit.name,
        period=month,
        status="official",
        as_of=report.closed_at or report.resolved_at or report.received_at,
        by=str(report.get_channel_display()),
        values=((_("Trạng thái"), str(report.get_status_display())),),
    )
