"""Support as facts: applications and deliveries month by month, what was given up to each month's end, complaints.

Everything counts where the person lived when they applied; the engine carries it on to what became of that commune.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import FIRM, HOURS, MONTH, ZONE
from tinhso.kernel import clock
from tinhso.society.support.models import Application, Programme

FLOW, GIVEN, COMPLAINTS = "HTR", "HTR-L", "HTR-K"
DOMAIN, AGENCY = "kinh-te-so", "SKHCN"
HAS = "state = 'delivered'"
DECIDED = "state IN ('approved', 'delivered', 'refused')"
# what is counted in a month → the moment that puts it there, what else must hold, what is summed (1: it is counted)
COUNTED = {
    "submitted": ("submitted_at", "true", ""),
    "decided": ("decided_at", DECIDED, ""),
    "approved": ("decided_at", "state IN ('approved', 'delivered')", ""),
    "refused": ("decided_at", "state = 'refused'", ""),
    "on_time": ("decided_at", f"{DECIDED} AND decided_at <= due_at", ""),
    "withdrawn": ("decided_at", "state = 'withdrawn'", ""),
    "delivered": ("delivered_at", HAS, ""),
    "money": ("delivered_at", HAS, "amount"),
    "paid": ("delivered_at", f"{HAS} AND paid", ""),
    "poor": ("delivered_at", f"{HAS} AND household IN ('poor', 'near_poor')", ""),
    "old": ("delivered_at", f"{HAS} AND extract(year FROM delivered_at) - born >= 60", ""),
    "aged": ("delivered_at", f"{HAS} AND born IS NOT NULL", ""),
    "women": ("delivered_at", f"{HAS} AND gender = 'female'", ""),
    "gendered": ("delivered_at", f"{HAS} AND gender <> ''", ""),
    "hours_to_decide": ("decided_at", DECIDED, HOURS.format("decided_at", "submitted_at")),
    "hours_to_give": ("delivered_at", HAS, HOURS.format("delivered_at", "decided_at")),
}
MOMENTS = ("submitted_at", "decided_at", "delivered_at")
GENDERS = "CASE one.gender WHEN 'female' THEN 'nu' WHEN 'male' THEN 'nam' ELSE 'chua-ro' END"
HOUSEHOLDS = "CASE WHEN one.household = '' THEN 'chua-ro' ELSE one.household END"
BASE = f"""
    SELECT one.*, place.ref AS unit_ref, programme.kind AS loai, one.channel AS kenh, {GENDERS} AS gioi_tinh,
           {HOUSEHOLDS} AS ho,
           EXISTS (SELECT FROM support_batchline l WHERE l.application_id = one.id AND l.state = 'paid') AS paid
    FROM support_application one
    JOIN support_programme programme ON programme.id = one.programme_id
    JOIN units_unit place ON place.id = one.origin_unit_id
    WHERE one.submitted_at IS NOT NULL
