"""The programme as facts: tasks and directives in each month, how goals were judged, points of the index.

Work counts at the commune or the province that has it; an agency's at the province that it serves.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import FIRM, MONTH, ZONE
from tinhso.blocks.units.models import Level
from tinhso.government.programme.models import Directive, Judgement, Task
from tinhso.government.programme.models.plans import Pillar
from tinhso.government.programme.queries.judgements import goal_records
from tinhso.kernel import clock, periods

TASKS, DIRECTIVES, GOALS = "CT-NV", "CT-CD", "CT-MT"
DOMAIN, AGENCY = "chi-dao", "VPUB"
TODAY = f"(now() AT TIME ZONE '{ZONE}')::date"
THIS_MONTH = MONTH.format("now()")
PLACE = "CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END"
HERE = "JOIN units_unit place ON place.id = one.unit_id LEFT JOIN units_unit above ON above.id = place.parent_id"
DAY = f"({{}} AT TIME ZONE '{ZONE}')::date"
# counted in the month of a moment: name → (moment, condition)
TASK_FLOWS = {
    "given": ("given_at", "true"),
    "started": ("started_at", "true"),
    "accepted": ("closed_at", "one.state IN ('accepted', 'done')"),
    "in_time": ("closed_at", f"one.state IN ('accepted', 'done') AND {DAY.format('one.reported_at')} <= one.due_on"),
    "in_first_time": (
        "closed_at",
        f"one.state IN ('accepted', 'done') AND {DAY.format('one.reported_at')} <= one.first_due_on",
    ),
    "dropped": ("closed_at", "one.state = 'dropped'"),
    "with_evidence": (
        "closed_at",
        "one.state IN ('accepted', 'done') AND EXISTS (SELECT 1 FROM documents_paperuse used"
        " WHERE used.used_in = 'programme:' || one.ref)",
    ),
}
DIRECTIVE_FLOWS = {
    "given": ("given_at", "true"),
    "answered": ("answered_at", "true"),
    "in_time": ("answered_at", f"{DAY.format('one.answered_at')} <= one.first_due_on"),
    "closed": ("closed_at", "one.state = 'closed'"),
    "withdrawn": ("closed_at", "one.state = 'withdrawn'"),
    "once": ("closed_at", "one.state = 'closed' AND one.asked_again = 0"),
}
# how things stand at the end of a month: name → condition, with ``day`` the last day
OPEN = f"({DAY.format('one.given_at')} <= day AND (one.closed_at IS NULL OR {DAY.format('one.closed_at')} > day))"
TASK_STOCKS = {
    "open": OPEN,
    "waiting": f"{OPEN} AND {DAY.format('one.reported_at')} <= day",
    "late": f"{OPEN} AND one.due_on < day AND coalesce({DAY.format('one.reported_at')} > day, true)",
    "late_long": f"{OPEN} AND one.due_on < day - 30 AND coalesce({DAY.format('one.reported_at')} > day, true)",
    "soon": f"{OPEN} AND one.due_on BETWEEN day AND day + 7",
    "unowned": f"{OPEN} AND one.owner = ''",
    "extended": f"{OPEN} AND one.due_on > one.first_due_on",
}
DIRECTIVE_STOCKS = {
    "open": OPEN,
    "unanswered": f"{OPEN} AND coalesce({DAY.format('one.answered_at')} > day, true)",
    "late": f"{OPEN} AND one.due_on < day AND coalesce({DAY.format('one.answered_at')} > day, true)",
    "soon": f"{OPEN} AND one.due_on BETWEEN day AND day + 3 AND coalesce({DAY.format('one.answered_at')} > day, true)",
}
DAYS = {"days_to_answer": ("answered_at", "given_at")}


def _month_ends_sql(table: str) -> str:
    """Each month since the first was given, with its last day (of the running month, today)."""
    return f"""
    SELECT to_char(first, 'YYYY-MM') AS month, least((first + interval '1 month - 1 day')::date, {TODAY}) AS day
    FROM generate_series((SELECT date_trunc('month', min(given_at) AT TIME ZONE '{ZONE}') FROM {table}),
                         {TODAY}::timestamp, interval '1 month') AS first
    """


def _work_rows_sql(
    table: str,
    dim: str,
    flows: Mapping[str, tuple[str, str]],
    stocks: Mapping[str, str],
    days: Mapping[str, tuple[str, str]],
) -> str:
    counted = [f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in stocks.items()]
    nothing = [f"0::bigint AS {name}" for name in (*flows, *days)]
    moments = sorted({moment for moment, _holds in flows.values()})
    flown = [
        f"count(*) FILTER (WHERE moment.name = '{at}' AND {holds}) AS {name}" for name, (at, holds) in flows.items()
    ]
    lasted = [
        f"coalesce(sum(greatest(0, {DAY.format(f'one.{end}')} - {DAY.format(f'one.{begin}')}))"
        f" FILTER (WHERE moment.name = '{end}'), 0)::bigint AS {name}"
        for name, (end, begin) in days.items()
    ]
    month = MONTH.format("moment.at")
    values = ", ".join(f"('{at}', one.{at})" for at in moments)
    names = (*flows, *days, *stocks)
    sums = ", ".join(f"sum({name})::bigint AS {name}" for name in names)
    return f"""
    SELECT unit, month, {dim.split(" AS ")[1]}, {sums}, {FIRM.format("month")} AS status, max(true_for) AS true_for
    FROM (
        SELECT {PLACE} AS unit, ends.month, {dim}, {", ".join((*nothing, *counted))}, max(one.given_at) AS true_for
        FROM ({_month_ends_sql(table)}) ends JOIN {table} one ON {OPEN} {HERE} GROUP BY 1, 2, 3
        UNION ALL
        SELECT {PLACE} AS unit, {month} AS month, {dim}, {", ".join((*flown, *lasted))},
               {", ".join(f"0::bigint AS {name}" for name in stocks)}, max(moment.at)
        FROM {table} one {HERE} CROSS JOIN LATERAL (VALUES {values}) moment(name, at)
        WHERE moment.at IS NOT NULL AND moment.at <= now() GROUP BY 1, 2, 3
    ) told GROUP BY 1, 2, 3
    """


def _fingerprint_sql(table: str) -> str:
    return f"""
    SELECT ends.month, (SELECT count(*) || '.' || coalesce(sum(one.moves), 0) FROM {table} one
                        WHERE {DAY.format("one.given_at")} <= ends.day) || '.' || ends.day AS fingerprint
    FROM ({_month_ends_sql(table)}) ends
    """


def tasks_fact() -> Fact:
    """CT-NV: tasks at the end of each month, and what happened to them within it."""
    names = {
        "given": (_("Nhiệm vụ được giao"), "Tasks given"),
        "started": (_("Nhiệm vụ bắt đầu làm"), "Tasks begun"),
        "accepted": (_("Nhiệm vụ được nghiệm thu"), "Tasks accepted"),
        "in_time": (_("Nhiệm vụ được nghiệm thu, báo xong đúng hạn"), "Accepted tasks reported in time"),
        "in_first_time": (_("Nhiệm vụ báo xong trong hạn ban đầu"), "Reported within the first time limit"),
        "dropped": (_("Nhiệm vụ thôi làm"), "Tasks dropped"),
        "with_evidence": (_("Nhiệm vụ nghiệm thu có minh chứng"), "Accepted tasks with evidence"),
        "open": (_("Nhiệm vụ đang mở"), "Open tasks"),
        "waiting": (_("Nhiệm vụ chờ nghiệm thu"), "Tasks waiting for acceptance"),
        "late": (_("Nhiệm vụ quá hạn"), "Late tasks"),
        "late_long": (_("Nhiệm vụ quá hạn trên 30 ngày"), "Tasks more than 30 days late"),
        "soon": (_("Nhiệm vụ đến hạn trong 7 ngày"), "Tasks due within 7 days"),
        "unowned": (_("Nhiệm vụ chưa có người phụ trách"), "Tasks without an owner"),
        "extended": (_("Nhiệm vụ được gia hạn"), "Extended tasks"),
    }
    return Fact(
        code=TASKS,
        name=_("Nhiệm vụ của chương trình"),
        name_en="Tasks of the programme",
        select=_work_rows_sql("programme_task", "one.pillar AS tru_cot", TASK_FLOWS, TASK_STOCKS, {}),
        fingerprints=_fingerprint_sql("programme_task"),
        columns=_fact_columns(names, TASK_STOCKS, _("nhiệm vụ")),
        dims=(_pillar_dimension(),),
        domain=DOMAIN,
        agency=AGENCY,
        records=task_records,
    )


def directives_fact() -> Fact:
    """CT-CD: directives at the end of each month, and what happened to them within it."""
    names = {
        "given": (_("Chỉ đạo được giao"), "Directives given"),
        "answered": (_("Chỉ đạo được trả lời"), "Directives answered"),
        "in_time": (_("Chỉ đạo được trả lời đúng hạn"), "Directives answered in time"),
        "closed": (_("Chỉ đạo kết thúc"), "Directives closed"),
        "withdrawn": (_("Chỉ đạo đã rút"), "Directives withdrawn"),
        "once": (_("Chỉ đạo kết thúc không phải hỏi lại"), "Closed without being asked again"),
        "days_to_answer": (_("Tổng số ngày chờ trả lời"), "Days until the answer"),
        "open": (_("Chỉ đạo đang mở"), "Open directives"),
        "unanswered": (_("Chỉ đạo chưa trả lời"), "Unanswered directives"),
        "late": (_("Chỉ đạo quá hạn trả lời"), "Late directives"),
        "soon": (_("Chỉ đạo đến hạn trong 3 ngày"), "Directives due within 3 days"),
    }
    about = "coalesce(nullif(one.about_kind, ''), 'none') AS ve"
    return Fact(
        code=DIRECTIVES,
        name=_("Chỉ đạo"),
        name_en="Directives",
        select=_work_rows_sql("programme_directive", about, DIRECTIVE_FLOWS, DIRECTIVE_STOCKS, DAYS),
        fingerprints=_fingerprint_sql("programme_directive"),
        columns=_fact_columns(names, DIRECTIVE_STOCKS, _("chỉ đạo")),
        dims=(_subject_dimension(),),
        domain=DOMAIN,
        agency=AGENCY,
        records=directive_records,
    )


def goals_fact() -> Fact:
    """CT-MT: how the goals of the programme were judged in each month; they are the province's."""
    states = ", ".join(f"count(*) FILTER (WHERE one.state = '{state}') AS {state}" for state in Judgement.State.values)
    province = "(SELECT ref FROM units_unit WHERE level = 1 AND upper_inf(known) AND valid @> {} LIMIT 1)"
    day = "to_date(one.month || '-01', 'YYYY-MM-DD')"
    select = f"""
    SELECT {province.format(day)} AS unit, one.month, one.pillar AS tru_cot, count(*) AS goals, {states},
           count(*) FILTER (WHERE one.state <> 'unknown') AS known, {FIRM.format("one.month")} AS status,
           max(one.at) AS true_for
    FROM programme_judgement one WHERE {province.format(day)} IS NOT NULL GROUP BY 1, 2, 3
    """
    prints = """
    SELECT month, count(*) || '.' || md5(string_agg(goal || state, ',' ORDER BY goal)) AS fingerprint
    FROM programme_judgement GROUP BY 1
    """
    names = {
        "goals": (_("Mục tiêu của chương trình"), "Goals of the programme"),
        "reached": (_("Mục tiêu đạt"), "Goals reached"),
        "on_track": (_("Mục tiêu đúng tiến độ"), "Goals on track"),
        "behind": (_("Mục tiêu chậm"), "Goals behind"),
        "unknown": (_("Mục tiêu chưa tính được"), "Goals not computable"),
        "known": (_("Mục tiêu tính được"), "Goals that can be judged"),
    }
    return Fact(
        code=GOALS,
        name=_("Mục tiêu của chương trình"),
        name_en="Goals of the programme",
        select=select,
        fingerprints=prints,
        columns=_fact_columns(names, names, _("mục tiêu")),
        dims=(_pillar_dimension(),),
        level="province",
        domain=DOMAIN,
        agency=AGENCY,
        records=goal_records,
    )