"""


def flow_fact() -> Fact:
    """HTR: applications, decisions and deliveries in the month in which each happened."""
    sums = [
        f"coalesce(sum({sum_expression}) FILTER (WHERE moment.name = '{moment}' AND {holds}), 0)::bigint AS {name}"
        if sum_expression
        else f"count(*) FILTER (WHERE moment.name = '{moment}' AND {holds}) AS {name}"
        for name, (moment, holds, sum_expression) in COUNTED.items()
    ]
    moments, month = ", ".join(f"('{name}', base.{name})" for name in MOMENTS), MONTH.format("moment.at")
    select = f"""
    SELECT base.unit_ref AS unit, {month} AS month, base.loai, base.kenh, base.gioi_tinh, base.ho, {", ".join(sums)},
           {FIRM.format(month)} AS status, max(moment.at) AS true_for
    FROM ({BASE}) base CROSS JOIN LATERAL (VALUES {moments}) moment(name, at)
    WHERE moment.at IS NOT NULL AND moment.at <= now() GROUP BY 1, 2, 3, 4, 5, 6
    """
    prints = f"""
    SELECT month.month AS month, count(*) || '.' || sum(one.entries_count) || '.' || coalesce(sum(line.id), 0) || '.' ||
           count(line.settled_on) || '.' || ({MONTH.format("now()")} = month.month) AS fingerprint
    FROM support_application one LEFT JOIN support_batchline line ON line.application_id = one.id
    CROSS JOIN LATERAL (SELECT DISTINCT {MONTH.format("at")} AS month
                        FROM unnest(ARRAY[{", ".join(f"one.{name}" for name in MOMENTS)}]) at WHERE at <= now()) month
    WHERE one.submitted_at IS NOT NULL GROUP BY month.month
    """
    return Fact(
        code=FLOW,
        name=_("Hồ sơ hỗ trợ"),
        name_en="Applications for support",
        select=select,
        fingerprints=prints,
        columns=_flow_columns(),
        dims=(_kind_dimension(), _channel_dimension(), _gender_dimension(), _household_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=_records_of(MOMENTS, cumulative=False),
    )


def given_fact() -> Fact:
    """HTR-L: what had been handed over by the end of each month since a programme's first delivery in a place."""
    here = f"date_trunc('month', {{}} AT TIME ZONE '{ZONE}')"
    select = f"""
    WITH given AS (
        SELECT base.unit_ref AS unit, base.loai, base.gioi_tinh, {here.format("base.delivered_at")} AS month,
               count(*) AS n, sum(base.amount) AS money, max(base.delivered_at) AS at
        FROM ({BASE}) base WHERE base.{HAS} AND base.delivered_at <= now() GROUP BY 1, 2, 3, 4),
    months AS (
        SELECT unit, loai, gioi_tinh, generate_series(min(month), {here.format("now()")}, interval '1 month') AS month
        FROM given GROUP BY 1, 2, 3)
    SELECT unit, to_char(month, 'YYYY-MM') AS month, loai, gioi_tinh,
           sum(coalesce(n, 0)) OVER upto::bigint AS given, sum(coalesce(money, 0)) OVER upto::bigint AS money,
           CASE WHEN month = {here.format("now()")} THEN 2 ELSE 3 END AS status, max(at) OVER upto AS true_for
    FROM months LEFT JOIN given USING (unit, loai, gioi_tinh, month)
    WINDOW upto AS (PARTITION BY unit, loai, gioi_tinh ORDER BY month)
    """
    prints = f"""
    SELECT to_char(ends.month, 'YYYY-MM') AS month,
           sum(made.n) || '.' || sum(made.ids) || '.' || sum(made.money) AS fingerprint
    FROM generate_series((SELECT {here.format("min(delivered_at)")} FROM support_application WHERE {HAS}),
                         {here.format("now()")}, interval '1 month') ends(month)
    JOIN (SELECT {here.format("delivered_at")} AS month, count(*) AS n, sum(id) AS ids, sum(amount) AS money
          FROM support_application WHERE {HAS} GROUP BY 1) made ON made.month <= ends.month
    GROUP BY 1
    """
    columns = (
        FactColumn("given", _("Suất đã trao, lũy kế"), "Given so far", nature=Nature.STOCK, unit_of_measure=_("suất")),
        FactColumn(
            "money", _("Kinh phí đã trao, lũy kế"), "Đồng given so far", nature=Nature.STOCK, unit_of_measure=_("đồng")
        ),
    )
    return Fact(
        code=GIVEN,
        name=_("Hỗ trợ đã trao, lũy kế"),
        name_en="Support given so far",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(_kind_dimension(), _gender_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=_records_of(("delivered_at",), cumulative=True),
    )


def complaints_fact() -> Fact:
    """HTR-K: complaints, in the month in which they were made."""
    month = MONTH.format("one.at")
    select = f"""
    SELECT place.ref AS unit, {month} AS month, programme.kind AS loai, count(*) AS made,
           count(one.answered_at) AS answered, count(*) FILTER (WHERE one.upheld) AS upheld,
           count(*) FILTER (WHERE one.answered_at <= one.due_at) AS in_time,
           count(*) FILTER (WHERE coalesce(one.answered_at, now()) > one.due_at OR one.answered_at IS NOT NULL) AS due,
           {FIRM.format(month)} AS status, max(coalesce(one.answered_at, one.at)) AS true_for
    FROM support_complaint one JOIN support_application application ON application.id = one.application_id
    JOIN support_programme programme ON programme.id = application.programme_id
    JOIN units_unit place ON place.id = application.origin_unit_id
    WHERE one.at <= now() GROUP BY 1, 2, 3
    """
    prints = f"""
    SELECT {month} AS month, count(*) || '.' || count(one.answered_at) || '.' || max(one.id) || '.' ||
           count(*) FILTER (WHERE one.due_at < now()) AS fingerprint
    FROM support_complaint one WHERE one.at <= now() GROUP BY 1
    """
    names = {
        "made": (_("Khiếu nại"), "Complaints"),
        "answered": (_("Khiếu nại đã trả lời"), "Answered"),
        "upheld": (_("Khiếu nại đúng"), "Upheld"),
        "in_time": (_("Khiếu nại trả lời đúng hạn"), "Answered in time"),
        "due": (_("Khiếu nại đã trả lời hoặc quá hạn"), "Answered or overdue"),
    }
    columns = tuple(FactColumn(code, *name, unit_of_measure=_("khiếu nại")) for code, name in names.items())
    return Fact(
        code=COMPLAINTS,
        name=_("Khiếu nại về hỗ trợ"),
        name_en="Complaints about support",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(_kind_dimension(),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def _flow_columns() -> tuple[FactColumn, ...]:
    files, pieces, hours = _("hồ sơ"), _("suất"), _("giờ")
    names = {
        "submitted": (_("Hồ sơ nộp"), "Applications", files),
        "decided": (_("Hồ sơ đã quyết định"), "Decided", files),
        "approved": (_("Hồ sơ được duyệt"), "Approved", files),
        "refused": (_("Hồ sơ bị từ chối"), "Refused", files),
        "on_time": (_("Hồ sơ quyết định đúng hạn"), "Decided in time", files),
        "withdrawn": (_("Hồ sơ đã rút"), "Withdrawn", files),
        "delivered": (_("Suất đã trao"), "Given", pieces),
        "money": (_("Kinh phí đã trao"), "Đồng given", _("đồng")),
        "paid": (_("Suất đã trao và đã thanh toán"), "Given and paid", pieces),
        "poor": (_("Suất trao cho hộ nghèo, cận nghèo"), "Given to poor and near-poor", pieces),
        "old": (_("Suất trao cho người từ 60 tuổi"), "Given to people of 60 and older", pieces),
        "aged": (_("Suất trao cho người rõ năm sinh"), "Given where the year of birth is known", pieces),
        "women": (_("Suất trao cho phụ nữ"), "Given to women", pieces),
        "gendered": (_("Suất trao cho người rõ giới tính"), "Given where the gender is known", pieces),
        "hours_to_decide": (_("Giờ từ nộp đến quyết định"), "Hours to decide", hours),
        "hours_to_give": (_("Giờ từ duyệt đến trao"), "Hours from approval to delivery", hours),
    }
    return tuple(FactColumn(code, *names[code][:2], unit_of_measure=names[code][2]) for code in COUNTED)


def _kind_dimension() -> Dimension:
    return Dimension("loai", _("loại hỗ trợ"), "kind", _dimension_members(Programme.Kind.choices))


def _channel_dimension() -> Dimension:
    return Dimension("kenh", _("cách nộp"), "channel", _dimension_members(Application.Channel.choices))


def _household_dimension() -> Dimension:
    named = [(value or "chua-ro", label) for value, label in Application.Household.choices]
    return Dimension("ho", _("loại hộ"), "household", _dimension_members(named))


def _gender_dimension() -> Dimension:
    members = (
        Member("nu", _("nữ"), "women"),
        Member("nam", _("nam"), "men"),
        Member("chua-ro", _("chưa rõ"), "unknown"),
    )
    return Dimension("gioi_tinh", _("giới tính"), "gender", members)


def _dimension_members(choices: Sequence[tuple[str, object]]) -> tuple[Member, ...]:
    return tuple(
        Member(code, str(name), code.replace("_", " ").replace("chua-ro", "unknown")) for code, name in choices
    )


def _records_of(moments: Sequence[str], *, cumulative: bool) -> Callable[[RecordQuery], Sequence[Record]]:
    """Applications behind a reading, masked: of its months, or of all months up to the last of them."""

    def records(wanted: RecordQuery) -> Sequence[Record]:
        months = Q(pk__in=())
        for month in wanted.months:
            year, number = int(month[:4]), int(month[5:7])
            after = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=clock.VIETNAM)
            for moment in moments:
                at = {f"{moment}__lt": after} if cumulative else {f"{moment}__year": year, f"{moment}__month": number}
                months |= Q(**at)
        applications = Application.objects.filter(months, origin_unit__ref__in=wanted.units, submitted_at__isnull=False)
        applications = applications.filter(state=Application.State.DELIVERED) if cumulative else applications
        for dim, code in wanted.members:
            applications = applications.filter(_dimension_condition(dim, code))
        if wanted.since is not None:
            applications = applications.filter(entries__at__gt=wanted.since).distinct()
        rows = applications.select_related("origin_unit", "programme").order_by("-submitted_at", "-pk")[: wanted.limit]
        return [_application_record(application, max(wanted.months)) for application in rows]

    return records


def _dimension_condition(dim: str, code: str) -> Q:
    unknown = "" if code == "chua-ro" else code
    if dim == "gioi_tinh":
        return Q(gender={"nu": "female", "nam": "male"}.get(code, ""))
    names = {"loai": "programme__kind", "kenh": "channel", "ho": "household"}
    return Q(**{names[dim]: unknown if dim == "ho" else code})


def _application_record(application: Application, month: str) -> Record:
    return Record(
        title=f"{application.ref} · {application.shown_name}",
        href=reverse("support:one", args=[application.ref]),
        unit=application.origin_unit.name,
        period=month,
        status="official",
        as_of=application.delivered_at or application.decided_at or application.submitted_at,
        by=str(application.get_channel_display()),
        values=(
            (_("Chương trình"), application.programme.name),
            (_("Trạng thái"), str(application.get_state_display())),
        ),
    )