def _fact_columns(
    names: Mapping[str, tuple[str, str]], stocks: Mapping[str, object], measure: str
) -> tuple[FactColumn, ...]:
    return tuple(
        FactColumn(
            code,
            *labels,
            nature=Nature.STOCK if code in stocks else Nature.FLOW,
            unit_of_measure=_("ngày") if code.startswith("days") else measure,
        )
        for code, labels in names.items()
    )


def _pillar_dimension() -> Dimension:
    english = {
        "government": "Digital government",
        "economy": "Digital economy",
        "society": "Digital society",
        "foundation": "Foundations",
    }
    return Dimension(
        "tru_cot",
        _("trụ cột"),
        "pillar",
        tuple(Member(code, str(name), english[code]) for code, name in Pillar.choices),
    )


def _subject_dimension() -> Dimension:
    labels_by_code = {
        "indicator": (_("chỉ tiêu"), "Indicator"),
        "alert": (_("cảnh báo"), "Alert"),
        "place": (_("địa bàn"), "Place"),
        "spot": (_("chỗ trên bản đồ"), "Spot on the map"),
        "dossier": (_("hồ sơ"), "Dossier"),
        "report": (_("phản ánh"), "Field report"),
        "goal": (_("mục tiêu"), "Goal"),
        "none": (_("việc khác"), "Other"),
    }
    return Dimension(
        "ve", _("về việc gì"), "about", tuple(Member(code, *labels) for code, labels in labels_by_code.items())
    )


def _work_within(record_query: RecordQuery) -> Q:
    """Work at these units that was open, or came or went, within these months."""
    here = Q(unit__ref__in=record_query.units) | Q(unit__level=Level.AGENCY, unit__parent__ref__in=record_query.units)
    days = [periods.parse(month) for month in record_query.months]
    begin, end = min(period.start for period in days), min(max(period.end for period in days), clock.today())
    still = Q(closed_at=None) | Q(closed_at__date__gte=begin)
    since = Q(given_at__gt=record_query.since) if record_query.since is not None else Q()
    return here & still & since & Q(given_at__date__lte=end)


def task_records(record_query: RecordQuery) -> Sequence[Record]:
    """The tasks behind a number: those that were open, or ended, in its months."""
    tasks = Task.objects.filter(_work_within(record_query)).select_related("unit")
    for _dim, code in record_query.members:
        tasks = tasks.filter(pillar=code)
    month = max(record_query.months)
    return [_task_record(task, month) for task in tasks.order_by("due_on", "pk")[: record_query.limit]]


def _task_record(task: Task, month: str) -> Record:
    values = ((_("Hạn"), f"{task.due_on:%d/%m/%Y}"), (_("Tiến độ (%)"), str(task.percent)))
    return Record(
        task.title,
        reverse("programme:task", args=[task.ref]),
        task.unit.ref,
        month,
        str(task.get_state_display()),
        task.given_at,
        task.giver_name,
        values,
    )


def directive_records(record_query: RecordQuery) -> Sequence[Record]:
    """The directives behind a number."""
    directives = Directive.objects.filter(_work_within(record_query)).select_related("unit")
    for _dim, code in record_query.members:
        directives = directives.filter(about_kind="" if code == "none" else code)
    month = max(record_query.months)
    return [
        _directive_record(directive, month) for directive in directives.order_by("due_on", "pk")[: record_query.limit]
    ]


def _directive_record(directive: Directive, month: str) -> Record:
    values = ((_("Hạn"), f"{directive.due_on:%d/%m/%Y}"),)
    return Record(
        directive.title,
        reverse("programme:directive", args=[directive.ref]),
        directive.unit.ref,
        month,
        str(directive.get_state_display()),
        directive.given_at,
        directive.giver_name,
        values,
    )
